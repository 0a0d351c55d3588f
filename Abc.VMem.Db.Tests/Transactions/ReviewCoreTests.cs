using System.Diagnostics;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

public class ReviewCoreTests
{
    private const string Name = "/r.vmem";

    private static readonly EngineOptions Tiny = new()
    {
        MaxMappedPages = 16, CheckpointBytes = 64 * 1024, BackgroundWork = false,
    };

    private static void Set(PageWriter pages, PagePos position, long value)
    {
        using var page = pages.Write(position);
        Layout.Array<long>(page.Payload, 0, 500).Fill(value);
    }

    private static PagePos New(PageWriter pages, long value)
    {
        using var page = pages.Allocate(PageType.Program);
        Layout.Array<long>(page.Payload, 0, 500).Fill(value);
        return page.Header.Position;
    }

    private static long Get(PageReader pages, PagePos position)
    {
        using var page = pages.Read(position);
        var all = Layout.Array<long>(page.Payload, 0, 500);
        Assert.Equal(all[0], all[499]);
        return all[0];
    }

    private static List<PagePos> Fill(Engine engine, int count, long value = 0)
    {
        using var transaction = engine.BeginTransaction();
        var pages = Enumerable.Range(0, count).Select(_ => New(transaction, value)).ToList();
        transaction.Commit();
        return pages;
    }

    private static void SetAll(Engine engine, List<PagePos> pages, long value)
    {
        using var transaction = engine.BeginTransaction();
        pages.ForEach(page => Set(transaction, page, value));
        transaction.Commit();
    }

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
    public void Commit_AfterOneThatFailedInTheLog_SurvivesACrash()
    {
        var files = new HookedFileSystem();
        var engine = Engine.Open(files, Name, Tiny with { CheckpointBytes = 64 << 20 });
        var pages = Fill(engine, 100);
        engine.Checkpoint();
        using (var transaction = engine.BeginTransaction())
        {
            pages.ForEach(page => Set(transaction, page, 1));
            files.Flip(Name + "-tmp", (60 * Page.Size) + 500);
            Assert.Throws<CorruptDatabaseException>(transaction.Commit);
        }

        SetAll(engine, pages[..3], 2);
        SetAll(engine, pages[..3], 3);
        using (var snapshot = engine.BeginSnapshot())
        {
            Assert.Equal([3, 3, 3, 0], pages[..4].Select(page => Get(snapshot, page)));
        }

        using var again = Engine.Open(files.Copy(Name, Name + "-wal0", Name + "-wal1"), Name, Tiny);
        using var after = again.BeginSnapshot();
        Assert.Equal([3, 3, 3, 0], pages[..4].Select(page => Get(after, page)));
    }

