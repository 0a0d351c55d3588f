using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>
/// Traces V13 to V16 of the protocol's model: pages that go straight home, and the end of the file. docs/TESTING.md
/// names the rule of each, and what broke when it was taken out.
/// </summary>
public sealed class DirectTraceTests
{
    // More than fits into the frames: they go straight home before the commit.
    private const int Many = 2 * BufferPool.MinMappedPages;

    /// <summary>
    /// V13. Pages of a transaction that a crash ended are at home, beyond the page count. Its sequence number is used
    /// again; with the file as it was, home would show a version of that number which the new transaction never made.
    /// Recovery cuts the file at the page count it found.
    /// </summary>
    [Fact]
    public void V13_SequenceIsUsedAgainAfterACrash_StaleDirectPagesAreGone()
    {
        using var bench = new TraceBench();
        using var lost = bench.Engine.BeginTransaction();
        var first = AddMany(lost, 100);
        bench.Churn();
        Assert.Equal(lost.Sequence, bench.HomeOf(first));
        using var crashed = bench.Crash(CrashPolicy.All);
        Assert.All(Enumerable.Range(0, Many), i => Assert.Equal(0, crashed.HomeOf(new PagePos(first.Value + i))));
        var sequence = crashed.Append(transaction =>
        {
            Assert.Equal(first, TraceBench.Add(transaction, 7));
            crashed.Churn();
        });
        Assert.Equal(lost.Sequence, sequence);
        crashed.Engine.FlushLog();
        Assert.Equal(7, crashed.Get(first));
        using var again = crashed.Crash(CrashPolicy.None);
        Assert.Equal(7, again.Get(first));
    }

    /// <summary>
    /// V13, without a crash: what a rolled back transaction left straight home stays there, under a number that no
    /// commit has, and the next transaction takes the same positions as new again, straight home or not.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(Many)]
    public void V13_PositionsOfARolledBackTransactionAreNewAgain_NothingOfItComesBack(int count)
    {
        using var bench = new TraceBench();
        using var snapshot = bench.Engine.BeginSnapshot();
        PagePos first;
        using (var lost = bench.Engine.BeginTransaction())
        {
            first = AddMany(lost, 100);
            bench.Churn();
        }

        Assert.NotEqual(0, bench.HomeOf(first));
        bench.Commit(transaction => Assert.Equal(first, AddMany(transaction, 200, count)));
        bench.Churn();
        bench.Engine.Checkpoint();
        bench.Churn();
        Assert.All(
            Enumerable.Range(0, count), i => Assert.Equal(200 + i, bench.Get(new PagePos(first.Value + i))));
        foreach (var policy in CrashPolicies.All)
        {
            using var crashed = bench.Crash(policy);
            Assert.Equal(200, crashed.Get(first));
            Assert.Equal(0, crashed.HomeOf(new PagePos(first.Value + count)));
        }
    }

    /// <summary>
    /// V14. The page count was lowered, by this transaction or by one that is not durable, but the file was not cut.
    /// What lies behind the count is not new: snapshots name it, and so does the state that a crash goes back to.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void V14_PositionBehindALoweredCount_IsNotOverwrittenBeforeTheCut(bool inOneTransaction)
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        var version = bench.HomeOf(page);
        using var snapshot = bench.Engine.BeginSnapshot();
        if (!inOneTransaction)
        {
            bench.Append(transaction => transaction.Shrink(page.Value, 0));
        }

        using var transaction = bench.Engine.BeginTransaction();
        if (inOneTransaction)
        {
            transaction.Shrink(page.Value, 0);
        }

