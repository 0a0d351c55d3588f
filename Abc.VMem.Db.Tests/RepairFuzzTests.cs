using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests;

/// <summary>
/// Files in which each page is valid and yet nothing fits: pages of different moments, and pages whose bytes were
/// changed together with their checksum. A repair ends, and its result passes the check.
/// </summary>
public sealed class RepairFuzzTests
{
    private const string Source = "/damaged";
    private const string Target = "/repaired";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Repair_PagesOfTwoMoments_PassesTheCheck(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 12; i++)
        {
            var (before, after) = Moments(random.Next());
            var share = random.NextDouble();
            for (var at = 1; at < Math.Min(before.Length, after.Length) / Page.Size; at++)
            {
                if (random.NextDouble() < share)
                {
                    before.AsSpan(at * Page.Size, Page.Size).CopyTo(after.AsSpan(at * Page.Size));
                }
            }

            AssertRepaired(after, $"seed {seed}, round {i}");
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Repair_ValidPagesWithOtherBytes_PassesTheCheck(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 25; i++)
        {
            var bytes = Moments(random.Next()).After;
            for (var changes = random.Next(1, 8); changes > 0; changes--)
            {
                Change(bytes, random);
            }

            AssertRepaired(bytes, $"seed {seed}, round {i}");
        }
    }

    private static void Change(byte[] bytes, Random random)
    {
        var position = random.Next(1, bytes.Length / Page.Size);
        var page = bytes.AsSpan(position * Page.Size, Page.Size);
        var poolId = Layout.At<RootPageLayout>((ReadOnlySpan<byte>)bytes, PageHeader.Bytes).PoolId;

        // Links, type, level and counts of the header more often than the payload.
        var at = random.Next(3) == 0 ? random.Next(48, Page.Size) : random.Next(24, 46);
        page[at] = random.Next(4) == 0 ? (byte)random.Next(256) : (byte)(page[at] + random.Next(-2, 3));
        BinaryPrimitives.WriteUInt64LittleEndian(page, PageFile.Checksum(page, poolId, new(position)));
    }

    private static void AssertRepaired(byte[] bytes, string context)
    {
        var files = new MemoryFileSystem();
        using (var file = files.Open(Source, FileOpening.CreateNew))
        {
            file.Write(bytes, 0);
        }

        try
        {
            FileRepair.Run(files, Source, Target, (_, _) => { });
            using var pool = Pool.Open(files, Target, new EngineOptions { BackgroundWork = false });
            Assert.True(pool.Check().IsWhole, context);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{context}: {exception.Message}", exception);
        }
    }

    // A pool before and after some changes, closed each time.
    private static (byte[] Before, byte[] After) Moments(int seed)
    {
        var random = new Random(seed);
        var files = new MemoryFileSystem();
        var before = Array.Empty<byte>();
        for (var moment = 0; moment < 2; moment++)
        {
            using (var pool = Pool.Open(files, Source, new EngineOptions { BackgroundWork = false }))
            {
                var scope = pool.BeginTransaction();
                for (var i = 0; i < 15; i++)
                {
                    Step(scope, random);
                }

                scope.Commit();
                scope.Dispose();
            }

            before = moment == 0 ? RepairPool.Bytes(files, Source) : before;
        }

        return (before, RepairPool.Bytes(files, Source));
    }

    private static void Step(PoolTransaction scope, Random random)
    {
        var slot = random.Next(4);
        switch (slot)
        {
            case 0:
                var list = new VMemList<long>(scope, PoolFixture.Slot(0));
                Grow(list, random, 900);
                break;
            case 1:
                var map = new VMemMap(scope, PoolFixture.Slot(1));
                for (var i = 0; i < 40; i++)
                {
                    var key = EngineFixture.Key(random.Next(300));
                    if (random.Next(3) == 0)
                    {
                        map.Remove(key);
                    }
                    else
                    {
                        map.Put(key, new byte[random.Next(20) == 0 ? 9000 : 90]);
                    }
                }

                break;
            case 2:
                var outer = new VMemList<VMemState>(scope, PoolFixture.Slot(2));
                if (outer.Count < 20)
                {
                    outer.Add(default);
                }

                var at = outer.PositionAt(random.Next((int)outer.Count));
                Grow(new VMemList<long>(scope, outer.AddressOf(at)), random, 700);
                break;
            default:
                var linked = new LinkedPages(scope, PoolFixture.Slot(3));
                if (linked.Count > 3 && random.Next(2) == 0)
                {
                    linked.Remove(linked.First);
                }
                else
                {
                    linked.AddLast();
                }

                break;
        }
    }

    private static void Grow(VMemList<long> list, Random random, int most)
    {
        if (random.Next(4) == 0)
        {
            list.Clear();
        }
        else
        {
            list.AddRange([.. Enumerable.Range(0, random.Next(most)).Select(i => (long)i)]);
        }
    }
}
