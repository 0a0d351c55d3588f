using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>
/// Traps that engines of this kind fall into, where no other test stands on purpose. docs/TESTING.md lists all of them
/// with the tests that cover each.
/// </summary>
public sealed class TrapTests
{
    /// <summary>
    /// A page is freed and taken again in one transaction and then holds little: the bytes it had do not come back,
    /// neither by a record that is a difference nor by the home that it is put over.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Delta_PageFreedAndTakenInOneTransaction_BringsNoOldByteBack(bool inAnotherSegment)
    {
        using var bench = new TraceBench();
        var trunk = bench.Add(7);
        var page = bench.Add(1);
        if (inAnotherSegment)
        {
            bench.Engine.Checkpoint();
        }

        bench.Commit(transaction =>
        {
            transaction.Free(trunk);
            transaction.Free(page);
            using var taken = transaction.Allocate(PageType.Program);
            Assert.Equal(page, taken.Position);
            Assert.Equal(-1, taken.Payload.IndexOfAnyExcept((byte)0));
            Layout.At<long>(taken.Payload, 3000) = 5;
        });
        AssertOnly(bench, page);
        TraceBench.AssertRecover(
            bench.CrashesDuring(bench.Engine.Checkpoint), crashed => AssertOnly(crashed, page));
    }

    /// <summary>
    /// A record rots that was durable, which a later record says: the log does not end there, it is damaged. Of the
    /// last record nothing is known, unless the mark of an idle database follows it.
    /// </summary>
    [Theory]
    [InlineData(2, false, true)]
    [InlineData(3, false, false)]
    [InlineData(3, true, true)]
    public void Log_ByteRotsInADurableRecord_IsRefusedOnceALaterOneSaysSo(long rots, bool isIdle, bool isRefused)
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        var offsets = new Dictionary<long, long>();
        for (var value = 2L; value <= 3; value++)
        {
            bench.Files.Before = (call, path, offset) =>
            {
                if (call == FileCall.Write && path.Contains("-wal", StringComparison.Ordinal))
                {
                    offsets.TryAdd(value, offset);
                }
            };
            bench.Commit(transaction => TraceBench.Set(transaction, page, value));
            bench.Files.Before = null;
        }

        if (isIdle)
        {
            ProtectedCalls.Maintain(bench.Engine, false, false);
        }