        Assert.Equal(page, AddMany(transaction, 100));
        bench.Churn();
        Assert.NotEqual(0, bench.HomeOf(new PagePos(page.Value + 1)));
        Assert.Equal(version, bench.HomeOf(page));
        Assert.Equal(1, TraceBench.Get(snapshot, page));
        Assert.Equal(100, TraceBench.Get(transaction, page));
        using var crashed = bench.Crash(CrashPolicy.All);
        Assert.Equal(1, crashed.Get(page));
    }

    /// <summary>
    /// V15. A direct page is changed again in its own transaction, one is freed and taken again: home is rewritten,
    /// nothing of the same number is spilled beside it.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void V15_DirectPagesAreChangedAgain_OnlyHomeHasThem(bool commits)
    {
        using var bench = new TraceBench();
        var old = bench.Add(1);
        var first = PagePos.Nil;
        using (var transaction = bench.Engine.BeginTransaction())
        {
            first = AddMany(transaction, 100);
            bench.Churn();
            for (var i = 0; i < Many; i++)
            {
                TraceBench.SetPart(transaction, new PagePos(first.Value + i), 3, 300 + i);
            }

            bench.Churn();
            transaction.Free(new PagePos(first.Value + 5));
            transaction.Free(new PagePos(first.Value + 6));
            bench.Churn();
            Assert.Equal(first.Value + 6, TraceBench.Add(transaction, 6).Value);
            bench.Churn();
            TraceBench.Set(transaction, new PagePos(first.Value + 7), 7);

            // Page 0 is not new.
            Assert.InRange(bench.Engine.Pool.SpilledVersions, 0, 1);
            Assert.Equal(6, TraceBench.Get(transaction, new PagePos(first.Value + 6)));
            Assert.Equal(300, TraceBench.GetPart(transaction, first, 3));
            if (commits)
            {
                transaction.Commit();
            }
        }

        foreach (var policy in CrashPolicies.All)
        {
            using var crashed = bench.Crash(policy);
            Assert.Equal(1, crashed.Get(old));
            Assert.Equal(commits ? first.Value + Many : first.Value, Count(crashed));
            if (commits)
            {
                AssertChanged(crashed, first);
            }
        }
    }

    /// <summary>
    /// V15. A direct page is not in the log, so the first record of it is an image, even in the segment of its own
    /// commit: a difference would be made to a home that this very change may tear.
    /// </summary>
    [Fact]
    public void V15_DirectPageIsChangedByTheNextCommit_TornHomeIsRebuilt()
    {
        using var bench = new TraceBench();
        var first = PagePos.Nil;
        bench.Commit(transaction =>
        {
            first = AddMany(transaction, 100);
            bench.Churn();
        });
        bench.Commit(transaction => TraceBench.SetPart(transaction, first, 0, 5));
        bench.Commit(transaction => TraceBench.SetPart(transaction, first, 7, 6));
        var crashes = bench.CrashesDuring(bench.Engine.Checkpoint);
        TraceBench.AssertRecover(crashes, crashed =>
        {
            using var snapshot = crashed.Engine.BeginSnapshot();
            Assert.Equal(5, TraceBench.GetPart(snapshot, first, 0));
            Assert.Equal(100, TraceBench.GetPart(snapshot, first, 3));
            Assert.Equal(6, TraceBench.GetPart(snapshot, first, 7));
        });
    }

    /// <summary>V16. The file is not cut while a snapshot sees what would go.</summary>
    [Fact]
    public void V16_SnapshotSeesThePagesBehindTheCount_FileIsCutAfterItsEnd()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        using (var snapshot = bench.Engine.BeginSnapshot())
        {
            bench.Commit(transaction => transaction.Shrink(page.Value, 0));
            Assert.False(bench.Engine.TryCut(wait: true));
            bench.Engine.Checkpoint();
            Assert.False(bench.Engine.TryCut(wait: true));
            bench.Churn();
            Assert.Equal(1, TraceBench.Get(snapshot, page));
        }

        Assert.True(bench.Engine.TryCut(wait: true));
        Assert.Equal(page.Value * Page.Size, bench.Engine.GetStatistics().FileBytes);
    }

    /// <summary>
    /// V16. Frames and slots of the positions that were cut off are dropped with them. One that stayed would come
    /// back as a newest version, or be written over what goes straight home in its place.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void V16_CutPositionsAreTakenAgain_NothingOldComesBack(bool isSpilled)
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        var other = bench.Add(1);
        if (isSpilled)
        {
            VersionTraceTests.AppendSpilled(bench, page, 2);
            bench.Engine.FlushLog();
        }

        using var pinned = bench.Engine.Pool.Read(page, bench.Engine.VisibleSequence);
        bench.Commit(transaction => transaction.Shrink(page.Value, 0));
        Assert.False(bench.Engine.TryCut(wait: true));
        pinned.Dispose();
        Assert.True(bench.Engine.TryCut(wait: true));
        Assert.Equal(0, bench.Engine.Pool.SpilledVersions);
        Assert.Throws<CorruptDatabaseException>(() => bench.Engine.Pool.Read(page, bench.Engine.VisibleSequence));
        for (var round = 0; round < 2; round++)
        {
            using var transaction = bench.Engine.BeginTransaction();
            Assert.Equal(page, AddMany(transaction, 100));
            bench.Churn();
            bench.Engine.Checkpoint();
            Assert.Equal(transaction.Sequence, bench.HomeOf(page));
            Assert.Equal(100, TraceBench.Get(transaction, page));
            Assert.Equal(101, TraceBench.Get(transaction, other));
            if (round == 1)
            {
                transaction.Commit();
            }
        }

        bench.Churn();
        Assert.Equal(100, bench.Get(page));
        Assert.Equal(101, bench.Get(other));
    }

    private static void AssertChanged(TraceBench crashed, PagePos first)
    {
        using var snapshot = crashed.Engine.BeginSnapshot();
        Assert.Equal(6, TraceBench.Get(snapshot, new PagePos(first.Value + 6)));
        Assert.Equal(7, TraceBench.Get(snapshot, new PagePos(first.Value + 7)));
        for (var i = 8; i < Many; i++)
        {
            Assert.Equal(300 + i, TraceBench.GetPart(snapshot, new PagePos(first.Value + i), 3));
            Assert.Equal(100 + i, TraceBench.GetPart(snapshot, new PagePos(first.Value + i), 4));
        }
    }

    private static long Count(TraceBench bench)
    {
        using var snapshot = bench.Engine.BeginSnapshot();
        return snapshot.PageCount;
    }

    private static PagePos AddMany(Transaction transaction, long value, int count = Many)
    {
        var first = TraceBench.Add(transaction, value);
        for (var i = 1; i < count; i++)
        {
            Assert.Equal(first.Value + i, TraceBench.Add(transaction, value + i).Value);
        }

        return first;
    }
}
