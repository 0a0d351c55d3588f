using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Paging;

/// <summary>The pool as a whole: opening, options, closing, figures, its cap.</summary>
public sealed class PoolTests
{
    [Fact]
    public void Open_FileThatIsUsedByNobodyYet_BecomesEither()
    {
        var files = new MemoryFileSystem();
        Pool.Open(files, "x", new EngineOptions()).Dispose();
        VMemDatabase.Open(files, "x", new EngineOptions()).Dispose();
        using (var pool = Pool.Open(files, "x", new EngineOptions()))
        {
            using var start = pool.Read(Pool.StartAddress);
            Assert.Equal(Pool.StartBytes, start.Bytes.Length);
        }

        using (var db = VMemDatabase.Open(files, "x", new EngineOptions()))
        {
            db.GetMap<int, int>("map").Insert(1, 2);
        }

        Assert.Throws<FormatVersionException>(() => Pool.Open(files, "x", new EngineOptions()));
    }

    [Fact]
    public void Open_FileOfADatabase_IsRefusedAndUntouched()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.vmem");
        using (var db = VMemDatabase.Open(path))
        {
            db.GetMap<int, int>("map").Insert(1, 2);
        }

        var bytes = File.ReadAllBytes(path);
        foreach (var options in (PoolOptions[])[new(), new() { ReadOnly = true }])
        {
            var error = Assert.Throws<FormatVersionException>(() => Pool.Open(path, options));
            Assert.Contains("VMemDatabase.Open", error.Message, StringComparison.Ordinal);
            AssertUntouched(folder, path, bytes);
        }
    }

    [Fact]
    public void OpenDatabase_FileOfAProgram_IsRefusedAndUntouched()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.vmem");
        using (var pool = Pool.Open(path))
        {
            pool.Write(Pool.StartAddress, 42);
        }

        var bytes = File.ReadAllBytes(path);
        foreach (var options in (VMemDatabaseOptions[])[new(), new() { ReadOnly = true }])
        {
            var error = Assert.Throws<FormatVersionException>(() => VMemDatabase.Open(path, options));
            Assert.Contains("Pool.Open", error.Message, StringComparison.Ordinal);
            AssertUntouched(folder, path, bytes);
        }

        using var again = Pool.Open(path);
        using var start = again.Read(Pool.StartAddress);
        Assert.Equal(42, start.Read<int>());
    }

    [Fact]
    public void Start_ProgramsPlace_SurvivesReopen()
    {
        using var fixture = new PoolFixture();
        using (var transaction = fixture.Pool.BeginTransaction())
        {
            using var start = transaction.Write(Pool.StartAddress);
            start.Bytes.Fill(0x5A);
            transaction.Commit();
        }

        using var again = fixture.Reopen().Read(Pool.StartAddress);
        Assert.Equal(Page.Size - 128, again.Bytes.Length);
        Assert.Equal(-1, again.Bytes.IndexOfAnyExcept((byte)0x5A));
    }

    [Fact]
    public void Claim_RolledBack_LeavesTheFileToEither()
    {
        var files = new MemoryFileSystem();
        using (var pool = Pool.Open(files, "x", new EngineOptions()))
        {
            using var transaction = pool.BeginTransaction();
            using var page = transaction.Allocate();
        }

        using var db = VMemDatabase.Open(files, "x", new EngineOptions());
        Assert.True(db.GetMap<int, int>("map").Insert(1, 2));
    }

    [Fact]
    public async Task DatabasePool_ReadsButChangesNothing()
    {
        using var db = VMemDatabase.Open(new MemoryFileSystem(), "x", new EngineOptions());
        db.GetMap<int, int>("map").Insert(1, 2);
        var pool = db.Pool;
        using (var page = pool.Read(Pool.StartAddress))
        {
            Assert.Equal(Pool.StartBytes, page.Bytes.Length);
        }

        Assert.Throws<InvalidOperationException>(() => pool.Allocate());
        Assert.Throws<InvalidOperationException>(() => pool.Free(new PagePos(2)));
        Assert.Throws<InvalidOperationException>(() => pool.Write(Pool.StartAddress, 1));
        Assert.Throws<InvalidOperationException>(() => pool.BeginTransaction());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pool.BeginTransactionAsync());
        Assert.Throws<InvalidOperationException>(pool.Dispose);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pool.DisposeAsync());
        db.Check();
    }

    [Theory]
    [InlineData(15)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Open_CapBelowTheFloor_Throws(int cap)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => Pool.OpenInMemory(new PoolOptions { MaxMappedPages = cap }));
        Assert.Contains("16", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A time that the system can't wait for would end the process from a thread in the background.</summary>
    [Theory]
    [InlineData(0.0, 30_000.0)]
    [InlineData(0.4, 30_000.0)]
    [InlineData(-1.0, 30_000.0)]
    [InlineData(2_147_483_648.0, 30_000.0)]
    [InlineData(100.0, -2.0)]
    [InlineData(100.0, 2_147_483_648.0)]
    public void Open_TimeThatIsNone_ThrowsBeforeItTouchesTheFile(double flushInterval, double writerTimeout)
    {
        using var folder = new TemporaryFolder();
        var (flush, writer) = (
            TimeSpan.FromMilliseconds(flushInterval), TimeSpan.FromMilliseconds(writerTimeout));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool.Open(
            folder.File("x"), new PoolOptions { RelaxedFlushInterval = flush, WriterTimeout = writer }));
        Assert.Throws<ArgumentOutOfRangeException>(() => VMemDatabase.Open(
            folder.File("x"), new VMemDatabaseOptions { RelaxedFlushInterval = flush, WriterTimeout = writer }));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Open_DurabilityThatIsNone_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Pool.OpenInMemory(new PoolOptions { Durability = (Durability)9 }));

    [Fact]
    public void Open_EndlessWriterTimeout_Works()
    {
        using var pool = Pool.OpenInMemory(new PoolOptions { WriterTimeout = Timeout.InfiniteTimeSpan });
        Assert.Equal(new PagePos(2), pool.Allocate());
    }

    [Fact]
    public async Task Open_Options_AreTheEngines()
    {
        using var folder = new TemporaryFolder();
        var options = new PoolOptions
        {
            MaxMappedPages = 33,
            Durability = Durability.Relaxed,
            RelaxedFlushInterval = TimeSpan.FromSeconds(3),
            WriterTimeout = TimeSpan.FromMilliseconds(10),
        };
        var engine = options.ToEngineOptions();
        Assert.Equal((33, Durability.Relaxed, false), (engine.MaxMappedPages, engine.Durability, engine.ReadOnly));
        Assert.Equal(
            (TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(10)),
            (engine.RelaxedFlushInterval, engine.WriterTimeout));
        await using var pool = await Pool.OpenAsync(folder.File("x"), options);
        Assert.Equal((33, false), (pool.MaxMappedPages, pool.IsReadOnly));
        Assert.Equal(
            OpenFailure.InUse,
            Assert.Throws<DatabaseOpenException>(() => Pool.Open(folder.File("x"))).Reason);
    }

    [Fact]
    public void ReadOnly_ReadsAndRefusesChanges()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x");
        var options = new PoolOptions { ReadOnly = true };
        Assert.Equal(OpenFailure.NotFound, Assert.Throws<DatabaseOpenException>(() => Pool.Open(path, options)).Reason);
        PagePos position;
        using (var pool = Pool.Open(path))
        {
            position = pool.Allocate();
            pool.Write(Pool.StartAddress, 5);
        }

        var bytes = File.ReadAllBytes(path);
        using (var pool = Pool.Open(path, options))
        using (var other = Pool.Open(path, options))
        {
            Assert.True(pool.IsReadOnly);
            using var start = other.Read(Pool.StartAddress);
            Assert.Equal(5, start.Read<int>());
            AssertReadOnly(() => pool.Allocate());
            AssertReadOnly(() => pool.Free(position));
            AssertReadOnly(() => pool.Write(Pool.StartAddress, 6));
        }

        AssertUntouched(folder, path, bytes);

        static void AssertReadOnly(Action action) =>
            Assert.Equal(TransactionFailure.ReadOnly, Assert.Throws<TransactionException>(action).Reason);
    }

    [Fact]
    public async Task Dispose_PinnedPagesAndRefuse_ThrowsAndStaysOpen()
    {
        var pool = Pool.OpenInMemory(new PoolOptions { PinnedAtClose = PinnedAtClose.Refuse });
        var pointer = pool.Read(Pool.StartAddress);
        var error = Assert.Throws<InvalidOperationException>(pool.Dispose);
        Assert.Contains("1 pointers", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pool.DisposeAsync());
        Assert.Equal(0, pointer.Read<int>());
        pool.Write(Pool.StartAddress, 1);
        pointer.Dispose();
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Allocate());
    }

    [Fact]
    public void Dispose_PinnedPagesAndRelease_ClosesWithWhatWasCommitted()
    {
        var files = new MemoryFileSystem();
        var pool = Pool.Open(files, "x", new EngineOptions(), PinnedAtClose.Release);
        var position = pool.Allocate();
        var transaction = pool.BeginTransaction();
        var uncommitted = transaction.Write(position);
        uncommitted.Write<int>() = 9;
        var read = pool.Read(position);
        pool.Dispose();
        Assert.Throws<TransactionException>(() => uncommitted.Write<int>() = 10);
        Assert.Throws<ObjectDisposedException>(() => read.Read<int>());
        Assert.Throws<ObjectDisposedException>(() => pool.GetStatistics());
        uncommitted.Dispose();
        read.Dispose();
        using var again = Pool.Open(files, "x", new EngineOptions());
        using var page = again.Read(position);
        Assert.Equal(0, page.Read<int>());
    }

    [Fact]
    public void GetStatistics_CountsPinsPagesAndCommits()
    {
        using var fixture = new PoolFixture(32);
        var pool = fixture.Pool;
        var before = pool.GetStatistics();
        Assert.Equal((2, 0, 0, 32), (before.PageCount, before.FreePages, before.Pointers, before.MaxMappedPages));
        var positions = Enumerable.Range(0, 5).Select(_ => pool.Allocate()).ToList();
        pool.Free(positions[4]);
        pool.Free(positions[3]);
        using var first = pool.Read(positions[0]);
        using var again = pool.Read(positions[0]);
        using var second = pool.Read(positions[1]);

        var now = pool.GetStatistics();
        Assert.Equal((7, 2, 3), (now.PageCount, now.FreePages, now.Pointers));
        Assert.Equal((2, 7, 3), (now.PinnedPages, now.Commits - before.Commits, now.OpenSnapshots));
        Assert.Equal(now.MappedPages, now.PinnedPages + now.UnpinnedPages);
        Assert.Equal(32 - now.MappedPages, now.FreeCapacity);
        Assert.InRange(now.PinnedKeepCount, 1, 3 * now.PinnedPages);
        Assert.InRange(now.UnpinnedKeepCount, 0, 3 * now.UnpinnedPages);
        Assert.InRange(now.PeakMappedPages, now.MappedPages, 32);
        Assert.True(now.Hits > before.Hits);
        pool.Checkpoint();
        Assert.Equal(now.Checkpoints + 1, pool.GetStatistics().Checkpoints);
        Assert.Equal((pool.Hits, pool.Misses), (pool.GetStatistics().Hits, pool.GetStatistics().Misses));
    }

    [Fact]
    public void Read_MorePagesThanTheCap_ThrowsAndWorksAgainAfterwards()
    {
        // The background looks for free pages in a snapshot of its own, which would be counted at the end.
        using var fixture = new PoolFixture(new EngineOptions { MaxMappedPages = 16, BackgroundWork = false });
        var pool = fixture.Pool;
        var positions = Enumerable.Range(0, 40).Select(_ => pool.Allocate()).ToList();
        var pointers = new List<PagePtr>();
        var error = Assert.Throws<LimitExceededException>(() =>
        {
            foreach (var position in positions)
            {
                pointers.Add(pool.Read(position));
            }
        });
        Assert.Equal(16, error.Max);
        Assert.Contains("Dispose page pointers", error.Message, StringComparison.Ordinal);
        Assert.InRange(pointers.Count, 14, 16);
        Assert.Equal(16, pool.PeakMappedPages);
        pointers.ForEach(pointer => pointer.Dispose());
        pool.Free(positions[7]);
        Assert.Throws<ArgumentException>(() => pool.Read(positions[7]));
        foreach (var position in positions.Except([positions[7]]))
        {
            using var pointer = pool.Read(position);
            Assert.Equal(0, pointer.Read<int>());
        }

        Assert.Equal((16, 0), (pool.PeakMappedPages, pool.GetStatistics().OpenSnapshots));
    }

    [Fact]
    public void CopyTo_ProgramsPool_IsAPoolOfThatMoment()
    {
        using var folder = new TemporaryFolder();
        using var pool = Pool.Open(folder.File("x"));
        pool.Write(Pool.StartAddress, 1);
        pool.CopyTo(folder.File("copy"));
        pool.Write(Pool.StartAddress, 2);
        using var copy = Pool.Open(folder.File("copy"));
        using var start = copy.Read(Pool.StartAddress);
        Assert.Equal(1, start.Read<int>());
    }

    [Fact]
    public void BeginTransaction_InItsOwnFlow_IsRefused()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var error = Assert.Throws<TransactionException>(() => fixture.Pool.Allocate());
        Assert.Equal(TransactionFailure.SelfDeadlock, error.Reason);
    }

    [Fact]
    public async Task BeginTransactionAsync_Commits()
    {
        using var fixture = new PoolFixture();
        await using (var transaction = await fixture.Pool.BeginTransactionAsync())
        {
            using (var page = transaction.Allocate())
            {
                page.Write<int>() = 3;
            }

            await transaction.CommitAsync();
        }

        fixture.AssertUsed(2);
    }

    private static void AssertUntouched(TemporaryFolder folder, string path, byte[] bytes)
    {
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }
}
