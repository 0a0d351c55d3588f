using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Disk;

/// <summary>A disk that has no room from some moment on.</summary>
public sealed class NoRoomTests
{
    private static readonly EngineOptions s_options =
        new() { MaxMappedPages = 256, BackgroundWork = false, LogSegmentBytes = 64 << 10, CheckpointBytes = 1 << 20 };

    /// <summary>
    /// Once the log filled what was left of the disk, nothing could be deleted any more: a commit needed more log, and
    /// the checkpoint that would have given the log's room back needed a second segment, for which there was none
    /// either. The second segment now exists from the start.
    /// </summary>
    [Fact]
    public void Commit_LogHasTheLastRoom_GoesOnInIt()
    {
        var files = new SimulatedFileSystem();
        using var fixture = new EngineFixture(s_options, files);
        fixture.Put(0, EngineFixture.Value(0, 3_000));
        fixture.Put(1, EngineFixture.Value(1, 3_000));
        files.Fault = new(FaultKind.NoSpace, files.MutatingCalls + 1, 1_000_000);
        for (var i = 2; i < 500; i++)
        {
            fixture.Put(i % 2, EngineFixture.Value(i, 3_000));
        }

        Assert.True(files.FaultStruck);
        fixture.Engine.Checkpoint();
        Remove(fixture, 0);
        Assert.Null(fixture.Get(0));
        Assert.Equal(EngineFixture.Value(499, 3_000), fixture.Get(1));
        AssertRefused(fixture, 2_000_000);
        fixture.Reopen();
        Assert.Equal(EngineFixture.Value(499, 3_000), fixture.Get(1));
    }

    /// <summary>
    /// A commit that went over to the other segment by itself left the old one to be retired, and a truncation that
    /// came then made one checkpoint, which did only that: its own shrinking commit stayed in the log's live part, and
    /// the file as long as it was.
    /// </summary>
    [Fact]
    public void Truncate_CommitHadSwitchedSegments_CutsTheFile()
    {
        var files = new SimulatedFileSystem();
        using var fixture = new EngineFixture(s_options, files);
        for (var i = 0; i < 900; i++)
        {
            fixture.Put(i, EngineFixture.Value(i, 3_000));
        }

        fixture.Engine.Checkpoint();
        files.Fault = new(FaultKind.NoSpace, files.MutatingCalls + 1, 1_000_000);
        var before = fixture.Engine.GetStatistics();
        for (var i = 100; i < 900 || fixture.Engine.GetStatistics().Checkpoints == before.Checkpoints; i++)
        {
            Remove(fixture, i);
            fixture.Put(i % 10, EngineFixture.Value(-i, 3_000));
        }

        fixture.Engine.Shrinker.Truncate(default);
        Assert.InRange(fixture.Engine.GetStatistics().FileBytes, 0, before.FileBytes / 4);
    }

    private static void Remove(EngineFixture fixture, int key)
    {
        using var transaction = fixture.Engine.BeginTransaction();
        BTree.Remove(transaction, EngineFixture.State, EngineFixture.Key(key));
        transaction.Commit();
    }

    private static void AssertRefused(EngineFixture fixture, int length)
    {
        var error = Assert.Throws<TransactionException>(() => fixture.Put(7, EngineFixture.Value(7, length)));
        Assert.Equal(TransactionFailure.StorageFull, error.Reason);
        Assert.Null(fixture.Get(7));
    }
}
