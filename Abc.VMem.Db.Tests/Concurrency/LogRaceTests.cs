using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Protocol;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>Two threads at one file of the disk, held in the order that would do harm.</summary>
public sealed class LogRaceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The first of two commits is being written. The second one's record follows it in the log: before the first one
    /// is there, the second one can't be acknowledged, whatever it writes and flushes.
    /// </summary>
    [Fact]
    public async Task Commit_WhileAnotherOnesBytesAreOnTheirWay_IsNotAcknowledgedBeforeIt()
    {
        using var bench = new TraceBench();
        var (first, second) = (bench.Add(1), bench.Add(1));
        using var isWriting = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        bench.AtNext(FileCall.Write, "-wal", () =>
        {
            isWriting.Set();
            Assert.True(goOn.Wait(Patience));
        });
        var leader = Task.Run(() => bench.Commit(transaction => TraceBench.Set(transaction, first, 2)));
        Assert.True(isWriting.Wait(Patience));
        var follower = Task.Run(() => bench.Commit(transaction => TraceBench.Set(transaction, second, 2)));
        var wasEarly = await IsOverSoon(follower);
        goOn.Set();
        await Task.WhenAll(leader, follower).WaitAsync(Patience);
        Assert.False(wasEarly);
        using var crashed = bench.Crash(CrashPolicy.None);
        Assert.Equal((2, 2), (crashed.Get(first), crashed.Get(second)));
    }

    /// <summary>
    /// A checkpoint's flush of the data file is under way and will fail. The system tells one caller only: a commit
    /// that flushed the same file beside it and heard of nothing would rely on pages that are lost.
    /// </summary>
    [Fact]
    public async Task Flush_BesideOneThatFails_IsNotBelieved()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        using var isFlushing = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        bench.AtNext(FileCall.Flush, "", () =>
        {
            isFlushing.Set();
            Assert.True(goOn.Wait(Patience));
            throw new IOException("The disk is gone.");
        });
        var checkpoint = Task.Run(() => Record.Exception(bench.Engine.Checkpoint));
        Assert.True(isFlushing.Wait(Patience));
        var load = Task.Run(() => Record.Exception(() => bench.Commit(transaction =>
        {
            // Enough of them to go straight home.
            for (var i = 0; i < 300; i++)
            {
                TraceBench.Add(transaction, i);
            }
        })));
        var wasEarly = await IsOverSoon(load);
        goOn.Set();
        await Task.WhenAll(checkpoint, load).WaitAsync(Patience);
        Assert.False(wasEarly);
        Assert.IsType<DatabaseFailedException>(await checkpoint);
        Assert.IsType<DatabaseFailedException>(await load);
        Assert.Throws<DatabaseFailedException>(() => bench.Get(page));
    }

    /// <summary>
    /// Two checkpoints at once: the list of pages to be written is the pool's own, so a second one that began would
    /// shorten the first one's; that one would retire a log that is still needed.
    /// </summary>
    [Fact]
    public async Task Checkpoint_WhileAnotherOneRuns_WaitsForIt()
    {
        using var bench = new TraceBench();
        var pages = Enumerable.Range(0, 4).Select(_ => bench.Add(1)).ToList();
        bench.Engine.Checkpoint();
        bench.Commit(transaction => pages.ForEach(page => TraceBench.Set(transaction, page, 2)));
        using var isAtSecond = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var isOver = new ManualResetEventSlim();
        bench.Files.Before = (call, path, offset) =>
        {
            if (call == FileCall.Write && offset == pages[1].Value * Page.Size && !isAtSecond.IsSet)
            {
                isAtSecond.Set();
                Assert.True(goOn.Wait(Patience));
            }
            else if (call == FileCall.Write && offset == pages[2].Value * Page.Size)
            {
                // The first one, if it gets here at all, goes on soon.
                isOver.Wait(500);
            }
        };
        SimulatedFileSystem? after = null;
        var first = Task.Run(() =>
        {
            bench.Engine.Checkpoint();
            after = bench.Disk.Crash(CrashPolicy.None, 1);
            isOver.Set();
        });
        Assert.True(isAtSecond.Wait(Patience));
        var second = Task.Run(bench.Engine.Checkpoint);
        Assert.False(await IsOverSoon(second));
        goOn.Set();
        await Task.WhenAll(first, second).WaitAsync(Patience);
        using var crashed = new TraceBench(after!);
        Assert.All(pages, page => Assert.Equal(2, crashed.Get(page)));
    }

    /// <summary>
    /// A new page of the running transaction is on its way home when the transaction commits: the commit waits, else it
    /// would go through its pages while one of them leaves, and miss those behind it.
    /// </summary>
    [Fact]
    public async Task Commit_WhileOneOfItsPagesLeavesMemory_KeepsAllOfThem()
    {
        using var bench = new TraceBench();
        using var isLeaving = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var transaction = bench.Engine.BeginTransaction();
        var pages = Enumerable.Range(0, 9).Select(_ => TraceBench.Add(transaction, 2)).ToList();

        // The one in the middle leaves first: it is used least.
        foreach (var page in Enumerable.Repeat(pages.Where(page => page != pages[4]), 3).SelectMany(page => page))
        {
            TraceBench.Set(transaction, page, 2);
        }

        var step = () =>
        {
            isLeaving.Set();
            Assert.True(goOn.Wait(Patience));
        };
        bench.AtNext(FileCall.Write, "", step, fromOffset: pages[0].Value * Page.Size);
        var reader = Task.Run(() => bench.Churn());
        Assert.True(isLeaving.Wait(Patience));
        var commit = Task.Run(() => transaction.Commit());
        Assert.False(await IsOverSoon(commit));
        goOn.Set();
        await Task.WhenAll(reader, commit).WaitAsync(Patience);
        using var crashed = bench.Crash(CrashPolicy.None);
        Assert.All(pages, page => Assert.Equal(2, crashed.Get(page)));
    }

    /// <summary>
    /// The log switched by itself, and the older segment holds images of pages that a cut would take. Until it is
    /// retired the file is not cut: pages that come in their place go straight home, and recovery would put the old
    /// images over them.
    /// </summary>
    [Fact]
    public void Cut_WhileTheOlderSegmentNamesThePages_RetiresItFirst()
    {
        using var bench = new TraceBench(TraceBench.Options with { CheckpointBytes = 56 << 10 });
        var tail = new List<PagePos>();
        bench.Commit(transaction => tail.AddRange(Enumerable.Range(0, 20).Select(_ => TraceBench.Add(transaction, 1))));
        bench.Engine.Checkpoint();
        bench.Commit(transaction => tail.ForEach(page => TraceBench.Set(transaction, page, 2)));
        using (bench.Engine.BeginSnapshot())
        {
            bench.Commit(transaction => tail.ForEach(transaction.Free));
            bench.Engine.Shrinker.Truncate(CancellationToken.None);
        }

        var segments = Headers(bench);
        for (var value = 1; Headers(bench).SequenceEqual(segments); value++)
        {
            Assert.True(value < 100, "The log never switched.");
            bench.Append(transaction => Enumerable.Range(2, 30).ToList().ForEach(
                position => TraceBench.Set(transaction, new PagePos(position), value)));
        }

        Assert.True(bench.Engine.TryCut(wait: true));
        var fresh = new List<PagePos>();
        bench.Commit(transaction => fresh.AddRange(
            Enumerable.Range(0, 30).Select(_ => TraceBench.Add(transaction, 3))));
        Assert.NotEmpty(fresh.Intersect(tail));
        using var crashed = bench.Crash(CrashPolicy.None);
        Assert.All(fresh, page => Assert.Equal(3, crashed.Get(page)));
    }

    private static async Task<bool> IsOverSoon(Task task) => await Task.WhenAny(task, Task.Delay(200)) == task;

    private static IEnumerable<ulong> Headers(TraceBench bench) =>
        [Salt(bench, "-wal0"), Salt(bench, "-wal1")];

    private static ulong Salt(TraceBench bench, string segment) =>
        Layout.At<SegmentHeader>((ReadOnlySpan<byte>)bench.Disk.ReadAll(TraceBench.Path + segment), 0).Salt;

    /// <summary>A sector of a segment's header rots, of either copy: the commits behind it are still there.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2048)]
    public void Header_OneCopyRots_TheOtherOneServes(long offset)
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        foreach (var segment in new[] { "-wal0", "-wal1" })
        {
            var disk = bench.Disk.Crash(CrashPolicy.None, 1);
            disk.Damage(TraceBench.Path + segment, offset + 20, [0xA5, 0x5A, 0xA5, 0x5A]);
            using var recovered = new TraceBench(disk);
            Assert.Equal(2, recovered.Get(page));
        }
    }

    /// <summary>What a killed process left beside the file is worthless, whatever it holds.</summary>
    [Fact]
    public void TemporaryFile_LeftByAKilledProcess_IsGoneAfterTheNextOpen()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        using (bench.Engine.BeginSnapshot())
        {
            bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
            bench.Churn();
            Assert.True(bench.Engine.Pool.SpilledVersions > 0);
            var killed = bench.Disk.Crash(CrashPolicy.All, 1);
            Assert.True(killed.Exists(TraceBench.Path + "-tmp"));
            using var recovered = new TraceBench(killed);
            Assert.False(killed.Exists(TraceBench.Path + "-tmp"));
            Assert.Equal(2, recovered.Get(page));
        }
    }
}
