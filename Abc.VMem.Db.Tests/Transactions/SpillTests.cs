using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>What does not fit into the frames goes to the temporary file, and comes back as it was.</summary>
public class SpillTests
{
    private const string TemporaryPath = "/test.vmem-tmp";

    private static readonly EngineOptions Tiny = new()
    {
        MaxMappedPages = BufferPool.MinMappedPages,
        CheckpointBytes = 64 * 1024,
        BackgroundWork = false,
    };

    [Fact]
    public void Snapshot_WhileEverythingIsRewritten_StaysExactAndLeavesNoFile()
    {
        using var fixture = Filled(Tiny, 2000);
        var snapshot = fixture.Engine.BeginSnapshot();
        for (var i = 0; i < 6000; i++)
        {
            fixture.Put(i % 2000, EngineFixture.Value(i + 1_000_000));
        }

        Assert.True(fixture.Engine.Pool.SpilledPages > 50);
        AssertHolds(snapshot, 2000, version: 0);
        Assert.True(fixture.Engine.Pool.PeakMappedPages <= Tiny.MaxMappedPages);

        snapshot.Dispose();
        Assert.Equal(0, fixture.Engine.Pool.SpilledPages);
        Assert.False(fixture.Files.Exists(TemporaryPath));
    }

    [Fact]
    public void Snapshots_OfManyMoments_EachSeeTheirOwn()
    {
        using var fixture = Filled(Tiny, 1000);
        var snapshots = new List<(Snapshot Snapshot, int Version)>();
        for (var version = 1; version <= 12; version++)
        {
            snapshots.Add((fixture.Engine.BeginSnapshot(), version - 1));
            Rewrite(fixture, 1000, version);
            if (version % 3 == 0)
            {
                fixture.Engine.Checkpoint();
                snapshots[version / 3].Snapshot.Dispose();
                snapshots.RemoveAt(version / 3);
            }
        }

        foreach (var (snapshot, version) in snapshots)
        {
            AssertHolds(snapshot, 1000, version);
            snapshot.Dispose();
        }

        Assert.False(fixture.Files.Exists(TemporaryPath));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Transaction_TenTimesTheCap_CommitsAndRollsBack(bool commits)
    {
        using var fixture = Filled(Tiny, 4000);
        using (var transaction = fixture.Engine.BeginTransaction())
        {
            Rewrite(transaction, 4000, version: 1);
            for (var i = 0; i < 4000; i += 2)
            {
                Assert.True(BTree.Remove(transaction, EngineFixture.State, EngineFixture.Key(i)));
            }

            for (var i = 0; i < 4000; i += 4)
            {
                BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(i), Value(i, 2));
            }

            Assert.True(fixture.Engine.Pool.SpilledPages > 10 * Tiny.MaxMappedPages);
            if (commits)
            {
                transaction.Commit();
            }
        }

        Assert.True(fixture.Engine.Pool.PeakMappedPages <= Tiny.MaxMappedPages);
        Assert.False(fixture.Files.Exists(TemporaryPath));
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4000; i++)
            {
                var expected = !commits ? Value(i, 0) : i % 4 == 0 ? Value(i, 2) : i % 2 == 0 ? null : Value(i, 1);
                Assert.Equal(expected, fixture.Get(i));
            }

