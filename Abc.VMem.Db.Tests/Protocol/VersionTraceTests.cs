using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>
/// Traces V1 to V6 of the protocol's model: versions that someone still reads leave memory, or come back, at the worst
/// moment. docs/TESTING.md names the rule of each, and what broke when it was taken out.
/// </summary>
public sealed class VersionTraceTests
{
    /// <summary>
    /// V1. A flush publishes what was appended when it began. A successor that is appended meanwhile ends the interval
    /// of the version that is about to become visible: it must not count as superseded yet.
    /// </summary>
    [Fact]
    public void V1_SuccessorIsAppendedDuringTheFlush_PublishedVersionIsStillThere()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Append(transaction => TraceBench.Set(transaction, page, 2));
        bench.AtNext(FileCall.Flush, "-wal", () =>
        {
            bench.Append(transaction => TraceBench.Set(transaction, page, 3));
            bench.Churn();
        });
        bench.Engine.FlushLog();
        Assert.Null(bench.Files.Before);
        using var snapshot = bench.Engine.BeginSnapshot();
        Assert.Equal(bench.Engine.AppendedSequence - 1, snapshot.Sequence);
        Assert.Equal(2, TraceBench.Get(snapshot, page));
        bench.Churn();
        Assert.Equal(2, TraceBench.Get(snapshot, page));
        bench.Engine.FlushLog();
        Assert.Equal(3, bench.Get(page));
    }

    /// <summary>
    /// V2. The base of a private page equals home and is dropped; after the commit, home is its only copy, and the
    /// checkpoint is about to write over it. The home guard keeps it for the snapshot.
    /// </summary>
    [Fact]
    public void V2_BaseLeavesWhileItsCopyIsPrivate_SnapshotReadsItAfterTheHomeWrite()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        using var snapshot = bench.Engine.BeginSnapshot();
        bench.Commit(transaction =>
        {
            TraceBench.Set(transaction, page, 2);
            bench.Churn();
            Assert.Equal(1, TraceBench.Get(snapshot, page));
            bench.Churn();
            Assert.Equal(2, TraceBench.Get(transaction, page));
        });
        AssertGoesHomeUnder(bench, snapshot, page, old: 1, now: 2);
    }

    /// <summary>V2, with a freed position that is taken again: its old content is never loaded, only guarded.</summary>
    [Fact]
    public void V2_FreedPositionIsTakenBlindly_SnapshotReadsItsOldContent()
    {
        using var bench = new TraceBench();
        var trunk = bench.Add(7);
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        using var snapshot = bench.Engine.BeginSnapshot();
        bench.Commit(transaction =>
        {
            transaction.Free(trunk);
            transaction.Free(page);
        });
        bench.Churn();
        bench.Commit(transaction => Assert.Equal(page, TraceBench.Add(transaction, 2)));
        AssertGoesHomeUnder(bench, snapshot, page, old: 1, now: 2);
        Assert.Equal(7, TraceBench.Get(snapshot, trunk));
    }

    /// <summary>
    /// V3. The old version is mapped (pinned), the newest one is at home only: a mapped frame of the position is no
    /// reason not to look there.
    /// </summary>
    [Fact]
    public void V3_OldVersionIsMappedAndTheNewestIsAtHomeOnly_NewestIsRead()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        using var snapshot = bench.Engine.BeginSnapshot();
        using var pinned = snapshot.Read(page);
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        bench.Churn();
        Assert.Equal(bench.Engine.AppendedSequence, bench.HomeOf(page));
        var misses = bench.Engine.Pool.Misses;
        Assert.Equal(2, bench.Get(page));
        Assert.Equal(misses + 1, bench.Engine.Pool.Misses);
        Assert.Equal(1, TraceBench.Whole(in pinned));
        Assert.Equal(1, TraceBench.Get(snapshot, page));
    }

    /// <summary>
    /// V4. A version is spilled while it is the newest one: its slot has no end. Its successor goes home, which ends
    /// the slot first; a slot without an end would be taken for the newest version ever after.
    /// </summary>
    [Fact]
    public void V4_SlotWithoutAnEndIsSuperseded_ItIsNotTakenForTheNewest()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        AppendSpilled(bench, page, 2);
        bench.Engine.FlushLog();
        using var snapshot = bench.Engine.BeginSnapshot();
        var third = bench.Append(transaction => TraceBench.Set(transaction, page, 3));
        bench.Engine.FlushLog();
        bench.Churn();
        Assert.Equal(third, bench.HomeOf(page));
        Assert.Equal(3, bench.Get(page));
        Assert.Equal(2, TraceBench.Get(snapshot, page));
        bench.Engine.Pool.SweepSpill();
        bench.Churn();
        Assert.Equal(3, bench.Get(page));
        Assert.Equal(2, TraceBench.Get(snapshot, page));
    }

    /// <summary>
    /// V4. The order of the slots of a position is not that of its versions: an older one, that was at home, is spilled
    /// after a newer one. The greatest number up to S counts.
    /// </summary>
    [Fact]
    public void V4_OlderVersionIsSpilledLater_EachSnapshotReadsItsOwn()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        bench.Engine.Checkpoint();
        using var second = bench.Engine.BeginSnapshot();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 3));
        using var third = bench.Engine.BeginSnapshot();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 4));
        using (var newest = bench.Engine.BeginSnapshot())
        using (newest.Read(page))
        {
            bench.Churn();
            Assert.Equal(1, bench.Engine.Pool.SpilledVersions);
        }

        bench.Churn();
        Assert.Equal(2, bench.Engine.Pool.SpilledVersions);
        Assert.Equal(2, TraceBench.Get(second, page));
        Assert.Equal(3, TraceBench.Get(third, page));
        Assert.Equal(4, bench.Get(page));
    }

    /// <summary>
    /// V5. A snapshot loads a version back whose slot has no end, or whose home says nothing of a successor: the end is
    /// that of the next version known, else two frames would serve one S. In the engine a successor counts from the
    /// moment that its private copy is made.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void V5_SnapshotLoadsASlotWithoutAnEnd_WriterStillReadsTheSuccessor(bool successorIsSpilled)
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        AppendSpilled(bench, page, 2);
        bench.Engine.FlushLog();
        using var snapshot = bench.Engine.BeginSnapshot();
        if (successorIsSpilled)
        {
            AppendSpilled(bench, page, 3);
        }
        else
        {
            bench.Append(transaction => TraceBench.Set(transaction, page, 3));
        }

        bench.Churn();
        Assert.Equal(2, TraceBench.Get(snapshot, page));
        bench.Append(transaction => Assert.Equal(3, TraceBench.Get(transaction, page)));
        bench.Engine.FlushLog();
        Assert.Equal(3, bench.Get(page));
        Assert.Equal(2, TraceBench.Get(snapshot, page));
    }

    /// <summary>V5, with a version that comes from home while its successor is private and spilled.</summary>
    [Fact]
    public void V5_SnapshotLoadsHomeWhileTheSuccessorIsPrivate_WriterReadsItsOwn()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        using var snapshot = bench.Engine.BeginSnapshot();
        bench.Commit(transaction =>
        {
            TraceBench.Set(transaction, page, 2);
            Assert.Equal(1, TraceBench.Get(snapshot, page));
            bench.Churn();
            Assert.Equal(1, TraceBench.Get(snapshot, page));
            Assert.Equal(2, TraceBench.Get(transaction, page));
        });
        Assert.Equal(2, bench.Get(page));
    }

    /// <summary>
    /// V6. The model's tail passed slots as snapshots closed, and dropped newest versions that were nowhere else. Here
    /// slots stay where they are and a sweep gives them back, which must not take a version that is not at home yet.
    /// </summary>
    [Fact]
    public void V6_SnapshotEndsWhileTheNewestVersionIsSpilledOnly_ItStays()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        var snapshot = bench.Engine.BeginSnapshot();
        AppendSpilled(bench, page, 2);
        snapshot.Dispose();
        bench.Engine.Pool.SweepSpill();
        bench.Churn();
        bench.Append(transaction => Assert.Equal(2, TraceBench.Get(transaction, page)));
        bench.Engine.FlushLog();
        bench.Engine.Pool.SweepSpill();
        Assert.Equal(bench.Engine.AppendedSequence, bench.HomeOf(page));
        Assert.Equal(2, bench.Get(page));
    }

    /// <summary>V6. Nor what the running transaction put there: its pages, and what its savepoints need.</summary>
    [Fact]
    public void V6_SnapshotEndsWhilePrivatePagesAreSpilled_TheyStayAndSoDoSavepoints()
    {
        using var bench = new TraceBench();
        var (page, other) = (bench.Add(1), bench.Add(1));
        bench.Engine.Checkpoint();
        var snapshot = bench.Engine.BeginSnapshot();
        bench.Commit(transaction =>
        {
            TraceBench.Set(transaction, page, 2);
            TraceBench.Set(transaction, other, 2);
            var savepoint = transaction.BeginSavepoint();
            TraceBench.Set(transaction, other, 3);
            bench.Churn();
            snapshot.Dispose();
            bench.Engine.Pool.SweepSpill();
            Assert.Equal(2, TraceBench.Get(transaction, page));
            TraceBench.Set(transaction, page, 4);
            bench.Churn();
            bench.Engine.Pool.SweepSpill();
            Assert.Equal(4, TraceBench.Get(transaction, page));
            Assert.Equal(3, TraceBench.Get(transaction, other));
            transaction.RollBackTo(savepoint);
            Assert.Equal(2, TraceBench.Get(transaction, page));
            Assert.Equal(2, TraceBench.Get(transaction, other));
        });
        using var crashed = bench.Crash(Support.CrashPolicy.None);
        Assert.Equal(2, crashed.Get(page));
        Assert.Equal(2, crashed.Get(other));
    }

    /// <summary>Appends a commit of one page that is in the spill log only, its slot without an end.</summary>
    internal static void AppendSpilled(TraceBench bench, PagePos page, long value)
    {
        var before = bench.Engine.Pool.SpilledVersions;
        bench.Append(transaction =>
        {
            TraceBench.Set(transaction, page, value);
            bench.Churn();
        });
        Assert.Equal(before + 1, bench.Engine.Pool.SpilledVersions);
    }

    private static void AssertGoesHomeUnder(TraceBench bench, Snapshot snapshot, PagePos page, long old, long now)
    {
        bench.Churn();
        bench.Engine.Checkpoint();
        Assert.Equal(bench.Engine.AppendedSequence, bench.HomeOf(page));
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(old, TraceBench.Get(snapshot, page));
            Assert.Equal(now, bench.Get(page));
            bench.Churn();
        }
    }
}
