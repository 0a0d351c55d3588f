using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Paging;

/// <summary>Temporary pages of several operations beside old versions in the same file.</summary>
public sealed class TemporaryPagesTests(ITestOutputHelper output)
{
    private const string TemporaryPath = "/test.vmem-tmp";

    private static readonly EngineOptions s_tiny = new()
    {
        MaxMappedPages = BufferPool.MinMappedPages,
        BackgroundWork = false,
    };

    [Fact]
    public void Operations_BesideOldVersions_KeepEachTheirOwn()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var fixture = new EngineFixture(s_tiny);
        var operations = new List<(TemporaryPages Pages, Dictionary<PagePos, long> Model)>();
        var snapshots = new Queue<Snapshot>();
        for (var step = 0; step < 20_000; step++)
        {
            if (operations.Count == 0 || (operations.Count < 4 && random.Next(300) == 0))
            {
                operations.Add((fixture.Engine.OpenTemporary(), []));
            }

            var at = random.Next(operations.Count);
            Step(random, operations[at].Pages, operations[at].Model);
            if (random.Next(500) == 0)
            {
                operations[at].Pages.Dispose();
                operations.RemoveAt(at);
            }

            if (random.Next(20) == 0)
            {
                Write(fixture, random, snapshots);
            }
        }

        operations.ForEach(operation => Verify(operation.Pages, operation.Model));
        operations.ForEach(operation => operation.Pages.Dispose());
        while (snapshots.TryDequeue(out var snapshot))
        {
            snapshot.Dispose();
        }

        Assert.Equal(0, fixture.Engine.Pool.TemporaryPageCount);
        Assert.False(fixture.Files.Exists(TemporaryPath));
    }

    [Fact]
    public void Free_OfMostPages_ReusesTheirPlace()
    {
        using var fixture = new EngineFixture(s_tiny);
        using var pages = fixture.Engine.OpenTemporary();
        var bytes = 0L;
        for (var round = 0; round < 20; round++)
        {
            var positions = Enumerable.Range(0, 640).Select(i => Allocate(pages, i)).ToList();
            positions.ForEach(pages.Free);
            bytes = round == 1 ? fixture.Engine.Pool.SpillBytes : bytes;
        }

        Assert.InRange(fixture.Engine.Pool.SpillBytes, 1, bytes);
    }

    [Fact]
    public void Allocate_FewPages_TouchesNoFile()
    {
        using var fixture = new EngineFixture(s_tiny);
        using var pages = fixture.Engine.OpenTemporary();
        Allocate(pages, 1);

        Assert.False(fixture.Files.Exists(TemporaryPath));
    }

    [Fact]
    public void Read_AtAPositionThatOnlyADamagedLinkHas_IsCorruption()
    {
        using var fixture = new EngineFixture(s_tiny);
        using var snapshot = fixture.Engine.BeginSnapshot();

        var position = new PagePos(BufferPool.TemporaryBase + 3);
        Assert.Throws<CorruptDatabaseException>(() => snapshot.Read(position).Dispose());
    }

    private static void Step(Random random, TemporaryPages pages, Dictionary<PagePos, long> model)
    {
        var action = model.Count == 0 ? 0 : random.Next(10);
        var position = model.Count == 0 ? default : model.Keys.ElementAt(random.Next(model.Count));
        switch (action)
        {
            case < 4:
                var number = random.NextInt64();
                model.Add(Allocate(pages, number), number);
                break;
            case < 6:
                using (var page = pages.Write(position))
                {
                    model[position] = random.NextInt64();
                    BinaryPrimitives.WriteInt64LittleEndian(page.Payload, model[position]);
                }

                break;
            case < 8:
                using (var page = pages.Read(position))
                {
                    Assert.Equal(model[position], BinaryPrimitives.ReadInt64LittleEndian(page.Payload));
                }

                break;
            default:
                pages.Free(position);
                model.Remove(position);
                break;
        }
    }

    private static PagePos Allocate(TemporaryPages pages, long number)
    {
        using var page = pages.Allocate(PageType.Linked);
        BinaryPrimitives.WriteInt64LittleEndian(page.Payload, number);
        return page.Position;
    }

    private static void Verify(TemporaryPages pages, Dictionary<PagePos, long> model)
    {
        foreach (var (position, number) in model)
        {
            using var page = pages.Read(position);
            Assert.Equal(number, BinaryPrimitives.ReadInt64LittleEndian(page.Payload));
        }
    }

    private static void Write(EngineFixture fixture, Random random, Queue<Snapshot> snapshots)
    {
        if (snapshots.Count == 5)
        {
            snapshots.Dequeue().Dispose();
        }

        snapshots.Enqueue(fixture.Engine.BeginSnapshot());
        for (var i = 0; i < 5; i++)
        {
            var key = random.Next(400);
            fixture.Put(key, EngineFixture.Value(key + random.Next(9), 200));
        }
    }
}