    // A commit of a load waits for the disk; meanwhile every frame is the transaction's.
    [Fact]
    public void Read_WhileACommitWaitsForTheDisk_Waits()
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
                Thread.Sleep(4000);
            }
        };
        var commit = Task.Run(transaction.Commit);
        Assert.True(flushing.Wait(20_000));
        var failure = Record.Exception(() => Touch(snapshot, pages));
        commit.Wait();
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
    public void Rollback_WhileASnapshotEnds_OnAFileSystemWithoutAtomicWrites_LeavesNothing(int seed)
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
            ending.Wait();
            SetAll(engine, pages[..1], round);
            engine.Pool.SweepSpill();
            using var now = engine.BeginSnapshot();
            var left = engine.Pool.SpilledPages;
            Assert.True(pages.TrueForAll(page => Get(now, page) == round), $"round {round}, seed {seed}: {string.Join(' ', pages.Select(page => Get(now, page)))}");
        }
    }

    // The temporary file's disk is full now and then: what fails says so, and nothing else changes.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Savepoints_OnADiskThatIsFullNowAndThen_EqualTheModel(int seed)
    {
        var files = new HookedFileSystem();
        using var engine = Engine.Open(files, Name, Tiny);
        var pages = Fill(engine, 80);
        var random = new Random(seed);
        var committed = pages.ToDictionary(page => page, _ => 0L);
        var isFull = false;
        var full = 0;
        files.WritingTo = (path, length, offset) =>
        {
            if (isFull && path.EndsWith("-tmp", StringComparison.Ordinal) && offset + 4096 > length)
            {
                full++;
                throw new IOException("No space left on device.");
            }
        };
        for (var round = 0; round < 150; round++)
        {
            using var transaction = engine.BeginTransaction();
            var model = new Dictionary<PagePos, long>(committed);
            Assert.All(pages, page => Assert.Equal(model[page], Get(transaction, page)));
            for (var i = 0; i < 6; i++)
            {
                var savepoint = transaction.BeginSavepoint();
                var inner = new Dictionary<PagePos, long>(model);
                isFull = random.Next(3) == 0;
                try
                {
                    for (var n = random.Next(60); n > 0; n--)
                    {
                        var page = pages[random.Next(pages.Count)];
                        var value = random.NextInt64();
                        Set(transaction, page, value);
                        inner[page] = value;
                    }

                    if (random.Next(3) == 0)
                    {
                        isFull = false;
                        transaction.RollBackTo(savepoint);
                    }
                    else
                    {
                        model = inner;
                    }

                    isFull = false;
                    transaction.ReleaseSavepoint(savepoint);
                }
                catch (TransactionException e) when (e.Reason == TransactionFailure.StorageFull)
                {
                    isFull = false;
                    transaction.RollBackTo(savepoint);
                    transaction.ReleaseSavepoint(savepoint);
                }

                isFull = false;
                Assert.All(pages, page => Assert.Equal(model[page], Get(transaction, page)));
            }

            if (random.Next(2) == 0)
            {
                transaction.Commit();
                committed = model;
            }
        }

        Assert.True(full > 10, $"{full}");
    }

    private sealed record Moment(int Number, Dictionary<PagePos, long> Model, List<PagePos> Order);

    // One writer with savepoints, readers that hold snapshots, checkpoints, temporary pages, all at once.
    [Theory]
    [InlineData(16, 1, false, false)]
    [InlineData(16, 2, true, false)]
    [InlineData(24, 3, true, true)]
    [InlineData(20, 4, false, true)]
    [InlineData(16, 5, true, true)]
    [InlineData(32, 6, false, false)]
    public async Task Everything_AtOnce_EqualsTheModel(int cap, int seed, bool background, bool disk)
    {
        using var folder = new TemporaryFolder();
        IFileSystem files = disk ? DiskFileSystem.Instance : new MemoryFileSystem();
        var options = Tiny with { MaxMappedPages = cap, BackgroundWork = background, Durability = Durability.None };
        var path = disk ? Path.Combine(folder.Path, "x.vmem") : Name;
        using var engine = Engine.Open(files, path, options);
        var (random, stop) = (new Random(seed), new CancellationTokenSource());
        var committed = new Dictionary<PagePos, long>();
        var gate = new Lock();
        var round = 0;
        var readers = Enumerable.Range(0, 3).Select(i => Task.Run(() => Reader(seed + (100 * i)))).ToList();
        readers.Add(Task.Run(Temporary));
        readers.Add(Task.Run(Checkpoints));
        var clock = Stopwatch.StartNew();
        var order = new List<PagePos>();
        while (clock.ElapsedMilliseconds < 12_000 && !readers.Exists(reader => reader.IsFaulted))
        {
            round++;
            order = Round(order);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(engine.Pool.PeakMappedPages <= cap);
        engine.Checkpoint();
        Assert.Equal(0, engine.Pool.SpilledPages);
        Console.WriteLine($"seed {seed}: {round} rounds, {committed.Count} pages");

        List<PagePos> Round(List<PagePos> before)
        {
            using var transaction = engine.BeginTransaction();
            var (model, pages) = (new Dictionary<PagePos, long>(committed), new List<PagePos>(before));
            var moments = new List<Moment>();
            for (var steps = random.Next(1, 300); steps > 0; steps--)
            {
                Step(transaction, ref model, ref pages, moments);
            }

            foreach (var (page, value) in model)
            {
                Assert.True(Get(transaction, page) == value, $"seed {seed}, round {round}, page {page}, inside");
            }

            if (random.Next(3) == 0)
            {
                return before;
            }

            lock (gate)
            {
                transaction.Commit();
                committed = model;
            }

            return pages;
        }

        void Step(
            Transaction transaction, ref Dictionary<PagePos, long> model, ref List<PagePos> pages, List<Moment> moments)
        {
            var kind = random.Next(40);
            if (kind == 0)
            {
                moments.Add(new Moment(transaction.BeginSavepoint(), new(model), [.. pages]));
            }
            else if (kind == 1 && moments.Count > 0)
            {
                var at = random.Next(moments.Count);
                transaction.RollBackTo(moments[at].Number);
                (model, pages) = (new(moments[at].Model), [.. moments[at].Order]);
                moments.RemoveRange(at + 1, moments.Count - at - 1);
            }
            else if (kind == 2 && moments.Count > 0)
            {
                var at = random.Next(moments.Count);
                transaction.ReleaseSavepoint(moments[at].Number);
                moments.RemoveRange(at, moments.Count - at);
            }
            else if (kind < 10 || pages.Count < 20)
            {
                var value = random.NextInt64();
                var page = New(transaction, value);
                Assert.False(model.ContainsKey(page));
                model[page] = value;
                pages.Add(page);
            }
            else if (kind < 10 + Math.Min(12, pages.Count / 30) && s_frees)
            {
                var at = random.Next(pages.Count);
                transaction.Free(pages[at]);
                model.Remove(pages[at]);
                pages.RemoveAt(at);
            }
            else
            {
                var page = pages[random.Next(pages.Count)];
                model[page] = random.NextInt64();
                Set(transaction, page, model[page]);
            }
        }

        void Reader(int readerSeed)
        {
            var own = new Random(readerSeed);
            while (!stop.IsCancellationRequested)
            {
                Snapshot snapshot;
                Dictionary<PagePos, long> model;
                lock (gate)
                {
                    (snapshot, model) = (engine.BeginSnapshot(), committed);
                }

                using (snapshot)
                {
                    for (var i = own.Next(4); i >= 0 && !stop.IsCancellationRequested; i--)
                    {
                        foreach (var (page, value) in model)
                        {
                            var found = Get(snapshot, page);
                            Assert.True(found == value, $"seed {seed}, round {round}, page {page}, a snapshot");
                        }
                    }
                }
            }
        }

        void Temporary()
        {
            var own = new Random(seed);
            while (!stop.IsCancellationRequested)
            {
                using var pages = engine.OpenTemporary();
                var model = new Dictionary<PagePos, long>();
                for (var i = 0; i < 150; i++)
                {
                    var page = model.Count > 50 && own.Next(3) != 0 ? model.Keys.ElementAt(own.Next(50)) : default;
                    if (page.Value == 0)
                    {
                        model[New(pages, i)] = i;
                    }
                    else if (own.Next(3) == 0)
                    {
                        pages.Free(page);
                        model.Remove(page);
                    }
                    else
                    {
                        Assert.Equal(model[page], Get(pages, page));
                        Set(pages, page, model[page] = -i);
                    }
                }

                foreach (var (page, value) in model)
                {
                    Assert.Equal(value, Get(pages, page));
                }
            }
        }

        void Checkpoints()
        {
            while (!stop.IsCancellationRequested)
            {
                Thread.Sleep(20);
                engine.Checkpoint();
            }
        }
    }

    private static readonly bool s_frees = Environment.GetEnvironmentVariable("RCORE_FREES") != "0";
}
