using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>
/// Traces V17 and V18 of the protocol's model: a home write beside a home read, and the files that a close leaves.
/// docs/TESTING.md names the rule of each, and what broke when it was taken out.
/// </summary>
public sealed class RaceTraceTests
{
    // Long enough for a thread that nothing holds to pass; one that is held must not have.
    private const int HeldMilliseconds = 60;

    /// <summary>
    /// V17. A snapshot stands in the read of a page's home. Meanwhile a newer version is committed, durable, and to be
    /// written there: the write waits, because both take the lock of the page's stripe over the call to the file.
    /// </summary>
    [Fact]
    public void V17_HomeIsReadWhileANewerVersionWouldGoThere_WriteWaits()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        bench.Churn();
        using var snapshot = bench.Engine.BeginSnapshot();
        var before = bench.HomeOf(page);
        Beside? writer = null;
        bench.AtNext(FileCall.Read, "", fromOffset: page.Value * Page.Size, step: () =>
        {
            writer = new Beside(() =>
            {
                bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
                bench.Engine.Checkpoint();
            });
            Assert.False(writer.EndsWithin(HeldMilliseconds));
            Assert.Equal(before, bench.HomeOf(page));
        });
        Assert.Equal(1, TraceBench.Get(snapshot, page));
        Assert.NotNull(writer);
        writer.End();
        Assert.NotEqual(before, bench.HomeOf(page));
        AssertBoth(bench, snapshot, page);
    }

    /// <summary>
    /// V17, the other way round: the newer version stands in its home write. The old one is in a frame that was equal
    /// to home, and that nobody may drop as a copy of home any more. Readers of either find what they need.
    /// </summary>
    [Fact]
    public void V17_HomeIsWrittenWhileASnapshotNeedsTheOldVersion_FrameOfItStays()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        using var snapshot = bench.Engine.BeginSnapshot();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        Assert.Equal(1, TraceBench.Get(snapshot, page));

        // Pinned, so that the clock does not come to the newer frame first.
        using var newest = bench.Engine.BeginSnapshot();
        using var pinned = newest.Read(page);
        Beside? evictor = null;
        bench.AtNext(FileCall.Write, "", fromOffset: page.Value * Page.Size, step: () =>
        {
            Assert.Equal(1, TraceBench.Get(snapshot, page));
            evictor = new Beside(() => bench.Churn(beside: page));
            evictor.EndsWithin(HeldMilliseconds);
        });
        bench.Engine.Checkpoint();
        Assert.NotNull(evictor);
        evictor.End();
        Assert.Equal(2, TraceBench.Whole(in pinned));
        AssertBoth(bench, snapshot, page);
    }

    /// <summary>
    /// V18. A close deletes two files, and a crash may undo either deletion. Whatever survives is dead: the mark on
    /// page 0 names the newest generation. At every call of the close, under every policy.
    /// </summary>
    [Fact]
    public void V18_CloseIsCutOff_NoSurvivingSegmentIsReplayedOverNewerPages()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        bench.Engine.Checkpoint();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 3));
        var crashes = bench.CrashesDuring(bench.Dispose);
        TraceBench.AssertRecover(crashes, crashed => Assert.Equal(3, crashed.Get(page)));
    }

    /// <summary>
    /// V18. Each of the two files alone, or both, beside a file that was closed. They are dead, and stay so when the
    /// next session, whose log begins in one of them, is cut off at any call.
    /// </summary>
    [Theory]
    [InlineData("-wal0")]
    [InlineData("-wal1")]
    [InlineData("-wal0", "-wal1")]
    public void V18_SegmentsSurviveTheirDeletion_TheyAreDeadAndTheNextSessionRemovesThem(params string[] survivors)
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        var logs = survivors.ToDictionary(name => name, name => bench.Disk.ReadAll(TraceBench.Path + name));
        bench.Commit(transaction => TraceBench.Set(transaction, page, 3));
        bench.Dispose();
        var disk = bench.Disk.Crash(CrashPolicy.None, 1);
        foreach (var (name, bytes) in logs)
        {
            using var file = disk.Open(TraceBench.Path + name, FileOpening.CreateNew);
            file.Write(bytes, 0);
            file.Flush();
            disk.SyncDirectory(TraceBench.Path);
        }

        using var next = new TraceBench(disk);
        Assert.Equal(3, next.Get(page));
        var crashes = next.CrashesDuring(() =>
        {
            next.Commit(transaction => TraceBench.Set(transaction, page, 4));
            next.Commit(transaction => TraceBench.Set(transaction, page, 5));
        });
        TraceBench.AssertRecover(crashes, crashed => Assert.InRange(crashed.Get(page), 3, 5));
        using var last = next.Crash(CrashPolicy.None);
        Assert.Equal(5, last.Get(page));
    }

    /// <summary>
    /// V18. The last commits did not touch page 0, and its own number is lower: the mark says where the numbers go on,
    /// else a later commit would have the number of a page that is at home already.
    /// </summary>
    [Fact]
    public void V18_LastCommitsDidNotTouchPageZero_NumbersGoOnAfterThem()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        var root = bench.Engine.AppendedSequence;
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        bench.Commit(transaction => TraceBench.Set(transaction, page, 3));
        var last = bench.Engine.AppendedSequence;
        bench.Dispose();
        Assert.Equal(root, bench.HomeOf(PagePos.Root));
        using var next = new TraceBench(bench.Disk);
        Assert.Equal(last, next.Engine.VisibleSequence);
        Assert.Equal(3, next.Get(page));
        Assert.Equal(last + 1, next.Append(transaction => TraceBench.SetPart(transaction, page, 0, 4)));
        next.Engine.FlushLog();
        var crashes = next.CrashesDuring(next.Engine.Checkpoint);
        TraceBench.AssertRecover(crashes, crashed =>
        {
            using var snapshot = crashed.Engine.BeginSnapshot();
            Assert.Equal(4, TraceBench.GetPart(snapshot, page, 0));
            Assert.Equal(3, TraceBench.GetPart(snapshot, page, 1));
        });
    }

    private static void AssertBoth(TraceBench bench, Snapshot snapshot, PagePos page)
    {
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(1, TraceBench.Get(snapshot, page));
            Assert.Equal(2, bench.Get(page));
            bench.Churn();
        }
    }
}
