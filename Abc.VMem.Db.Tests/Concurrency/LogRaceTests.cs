using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Protocol;
using Abc.VMem.Db.Tests.Support;

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
    public void Commit_WhileAnotherOnesBytesAreOnTheirWay_IsNotAcknowledgedBeforeIt()
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
        var wasEarly = follower.Wait(200);
        goOn.Set();
        Assert.True(Task.WaitAll([leader, follower], Patience));
        Assert.False(wasEarly);
        using var crashed = bench.Crash(CrashPolicy.None);
        Assert.Equal((2, 2), (crashed.Get(first), crashed.Get(second)));
    }

    /// <summary>
    /// A checkpoint's flush of the data file is under way and will fail. The system tells one caller only: a commit
    /// that flushed the same file beside it and heard of nothing would rely on pages that are lost.
    /// </summary>
    [Fact]
    public void Flush_BesideOneThatFails_IsNotBelieved()
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
        var wasEarly = load.Wait(500);
        goOn.Set();
        Assert.True(Task.WaitAll([checkpoint, load], Patience));
        Assert.False(wasEarly);
        Assert.IsType<DatabaseFailedException>(checkpoint.Result);
        Assert.IsType<DatabaseFailedException>(load.Result);
        Assert.Throws<DatabaseFailedException>(() => bench.Get(page));
    }

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
