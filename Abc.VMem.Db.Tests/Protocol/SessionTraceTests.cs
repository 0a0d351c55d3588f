using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>Traces of rules that the first model does not have: how a session begins its log.</summary>
public sealed class SessionTraceTests
{
    /// <summary>
    /// The power goes in the first write of a session, when its log has a header and no record: page 0 still says that
    /// the file was closed. Recovery goes on from there, and checkpoints move the log's position on without a write,
    /// so that nothing has told page 0. The log is no stranger's.
    /// </summary>
    [Fact]
    public void Session_CutOffBeforeItsFirstRecord_CheckpointsAfterRecoveryLeaveALogThatIsItsOwn()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Dispose();
        using var next = new TraceBench(bench.Disk);
        var crashes = next.CrashesDuring(() => next.Commit(transaction => TraceBench.Set(transaction, page, 2)));
        TraceBench.AssertRecover(crashes, crashed =>
        {
            var value = crashed.Get(page);
            Assert.InRange(value, 1, 2);
            for (var i = 0; i < 3; i++)
            {
                crashed.Engine.Checkpoint();
                using var again = crashed.Crash(CrashPolicy.None);
                Assert.Equal(value, again.Get(page));
            }
        });
    }
}
