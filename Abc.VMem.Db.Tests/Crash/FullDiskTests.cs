using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Protocol;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>A disk that is full while a database is opened, and while commits make their own checkpoints.</summary>
public sealed class FullDiskTests
{
    private const string Path = "d/x.vmem";

    private static readonly EngineOptions s_small = new()
    {
        MaxMappedPages = 64,
        BackgroundWork = false,
        LogSegmentBytes = 64 << 10,
        CheckpointBytes = 64 << 20,
        RandomSeed = 1,
    };

    /// <summary>
    /// A process dies on a full disk: the database can be opened again, to delete something for example.
    /// </summary>
    [Fact]
    public void Open_AfterACrashOnAFullDisk_Recovers()
    {
        var files = new SimulatedFileSystem();
        var engine = Engine.Open(files, Path, s_small);
        var page = PagePos.Nil;
        using (var transaction = engine.BeginTransaction())
        {
            page = TraceBench.Add(transaction, 1);
            transaction.Commit();
        }

        var killed = files.Kill();
        killed.Fault = new(FaultKind.NoSpace, 1, 1_000_000);
        using var again = Engine.Open(killed, Path, s_small);
        using var snapshot = again.BeginSnapshot();
        Assert.Equal(1, TraceBench.Get(snapshot, page));
    }

    /// <summary>
    /// Commits that make their own checkpoints on a full disk, and a power loss at each call of theirs.
    /// </summary>
    [Theory]
    [InlineData(6)]
    [InlineData(9)]
    public void Commit_WithItsOwnCheckpointOnAFullDisk_EveryCrashFindsAPrefix(int pageCount)
    {
        var disk = new SimulatedFileSystem();
        var files = new GatedFiles(disk);
        var engine = Engine.Open(files, Path, s_small);
        var pages = new PagePos[pageCount];
        using (var transaction = engine.BeginTransaction())
        {
            for (var i = 0; i < pageCount; i++)
            {
                pages[i] = TraceBench.Add(transaction, 0);
            }

            transaction.Commit();
        }

        disk.Fault = new(FaultKind.NoSpace, disk.MutatingCalls + 1, 1_000_000);
        var acknowledged = 0L;
        var states = new List<(long Acknowledged, string Call, SimulatedFileSystem Disk)>();
        disk.Mutating = () =>
        {
            foreach (var policy in CrashPolicies.All)
            {
                var seed = disk.MutatingCalls;
                states.Add((acknowledged, $"{disk.Trace[^1]} {policy}", disk.Crash(policy, seed)));
            }
        };
        var before = engine.GetStatistics().Checkpoints;
        for (var value = 1L; value <= 12; value++)
        {
            using var transaction = engine.BeginTransaction();
            var random = new Random((int)value);
            foreach (var position in pages)
            {
                using var page = transaction.Write(position);
                random.NextBytes(page.Payload);
                Layout.At<long>(page.Payload, 0) = value;
            }

            transaction.Commit();
            acknowledged = value;
        }

        disk.Mutating = null;
        Assert.True(engine.GetStatistics().Checkpoints > before);
        Assert.NotEmpty(states);
        foreach (var (least, call, crashed) in states)
        {
            try
            {
                using var again = Engine.Open(crashed, Path, s_small);
                using var snapshot = again.BeginSnapshot();
                var values = pages.Select(position => ValueOf(snapshot, position)).Distinct().ToList();
                Assert.Single(values);
                Assert.InRange(values[0], least, least + 1);
            }
            catch (Exception e) when (e is VMemDbException)
            {
                Assert.Fail($"{call}: {e}");
            }
        }

        engine.Dispose();
    }

    /// <summary>
    /// All frames are the commit's while it makes its own checkpoint; readers wait, and nobody hangs.
    /// </summary>
    [Fact]
    public void Commit_WithItsOwnCheckpointAndAllFrames_DoesNotHang()
    {
        var disk = new SimulatedFileSystem();
        var options = s_small with { MaxMappedPages = 16 };
        var engine = Engine.Open(disk, Path, options);
        var pages = new PagePos[40];
        using (var transaction = engine.BeginTransaction())
        {
            for (var i = 0; i < pages.Length; i++)
            {
                pages[i] = TraceBench.Add(transaction, 0);
            }

            transaction.Commit();
        }

        disk.Fault = new(FaultKind.NoSpace, disk.MutatingCalls + 1, 1_000_000);
        var stop = false;
        var readers = Enumerable.Range(0, 3).Select(seed => new Beside(() =>
        {
            var random = new Random(seed);
            while (!Volatile.Read(ref stop))
            {
                try
                {
                    using var snapshot = engine.BeginSnapshot();
                    _ = ValueOf(snapshot, pages[random.Next(pages.Length)]);
                }
                catch (TransactionException e) when (e.Reason == TransactionFailure.SnapshotTooOld)
                {
                }
            }
        })).ToList();
        var before = engine.GetStatistics().Checkpoints;
        var writer = new Beside(() =>
        {
            for (var value = 1L; value <= 60; value++)
            {
                using var transaction = engine.BeginTransaction();
                for (var i = 0; i < 9; i++)
                {
                    using var page = transaction.Write(pages[((int)value + i) % pages.Length]);
                    new Random((int)value).NextBytes(page.Payload);
                }

                transaction.Commit();
            }
        });
        try
        {
            writer.End();
        }
        finally
        {
            Volatile.Write(ref stop, true);
        }

        readers.ForEach(reader => reader.End());
        Assert.True(engine.GetStatistics().Checkpoints > before);
        engine.Dispose();
    }

    private static long ValueOf(PageReader reader, PagePos position)
    {
        using var page = reader.Read(position);
        return Layout.At<long>(page.Payload, 0);
    }
}
