using Abc.VMem.Db.Tests.Protocol;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>Closing a database whose disk is gone.</summary>
public sealed class CloseTests
{
    /// <summary>
    /// To close rolls back the open transaction, which reads the temporary file where its pages are. When that failed,
    /// the place of the writer was given back twice, and the caller saw a full semaphore instead of a closed database.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_WithASpilledTransactionAndNoDisk_Closes(bool isFirstToKnow)
    {
        var files = new SimulatedFileSystem();
        var options = new EngineOptions
        {
            MaxMappedPages = 16,
            LogSegmentBytes = 16 << 10,
            CheckpointBytes = 48 << 10,
            BackgroundWork = false,
            RandomSeed = 1,
        };
        var db = VMemDatabase.Open(files, "d/x.vmem", options);
        db.GetList<long>("list").Add(1);
        db.GetMap<int, byte[]>("map").PutRange(
            Enumerable.Range(0, 200).Select(i => KeyValuePair.Create(i, new byte[1_500])));
        var transaction = db.BeginTransaction();
        var map = transaction.GetMap<int, byte[]>("map");
        for (var i = 0; i < 200; i++)
        {
            map[i] = new byte[1_600];
        }

        Assert.NotEqual(0, db.GetStatistics().SpillBytes);
        files.CrashAt = files.MutatingCalls + 1;
        if (isFirstToKnow)
        {
            // Nobody was told before: who closes is.
            files.Fault = new(FaultKind.ReadError, files.ReadCalls + 1, 1_000);
            Assert.Throws<DatabaseFailedException>(db.Dispose);
        }
        else
        {
            Assert.ThrowsAny<Exception>(() => map.PutRange(
                Enumerable.Range(0, 500).Select(i => KeyValuePair.Create(i, new byte[1_700]))));
            db.Dispose();
        }

        Assert.Throws<ObjectDisposedException>(() => db.GetList<long>("list").Add(2));
    }

    /// <summary>
    /// A process that died between writing the mark of a clean close and flushing it leaves a file that looks closed to
    /// the next one, as long as the system's cache lives. That one deleted the log before the mark was on the disk:
    /// when the power went then, the file was refused, for want of its log. And when it changed nothing, the log
    /// stayed.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_KilledInIt_TheNextSessionLosesNothingAndTidiesUp(bool changes)
    {
        var files = new SimulatedFileSystem();
        var killed = new List<SimulatedFileSystem>();
        using (var db = Open(files))
        {
            db.GetMap<int, byte[]>("map").PutRange(
                Enumerable.Range(0, 20).Select(i => KeyValuePair.Create(i, new byte[900])));
            files.Mutating = () => killed.Add(files.Kill());
        }

        Assert.True(killed.Count >= 4, "too few calls to close");
        foreach (var left in killed)
        {
            var disks = CrashBench.Disks(left, () =>
            {
                using var db = Open(left);
                Assert.Equal(20, db.GetMap<int, byte[]>("map").Count);
                if (changes)
                {
                    db.GetMap<int, byte[]>("map").Put(7, new byte[10]);
                }
            });
            Assert.Equal(["d/x.vmem"], left.Paths);
            foreach (var disk in disks)
            {
                using var db = Open(disk);
                Assert.Equal(20, db.GetMap<int, byte[]>("map").Count);
                db.Check();
            }
        }
    }

    private static VMemDatabase Open(SimulatedFileSystem files) => VMemDatabase.Open(
        files,
        "d/x.vmem",
        new EngineOptions
        {
            MaxMappedPages = 64,
            LogSegmentBytes = 16 << 10,
            CheckpointBytes = 48 << 10,
            BackgroundWork = false,
            RandomSeed = 1,
        });

    /// <summary>
    /// A checkpoint is at work when the database fails and is closed: the close frees the frames under it.
    /// </summary>
    [Fact]
    public void Dispose_AfterAFailureDuringACheckpoint_WaitsForIt()
    {
        var files = new GatedFiles(new SimulatedFileSystem());
        var engine = Engine.Open(files, "d/x.vmem", new EngineOptions { MaxMappedPages = 64, BackgroundWork = false });
        using (var transaction = engine.BeginTransaction())
        {
            TraceBench.Add(transaction, 1);
            transaction.Commit();
        }

        using var isWriting = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        files.Before = (call, path, _) =>
        {
            if (call == FileCall.Write && !path.Contains("-wal", StringComparison.Ordinal))
            {
                isWriting.Set();
                goOn.Wait(TimeSpan.FromSeconds(20));
                throw new IOException("Enough.");
            }
        };
        var checkpoint = new Beside(engine.Checkpoint);
        Assert.True(isWriting.Wait(TimeSpan.FromSeconds(20)));
        _ = engine.Fail(new IOException("The log could not be flushed."));
        var close = new Beside(engine.Dispose);
        var isClosed = close.EndsWithin(1_000);
        var isFreed = false;
        try
        {
            engine.Pool.AddReference();
            engine.Pool.ReleaseReference();
        }
        catch (ObjectDisposedException)
        {
            isFreed = true;
        }

        goOn.Set();
        Assert.ThrowsAny<Exception>(checkpoint.End);
        close.End();
        Assert.False(isFreed, "The frames were freed while the checkpoint writes them home.");
        _ = isClosed;
    }
}
