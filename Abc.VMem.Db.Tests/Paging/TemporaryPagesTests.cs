using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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

    [Fact]
    public void Dispose_Twice_SaysSoOnce()
    {
        using var fixture = new EngineFixture(s_tiny);
        var said = 0;
        var pages = new TemporaryPages(fixture.Engine.Pool, () => said++);
        Allocate(pages, 1);
        pages.Dispose();
        pages.Dispose();
        new TemporaryPages(fixture.Engine.Pool).Dispose();

        Assert.Equal(1, said);
        Assert.Equal(0, fixture.Engine.Pool.TemporaryPageCount);
        Assert.Throws<ObjectDisposedException>(() => Allocate(pages, 2));
    }

    [Fact]
    public void FreeChain_OfLinkedPages_FreesEach()
    {
        using var fixture = new EngineFixture(s_tiny);
        using var pages = fixture.Engine.OpenTemporary();
        var kept = Allocate(pages, 7);
        var chain = Enumerable.Range(0, 5).Select(i => Allocate(pages, i)).ToList();
        for (var i = 1; i < chain.Count; i++)
        {
            using var page = pages.Write(chain[i]);
            page.Header.Previous = chain[i - 1];
        }

        pages.FreeChain(chain[0], chain[^1], chain.Count);
        Assert.Equal(1, fixture.Engine.Pool.TemporaryPageCount);
        Assert.Throws<InvalidOperationException>(() => pages.Free(chain[2]));
        Verify(pages, new() { [kept] = 7 });
    }

    /// <summary>Who forgets an operation, for example by not enumerating to the end, keeps none of its pages.</summary>
    [Fact]
    public void Finalizer_OfAForgottenOperation_FreesItsPages()
    {
        using var fixture = new EngineFixture(s_tiny);
        Forget(fixture);
        for (var i = 0; i < 50 && fixture.Engine.Pool.TemporaryPageCount > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, fixture.Engine.Pool.TemporaryPageCount);
    }

    /// <summary>Neither other bytes nor an end that is too early is taken for what was put aside.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_OfADamagedTemporaryFile_FailsTheSession(bool isCut)
    {
        var files = new SimulatedFileSystem();
        var engine = Engine.Open(files, "/test.vmem", s_tiny);
        var pages = engine.OpenTemporary();
        var positions = Enumerable.Range(0, 200).Select(i => Allocate(pages, i)).ToList();
        Assert.NotEqual(0, engine.Pool.SpillBytes);
        if (isCut)
        {
            files.Cut(TemporaryPath, 4_096);
        }
        else
        {
            for (var at = 100; at < files.ReadAll(TemporaryPath).Length; at += 4_096)
            {
                files.Damage(TemporaryPath, at, [0xAB, 0xCD]);
            }
        }

        Assert.Throws<DatabaseFailedException>(() => positions.ForEach(position => pages.Read(position).Dispose()));
        pages.Dispose();
        engine.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(EngineFixture fixture) => Allocate(new TemporaryPages(fixture.Engine.Pool), 1);

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