            fixture.Reopen();
        }
    }

    [Fact]
    public void Transaction_LargerThanTheCapUnderOldSnapshots_LeavesThemExact()
    {
        using var fixture = Filled(Tiny, 1500);
        using var first = fixture.Engine.BeginSnapshot();
        using (var transaction = fixture.Engine.BeginTransaction())
        {
            Rewrite(transaction, 1500, version: 1);
            AssertHolds(first, 1500, version: 0);
            AssertHolds(transaction, 1500, version: 1);
            transaction.Commit();
        }

        using var second = fixture.Engine.BeginSnapshot();
        using (var transaction = fixture.Engine.BeginTransaction())
        {
            Rewrite(transaction, 1500, version: 2);
            AssertHolds(second, 1500, version: 1);
        }

        Rewrite(fixture, 1500, version: 3);
        fixture.Engine.Checkpoint();
        AssertHolds(first, 1500, version: 0);
        AssertHolds(second, 1500, version: 1);
        using var third = fixture.Engine.BeginSnapshot();
        AssertHolds(third, 1500, version: 3);
    }

    [Fact]
    public void Quota_OfOldVersions_EndsTheOldestReaderNotTheWriter()
    {
        const int quota = 40 * Page.Size;
        using var fixture = Filled(Tiny with { MaxSpillBytes = quota }, 2000);
        using var oldest = fixture.Engine.BeginSnapshot();
        fixture.Put(0, Value(0, 1));
        using var younger = fixture.Engine.BeginSnapshot();
        Rewrite(fixture, 2000, version: 2);

        var e = Assert.Throws<TransactionException>(() => AssertHolds(oldest, 2000, version: 0));
        Assert.Equal(TransactionFailure.SnapshotTooOld, e.Reason);
        using var now = fixture.Engine.BeginSnapshot();
        AssertHolds(now, 2000, version: 2);
        Assert.True(fixture.Engine.Pool.SpilledPages * Page.Size <= quota + (4 * Page.Size));
    }

    [Fact]
    public void Quota_OfALargeTransaction_DoesNotBindIt()
    {
        using var fixture = Filled(Tiny with { MaxSpillBytes = 4 * Page.Size }, 2000);
        using (var transaction = fixture.Engine.BeginTransaction())
        {
            Rewrite(transaction, 2000, version: 1);
            transaction.Commit();
        }

        using var now = fixture.Engine.BeginSnapshot();
        AssertHolds(now, 2000, version: 1);
    }

    [Fact]
    public void Open_AfterACrash_RemovesTheTemporaryFile()
    {
        var files = new MemoryFileSystem();
        using (var left = files.Open(TemporaryPath, FileOpening.CreateNew))
        {
            left.Write(new byte[10_000], 0);
        }

        using var fixture = new EngineFixture(Tiny, files);
        Assert.False(files.Exists(TemporaryPath));
    }

    [Fact]
    public void TemporaryPages_BeyondTheCap_KeepTheirContentAndLeaveNothing()
    {
        using var fixture = Filled(Tiny, 100);
        using (var pages = fixture.Engine.OpenTemporary())
        {
            using (var start = pages.Allocate(PageType.Program))
            {
                var state = new PageAddress(start.Position, 64);
                start.Dispose();
                for (var i = 0; i < 3000; i++)
                {
                    BTree.Put(pages, state, EngineFixture.Key(i * 7919 % 3000), Value(i * 7919 % 3000, 0, 300));
                }

                fixture.Put(5, Value(5, 1));
                for (var i = 0; i < 3000; i++)
                {
                    Assert.Equal(Value(i, 0, 300), Get(pages, state, i));
                }
            }

            Assert.True(fixture.Engine.Pool.TemporaryPageCount > 200);
        }

        Assert.Equal(0, fixture.Engine.Pool.TemporaryPageCount);
        Assert.False(fixture.Files.Exists(TemporaryPath));
        Assert.Equal(Value(5, 1), fixture.Get(5));
    }

    [Fact]
    public void TemporaryPages_Freed_CanNotBeFreedAgain()
    {
        using var fixture = Filled(Tiny, 1);
        using var pages = fixture.Engine.OpenTemporary();
        PagePos position;
        using (var page = pages.Allocate(PageType.Program))
        {
            position = page.Position;
        }

        pages.Free(position);
        Assert.Throws<InvalidOperationException>(() => pages.Free(position));
    }

    [Fact]
    public void ReadOnly_TemporaryPages_AreNotBesideTheDatabase()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.vmem");
        Engine.Open(DiskFileSystem.Instance, path, Tiny).Dispose();
        using (var fixture = Filled(Tiny, 10, DiskFileSystem.Instance, path))
        {
            fixture.Reopen();
        }

        using var engine = Engine.Open(DiskFileSystem.Instance, path, Tiny with { ReadOnly = true });
        using var pages = engine.OpenTemporary();
        for (var i = 0; i < 100; i++)
        {
            pages.Allocate(PageType.Program).Dispose();
        }

        Assert.True(engine.Pool.SpilledPages > 0);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    private static EngineFixture Filled(
        EngineOptions options, int count, IFileSystem? files = null, string path = "/test.vmem")
    {
        var fixture = new EngineFixture(options, files, path);
        Rewrite(fixture, count, version: 0);
        return fixture;
    }

    private static void Rewrite(EngineFixture fixture, int count, int version)
    {
        using var transaction = fixture.Engine.BeginTransaction();
        Rewrite(transaction, count, version);
        transaction.Commit();
    }

    private static void Rewrite(Transaction transaction, int count, int version)
    {
        for (var i = 0; i < count; i++)
        {
            var key = (int)(i * 7919L % count);
            BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(key), Value(key, version));
        }
    }

    private static byte[] Value(int i, int version, int length = 200) =>
        EngineFixture.Value(i + (version * 1_000_000), length);

    private static byte[]? Get(PageReader pages, PageAddress state, int key)
    {
        var buffer = new ValueBuffer();
        return BTree.TryGet(pages, state, EngineFixture.Key(key), buffer) ? buffer.Span.ToArray() : null;
    }

    private static void AssertHolds(PageReader reader, int count, int version)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(Value(i, version), EngineFixture.Get(reader, i));
        }
    }
}
