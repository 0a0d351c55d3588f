using System.Diagnostics;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using static Abc.VMem.Db.Tests.Support.NumberPages;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>Disks that are full, damaged, slow or locked under the temporary file.</summary>
public class SpillFaultTests
{
    private const string Name = "/r.vmem";

    private static readonly EngineOptions Tiny = new()
    {
        MaxMappedPages = 16,
        CheckpointBytes = 64 * 1024,
        BackgroundWork = false,
    };

    private static void Touch(PageReader reader, IEnumerable<PagePos> pages)
    {
        for (var round = 0; round < 3; round++)
        {
            foreach (var page in pages)
            {
                Get(reader, page);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RollBackTo_OfAPageThatWasFreedAndReused_WhileItWasNotMapped_BringsItBack(bool isFresh)
    {
        using var engine = Engine.Open(new MemoryFileSystem(), Name, Tiny);
        var committed = Fill(engine, 100);
        using var transaction = engine.BeginTransaction();
        var pages = isFresh ? Enumerable.Range(0, 100).Select(_ => New(transaction, 0)).ToList() : committed;
        pages.ForEach(page => Set(transaction, page, 1));
        var savepoint = transaction.BeginSavepoint();
        transaction.Free(pages[0]);
        transaction.Free(pages[1]);
        Touch(transaction, pages.Skip(2));
        Assert.Equal(pages[1], New(transaction, 2));
        transaction.RollBackTo(savepoint);
        Assert.All(pages, page => Assert.Equal(1, Get(transaction, page)));
    }

    // The description of a spilled page of the transaction is damaged in the temporary file.
    [Fact]
    public void Commit_WithADamagedDescription_DoesNotLoseThePageSilently()
    {
        var files = new HookedFileSystem();
        var engine = Engine.Open(files, Name, Tiny);
        var pages = Fill(engine, 100);
        var hasThrown = false;
        try
        {
            using var transaction = engine.BeginTransaction();
            pages.ForEach(page => Set(transaction, page, 1));
            files.Flip(Name + "-tmp", (5 * SpillSlot.Bytes) + 3);
            transaction.Commit();
        }
        catch (VMemDbException)
        {
            hasThrown = true;
        }

        try
        {
            engine.Dispose();
        }
        catch (VMemDbException)
        {
        }

        using var again = Engine.Open(files, Name, Tiny);
        using var snapshot = again.BeginSnapshot();
        var expected = hasThrown ? 0 : 1;
        Assert.All(pages, page => Assert.Equal(expected, Get(snapshot, page)));
    }

    // Committed, not yet durable, spilled; its description rots; then a clean close.
    [Fact]
    public void Close_WithADamagedDescriptionOfACommittedPage_DoesNotLoseItSilently()
    {
        var files = new HookedFileSystem();
        var options = Tiny with { Durability = Durability.None, CheckpointBytes = 64 << 20 };
        var engine = Engine.Open(files, Name, options);
        var pages = Fill(engine, 100);
        engine.Checkpoint();
        SetAll(engine, pages, 1);
        Assert.True(engine.Pool.SpilledPages > 50);
        files.Flip(Name + "-tmp", (5 * SpillSlot.Bytes) + 3);
        var hasThrown = false;
        try
        {
            engine.Dispose();
        }
        catch (VMemDbException)
        {
            hasThrown = true;
        }

        using var again = Engine.Open(files, Name, Tiny);
        using var snapshot = again.BeginSnapshot();
        Assert.True(pages.TrueForAll(page => Get(snapshot, page) == 1), $"lost; close threw: {hasThrown}");
    }

    // A page of the transaction can't be read back while it is being logged: that commit fails, later ones count.
    [Fact]
    public void Commit_ThatCanNotReadASpilledPage_FailsTheSessionAndLeavesNothing()
    {
        var files = new HookedFileSystem();
        var engine = Engine.Open(files, Name, Tiny with { CheckpointBytes = 64 << 20 });
        var pages = Fill(engine, 100);
        SetAll(engine, pages[..3], 1);
        using (var transaction = engine.BeginTransaction())
        {
            pages.ForEach(page => Set(transaction, page, 2));
            files.Flip(Name + "-tmp", (60 * Page.Size) + 500);
            Assert.Throws<DatabaseFailedException>(transaction.Commit);
        }

        Assert.Throws<DatabaseFailedException>(() => SetAll(engine, pages[..3], 3));
        Record.Exception(engine.Dispose);
        using var again = Engine.Open(files.Copy(Name, Name + "-wal0", Name + "-wal1"), Name, Tiny);
        using var after = again.BeginSnapshot();
        Assert.Equal([1, 1, 1, 0], pages[..4].Select(page => Get(after, page)));
    }

    // A commit of a load waits for the disk; meanwhile every frame is the transaction's.
    [Fact]
    public async Task Read_WhileACommitWaitsForTheDisk_Waits()
    {
        var files = new HookedFileSystem();
        using var engine = Engine.Open(files, Name, Tiny);
        var pages = Fill(engine, 40);
        engine.Checkpoint();
        using var snapshot = engine.BeginSnapshot();
        using var pointer = new PagePtr(snapshot, snapshot.Read(pages[0]), new PageAddress(pages[0], 48));
        using var transaction = engine.BeginTransaction();
        for (var i = 0; i < 100; i++)
        {
            New(transaction, 5);
        }

        using var flushing = new ManualResetEventSlim();
        files.Flushing = path =>
        {
            if (!path.Contains("-wal", StringComparison.Ordinal) && !flushing.IsSet)
            {
                flushing.Set();
                Thread.Sleep(2500);
            }
        };
        var commit = Task.Run(transaction.Commit);
        Assert.True(flushing.Wait(20_000));
        var failure = Record.Exception(() => Touch(snapshot, pages));
        await commit;
        Assert.Null(failure);
    }

    [Fact]
    public void Savepoints_SetAndReleasedOften_KeepNothing()
    {
        using var engine = Engine.Open(new MemoryFileSystem(), Name, Tiny with { MaxMappedPages = 64 });
        var pages = Fill(engine, 4);
        using var transaction = engine.BeginTransaction();
        var watch = Stopwatch.StartNew();
        var times = new List<long>();
        for (var i = 1; i <= 4000; i++)
        {
            var savepoint = transaction.BeginSavepoint();
            Set(transaction, pages[0], i);
            transaction.ReleaseSavepoint(savepoint);
            if (i % 1000 == 0)
            {
                times.Add(watch.ElapsedMilliseconds);
            }
        }

        Assert.True(
            engine.Pool.SpilledPages < 10,
            $"{engine.Pool.SpilledPages} pages are kept; ms at each 1000: {string.Join(", ", times)}");
    }

    [Fact]
    public void Read_OfAnotherOperationsTemporaryPageThroughADamagedLink_IsCorruption()
    {
        using var engine = Engine.Open(new MemoryFileSystem(), Name, Tiny);
        using var temporary = engine.OpenTemporary();
        var position = New(temporary, 7);
        using var snapshot = engine.BeginSnapshot();
        Assert.Throws<CorruptDatabaseException>(() => Get(snapshot, position));
    }

    [Fact]
    public void Rollback_WhenTheTemporaryFileCanNotBeDeleted_LeavesTheDatabaseUsable()
    {
        var files = new HookedFileSystem();
        using var engine = Engine.Open(files, Name, Tiny);
        var pages = Fill(engine, 100);
        files.Deleting = path =>
        {
            if (path.EndsWith("-tmp", StringComparison.Ordinal))
            {
                throw new IOException("A virus scanner has it open.");
            }
        };
        var failure = Record.Exception(() =>
        {
            using (var transaction = engine.BeginTransaction())
            {
                pages.ForEach(page => Set(transaction, page, 1));
            }

            SetAll(engine, pages, 2);
        });
        files.Deleting = null;
        Assert.Null(failure);
    }

    // A file system whose small writes are seen half-way by a reader of the whole block.
    [Theory]
    [InlineData(1)]
    public async Task Rollback_WhileASnapshotEnds_OnAFileSystemWithoutAtomicWrites_LeavesNothing(int seed)
    {
        var files = new HookedFileSystem();
        using var engine = Engine.Open(files, Name, Tiny);
        var pages = Fill(engine, 60);
        files.Writing = (file, bytes, offset) =>
        {
            if (bytes.Length != SpillSlot.Bytes)
            {
                return false;
            }

            file.Write(bytes.AsSpan(0, 36), offset);
            Thread.Yield();
            file.Write(bytes.AsSpan(36), offset + 36);
            return true;
        };
        for (var round = 1; round <= 60; round++)
        {
            var snapshot = engine.BeginSnapshot();
            SetAll(engine, pages, round);
            var transaction = engine.BeginTransaction();
            pages.ForEach(page => Set(transaction, page, -round));
            var ending = Task.Run(snapshot.Dispose);
            Thread.Yield();
            transaction.Rollback();
            await ending;
            SetAll(engine, pages[..1], round);
            engine.Pool.SweepSpill();
            using var now = engine.BeginSnapshot();
            Assert.True(pages.TrueForAll(page => Get(now, page) == round), $"round {round}, seed {seed}");
        }
    }

    // Only the temporary file is damaged: opening again heals everything, and the error has to say so.
    [Fact]
    public void Write_WhenAnOldVersionsDescriptionRotted_DoesNotAskForABackup()
    {
        var files = new HookedFileSystem();
        var engine = Engine.Open(files, Name, Tiny);
        var pages = Fill(engine, 100);
        var snapshot = engine.BeginSnapshot();
        SetAll(engine, pages, 1);
        for (var i = 0; i < 50; i++)
        {
            files.Flip(Name + "-tmp", (i * SpillSlot.Bytes) + 3);
        }

        var errors = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var e = Record.Exception(() => SetAll(engine, pages.GetRange(i * 10, 10), 2));
            errors.Add(e is null ? "went well" : e.GetType().Name + " " + e.Message);
        }

        errors.Add("close: " + Record.Exception(engine.Dispose));
        snapshot.Dispose();
        Assert.DoesNotContain(errors, error => error.Contains("backup", StringComparison.Ordinal));
    }

    // The transaction's pages find no room; a reader has no part in it.
    [Fact]
    public void Read_WhenTheTransactionCanNotSpill_IsNotToldThatTheDiskIsFull()
    {
        var files = new HookedFileSystem();
        using var engine = Engine.Open(files, Name, Tiny);
        var pages = Fill(engine, 100);
        engine.Checkpoint();
        using var snapshot = engine.BeginSnapshot();
        using var transaction = engine.BeginTransaction();
        files.WritingTo = (path, length, offset) =>
        {
            if (path.EndsWith("-tmp", StringComparison.Ordinal))
            {
                throw new IOException("No space left on device.");
            }
        };
        var own = Record.Exception(() => pages.ForEach(page => Set(transaction, page, 1)));
        Assert.IsType<TransactionException>(own);
        var other = Record.Exception(() => Touch(snapshot, pages));
        files.WritingTo = null;
        Assert.True(other is null or LimitExceededException, $"{other}");
    }

    // Going back fails because the temporary file can't be read; the transaction is still open. Others read on.
    [Fact]
    public void Read_AfterARollBackToThatFailed_FindsAFrame()
    {
        var files = new HookedFileSystem();
        using var engine = Engine.Open(files, Name, Tiny);
        var pages = Fill(engine, 100);
        engine.Checkpoint();
        using var snapshot = engine.BeginSnapshot();
        using var pointer = new PagePtr(snapshot, snapshot.Read(pages[0]), new PageAddress(pages[0], 48));
        using var transaction = engine.BeginTransaction();
        var fresh = Enumerable.Range(0, 40).Select(_ => New(transaction, 1)).ToList();
        var savepoint = transaction.BeginSavepoint();
        fresh.ForEach(page => Set(transaction, page, 2));
        for (var i = 0; i < 30; i++)
        {
            files.Flip(Name + "-tmp", ((1 + i) * Page.Size) + 500);
        }

        Assert.NotNull(Record.Exception(() => transaction.RollBackTo(savepoint)));
        Assert.Null(Record.Exception(() => Touch(snapshot, pages)));
    }
}