        var disk = bench.Disk.Crash(CrashPolicy.None, 1);
        var log = disk.ReadAll(TraceBench.Path + "-wal1");
        disk.Damage(TraceBench.Path + "-wal1", offsets[rots] + 100, [(byte)~log[(int)offsets[rots] + 100]]);
        if (isRefused)
        {
            Assert.Throws<CorruptDatabaseException>(() => new TraceBench(disk));
        }
        else
        {
            using var recovered = new TraceBench(disk);
            Assert.Equal(rots - 1, recovered.Get(page));
        }
    }

    /// <summary>
    /// Two commits are in the log's buffer, the second one made of what the first one left, when the flush fails. Both
    /// are refused, at once and for good, readers never see either, and so it is after a crash.
    /// </summary>
    [Fact]
    public void Commit_BuiltOnOneWhoseFlushFails_FailsToo()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Append(transaction => TraceBench.Set(transaction, page, 2));
        using var snapshot = bench.Engine.BeginSnapshot();
        using var second = bench.Engine.BeginTransaction();
        Assert.Equal(2, TraceBench.Get(second, page));
        TraceBench.SetPart(second, page, 0, 3);
        bench.AtNext(FileCall.Flush, "-wal", () =>
            bench.Disk.Fault = new SimulatedFault(FaultKind.FlushFailure, bench.Disk.MutatingCalls + 1));
        var e = Assert.Throws<TransactionException>(second.Commit);
        Assert.Equal(TransactionFailure.OutcomeUnknown, e.Reason);
        Assert.True(bench.Disk.FaultStruck);
        bench.Disk.Fault = null;
        Assert.Throws<DatabaseFailedException>(bench.Engine.FlushLog);
        Assert.Throws<DatabaseFailedException>(() => bench.Engine.BeginTransaction());
        Assert.Equal(1, TraceBench.Get(snapshot, page));
        using var crashed = bench.Crash(CrashPolicy.All);
        Assert.Equal(1, crashed.Get(page));
    }

    /// <summary>A commit is seen when it is acknowledged: not while it is flushed, then at once.</summary>
    [Fact]
    public void Commit_WhileItIsFlushed_IsNotSeenYet()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.AtNext(FileCall.Flush, "-wal", () =>
        {
            Assert.Equal(1, bench.Get(page));
            using var crashed = bench.Crash(CrashPolicy.None);
            Assert.Equal(1, crashed.Get(page));
        });
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        Assert.Null(bench.Files.Before);
        Assert.Equal(2, bench.Get(page));
    }

    /// <summary>
    /// A number of a transaction that was rolled back is not given again: what it left somewhere would be taken for a
    /// version of the next one.
    /// </summary>
    [Fact]
    public void Sequence_OfARolledBackTransaction_IsNotGivenAgain()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        long lost;
        using (var transaction = bench.Engine.BeginTransaction())
        {
            lost = transaction.Sequence;
            TraceBench.Set(transaction, page, 2);
            bench.Churn();
        }

        Assert.Equal(0, bench.Engine.Pool.SpilledVersions);
        bench.Commit(transaction =>
        {
            Assert.Equal(lost + 1, transaction.Sequence);
            Assert.Equal(1, TraceBench.Get(transaction, page));
            TraceBench.SetPart(transaction, page, 0, 3);
        });
        using var crashed = bench.Crash(CrashPolicy.None);
        using var snapshot = crashed.Engine.BeginSnapshot();
        Assert.Equal(3, TraceBench.GetPart(snapshot, page, 0));
        Assert.Equal(1, TraceBench.GetPart(snapshot, page, 1));
    }

    /// <summary>
    /// A commit is in a frame only, neither durable nor at home; the next transaction replaces its version and is
    /// rolled back. The version is the newest one again, or nobody would find it.
    /// </summary>
    [Fact]
    public void Rollback_ReplacedVersionIsInMemoryOnly_IsTheNewestAgain()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        bench.Append(transaction => TraceBench.Set(transaction, page, 2));
        using (var lost = bench.Engine.BeginTransaction())
        {
            TraceBench.Set(lost, page, 3);
            bench.Churn();
        }

        bench.Churn();
        bench.Append(transaction => Assert.Equal(2, TraceBench.Get(transaction, page)));
        bench.Engine.FlushLog();
        bench.Engine.Checkpoint();
        Assert.Equal(2, bench.Get(page));
        bench.Churn();
        Assert.Equal(2, bench.Get(page));
    }

    /// <summary>An empty file is a new one; one that ends within its first pages is damaged, and stays.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(Page.Size)]
    [InlineData(Page.Size + 100)]
    public void Open_FileOfLessThanTwoPages_IsNewOrRefused(int length)
    {
        var disk = new SimulatedFileSystem();
        using (var whole = new TraceBench(new SimulatedFileSystem()))
        {
            using var file = disk.Open(TraceBench.Path, FileOpening.CreateNew);
            file.Write(whole.Disk.ReadAll(TraceBench.Path).AsSpan(0, length), 0);
        }

        var before = disk.ReadAll(TraceBench.Path);
        if (length == 0)
        {
            using var bench = new TraceBench(disk);
            Assert.Equal(2 * Page.Size, bench.Engine.GetStatistics().FileBytes);
        }
        else
        {
            Assert.ThrowsAny<VMemDbException>(() => new TraceBench(disk));
            Assert.Equal(before, disk.ReadAll(TraceBench.Path));
        }
    }

    private static void AssertOnly(TraceBench bench, PagePos position)
    {
        using var snapshot = bench.Engine.BeginSnapshot();
        using var page = snapshot.Read(position);
        Assert.Equal(5, Layout.At<long>(page.Payload, 3000));
        Assert.Equal(5, page.Payload.ToArray().Sum(value => value));
    }
}
