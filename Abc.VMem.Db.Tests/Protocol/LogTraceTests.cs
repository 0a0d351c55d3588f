using System.Diagnostics;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>
/// Traces V7 to V12 of the protocol's model: two segments in turn, what a crash leaves of them, and which one of them
/// recovery believes. docs/TESTING.md names the rule of each, and what broke when it was taken out.
/// </summary>
public sealed class LogTraceTests
{
    private const string Log = "-wal";

    /// <summary>Short commits, then pages of each long one: how full the last block of a log becomes.</summary>
    public static TheoryData<int, int> Fillings
    {
        get
        {
            var fillings = new TheoryData<int, int>();
            for (var i = 0; i < 12; i++)
            {
                fillings.Add(i % 3, 1 + (i / 3));
            }

            return fillings;
        }
    }

    /// <summary>
    /// V7. A segment that was retired looks as it did when it was live. Recovery replays it unless a record of the
    /// newer one says that it is dead; then its image of a page that was cut off since would replace what has been
    /// written straight home in the same place.
    /// </summary>
    [Fact]
    public void V7_RetiredSegmentHoldsAnImageOfACutPage_DirectPageInItsPlaceSurvives()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Commit(transaction => transaction.Shrink(page.Value, 0));
        Assert.True(bench.Engine.TryCut(wait: true));
        bench.Commit(transaction =>
        {
            for (var i = 0; i < 2 * BufferPool.MinMappedPages; i++)
            {
                Assert.Equal(page.Value + i, TraceBench.Add(transaction, 100 + i).Value);
            }
        });
        foreach (var policy in CrashPolicies.All)
        {
            using var crashed = bench.Crash(policy);
            Assert.Equal(100, crashed.Get(page));
        }
    }

    /// <summary>V7. The segment is used again, and at every call of that the power may go.</summary>
    [Fact]
    public void V7_SegmentIsUsedAgain_NoCrashBelievesTheOldContent()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        var crashes = bench.CrashesDuring(() =>
        {
            bench.Engine.Checkpoint();
            bench.Commit(transaction => TraceBench.Set(transaction, page, 3));
        });
        TraceBench.AssertRecover(crashes, crashed => Assert.InRange(crashed.Get(page), 2, 3));
        using var crashed = bench.Crash(CrashPolicy.None);
        Assert.Equal(3, crashed.Get(page));
    }

    /// <summary>
    /// V7. A segment that a large commit made grow is cut back when it is retired: not before the record of that is
    /// durable, or a crash finds a live segment without its end.
    /// </summary>
    [Fact]
    public void V7_RetiredSegmentIsCutBack_OnlyOnceItsRetirementIsDurable()
    {
        using var bench = new TraceBench(TraceBench.Options with { CheckpointBytes = 1, LogSegmentBytes = 16 << 10 });
        var pages = new List<PagePos>();
        for (var i = 0; i < 10; i++)
        {
            pages.Add(bench.Add(1));
        }

        var sequence = bench.Append(transaction => RandomBytes(transaction, pages));
        bench.Engine.FlushLog();

        // The checkpoint that was due before; now the large segment is the one in use.
        bench.Engine.Checkpoint();
        Assert.True(bench.Engine.GetStatistics().LogBytes > 64 << 10);
        var crashes = bench.CrashesDuring(bench.Engine.Checkpoint);
        Assert.Contains(crashes, crash => crash.Call.Contains("set length", StringComparison.Ordinal));
        TraceBench.AssertRecover(crashes, crashed => Assert.Equal(sequence, crashed.Engine.VisibleSequence));
    }

    /// <summary>
    /// V8. Commits fill the new segment before the old one is retired, and the disk is full: the record that retires it
    /// must have its room, or there is no way out.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void V8_CommitsFillTheSegmentDuringTheCheckpointOnAFullDisk_OldOneIsStillRetired(int shortCommits)
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        var checkpoints = bench.Engine.GetStatistics().Checkpoints;
        using var committer = new Committer(bench, [page]);
        bench.AtNext(FileCall.Flush, "", () => FillTheLog(bench, shortCommits, committer));
        bench.Engine.Checkpoint();
        Assert.Null(bench.Files.Before);
        Assert.True(bench.Engine.GetStatistics().Checkpoints > checkpoints);
        committer.Stop();
        bench.Engine.Checkpoint();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 5));
        bench.Disk.Fault = null;
        using var crashed = bench.Crash(CrashPolicy.None);
        Assert.Equal(5, crashed.Get(page));
    }

    /// <summary>
    /// V8. The marks of an idle database take room as well, and so does page 0 at the close: on a full disk they must
    /// not take what the retirement, and the close itself, need.
    /// </summary>
    [Theory]
    [MemberData(nameof(Fillings))]
    public void V8_MarksOfAnIdleDatabaseOnAFullDisk_LeaveRoomForRetirementAndClose(int shortCommits, int pageCount)
    {
        // One commit more would wait for the checkpoint, which then finds another segment to go on in.
        var most = 0;
        using (var bench = new TraceBench())
        {
            using var committer = new Committer(bench, AddPages(bench, pageCount));
            bench.AtNext(FileCall.Flush, "", () => most = FillTheLog(bench, shortCommits, committer));
            bench.Engine.Checkpoint();
            committer.Stop();
        }

        using var full = new TraceBench();
        using var filler = new Committer(full, AddPages(full, pageCount));
        full.AtNext(FileCall.Flush, "", () =>
        {
            FillTheLog(full, shortCommits, filler, most);
            ProtectedCalls.Maintain(full.Engine, false, false);
        });
        full.Engine.Checkpoint();
        Assert.Null(full.Files.Before);
        ProtectedCalls.Maintain(full.Engine, false, false);
        ProtectedCalls.Maintain(full.Engine, false, false);
        var last = full.Engine.VisibleSequence;
        full.Dispose();
        using var again = new TraceBench(full.Disk);
        Assert.Equal(last, again.Engine.VisibleSequence);
    }

    /// <summary>V8b. A record that changes nothing is no work: when nothing happens, nothing is written.</summary>
    [Fact]
    public void V8b_NothingHappensAfterACheckpoint_OneMarkIsWrittenAndNoMore()
    {
        using var bench = new TraceBench();
        bench.Add(1);
        bench.Engine.Checkpoint();
        var checkpoints = bench.Engine.GetStatistics().Checkpoints;
        ProtectedCalls.Maintain(bench.Engine, false, false);
        var calls = bench.Disk.MutatingCalls;
        for (var i = 0; i < 10; i++)
        {
            ProtectedCalls.Maintain(bench.Engine, false, false);
        }

        Assert.Equal(calls, bench.Disk.MutatingCalls);
        Assert.Equal(checkpoints, bench.Engine.GetStatistics().Checkpoints);
    }

    /// <summary>
    /// V9. Commits are in the old segment and not flushed when the log switches, one of them appended while the switch
    /// flushes: all of them are durable before the new header is, else it would stand behind a gap.
    /// </summary>
    [Fact]
    public void V9_SwitchWithUnflushedCommits_EveryCrashFindsAPrefix()
    {
        using var bench = new TraceBench();
        var (first, second) = (bench.Add(1), bench.Add(1));
        bench.Append(transaction => TraceBench.Set(transaction, first, 2));
        bench.AtNext(FileCall.Flush, Log, () => bench.Append(transaction => TraceBench.Set(transaction, second, 2)));
        var crashes = bench.CrashesDuring(bench.Engine.Checkpoint);
        Assert.Null(bench.Files.Before);
        TraceBench.AssertRecover(crashes, crashed => Assert.True(crashed.Get(first) >= crashed.Get(second)));
        Assert.Equal(bench.Engine.AppendedSequence, bench.Engine.DurableSequence);
        using var last = bench.Crash(CrashPolicy.None);
        Assert.Equal(2, last.Get(first));
        Assert.Equal(2, last.Get(second));
    }

    /// <summary>
    /// V10. Recovery begins a segment: not over the newest valid one, and a header that is torn leaves the old one. So
    /// it can be cut off at any call, twice.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void V10_RecoveryIsCutOffTwice_LogIsStillThere(int checkpoints)
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        for (var i = 0; i < checkpoints; i++)
        {
            bench.Engine.Checkpoint();
            bench.Commit(transaction => TraceBench.SetPart(transaction, page, i, 2));
        }

        bench.Commit(transaction => TraceBench.Set(transaction, page, 3));
        var once = CrashesDuringOpen(bench.Disk.Crash(CrashPolicy.None, 1));
        TraceBench.AssertRecover(once, crashed => Assert.Equal(3, crashed.Get(page)));
        var twice = once.Where((_, i) => i % 17 == 0).SelectMany(crash => CrashesDuringOpen(crash.Disk)).ToList();
        TraceBench.AssertRecover([.. twice.Where((_, i) => i % 5 == 0)], crashed => Assert.Equal(3, crashed.Get(page)));
    }

    /// <summary>
    /// V11. Records of an earlier use lie where a segment's first record was lost, at the right log position and
    /// chained to what the header says. Only the salt tells, which is random: with the same one they are believed.
    /// </summary>
    [Theory]
    [InlineData(11, 2)]
    [InlineData(12, 1)]
    public void V11_RecordsOfAnotherUse_AreNotAcceptedForTheirSalt(int seed, long expected)
    {
        var (disk, page) = ClosedWithOnePage();
        var earlier = disk.Crash(CrashPolicy.All, 1);
        using (var bench = new TraceBench(earlier, TraceBench.Options with { RandomSeed = 11 }))
        {
            bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
            earlier = bench.Disk.Crash(CrashPolicy.None, 1);
        }

        var lost = HeaderOnly(disk.Crash(CrashPolicy.All, 1), page, seed);
        lost.Damage(TraceBench.Path + "-wal0", Page.Size, earlier.ReadAll(TraceBench.Path + "-wal0").AsSpan(Page.Size));
        using var recovered = new TraceBench(lost);
        Assert.Equal(expected, recovered.Get(page));
    }

    /// <summary>
    /// V12. A commit decides between image and difference by the segment it goes to. In the middle of it, while it
    /// reads a spilled page, another thread asks for a switch: that waits until the commit is in the log.
    /// </summary>
    [Fact]
    public void V12_SwitchIsAskedForInTheMiddleOfACommit_ItComesAfterIt()
    {
        using var bench = new TraceBench();
        var (first, second) = (bench.Add(1), bench.Add(1));
        Beside? checkpoint = null;
        bench.Commit(transaction =>
        {
            TraceBench.SetPart(transaction, first, 0, 2);
            TraceBench.SetPart(transaction, second, 0, 2);
            bench.Churn();
            bench.AtNext(FileCall.Read, "-tmp", fromOffset: Page.Size, step: () =>
            {
                var logs = Logs(bench);
                checkpoint = new Beside(bench.Engine.Checkpoint);
                Assert.False(checkpoint.EndsWithin(100));
                Assert.Equal(logs, Logs(bench));
            });
        });
        Assert.NotNull(checkpoint);
        checkpoint.End();
        bench.Commit(transaction => TraceBench.SetPart(transaction, first, 1, 3));
        using var crashed = bench.Crash(CrashPolicy.None);
        using var snapshot = crashed.Engine.BeginSnapshot();
        Assert.Equal((2, 3), (TraceBench.GetPart(snapshot, first, 0), TraceBench.GetPart(snapshot, first, 1)));
        Assert.Equal((2, 1), (TraceBench.GetPart(snapshot, second, 0), TraceBench.GetPart(snapshot, second, 1)));
    }

    private static List<(string Call, SimulatedFileSystem Disk)> CrashesDuringOpen(SimulatedFileSystem disk)
    {
        // What is opened is not closed: what closing writes is not recovery.
        var copy = disk.Crash(CrashPolicy.None, 1);
        return TraceBench.CrashesDuring(copy, () => Assert.False(new TraceBench(copy).Engine.IsClosed));
    }

    private static (SimulatedFileSystem Disk, PagePos Page) ClosedWithOnePage()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Dispose();
        return (bench.Disk, page);
    }

    // The header of a session's segment is durable, its first record is not.
    private static SimulatedFileSystem HeaderOnly(SimulatedFileSystem disk, PagePos page, int seed)
    {
        SimulatedFileSystem? lost = null;
        using var bench = new TraceBench(disk, TraceBench.Options with { RandomSeed = seed });
        bench.Files.Before = (call, path, offset) =>
        {
            // The file is filled with zeros when it is made; the first record is written after the header.
            var isRecord = call == FileCall.Write && offset == Page.Size && bench.Disk.ReadAll(path)[0] != 0;
            lost ??= isRecord ? bench.Disk.Crash(CrashPolicy.None, 1) : null;
        };
        bench.Commit(transaction => TraceBench.Set(transaction, page, 9));
        Assert.NotNull(lost);
        return lost;
    }

    private static PagePos[] AddPages(TraceBench bench, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => bench.Add(1))];

    // Fills the log to its last block while a checkpoint runs, on a disk that gives no more room: the commit that finds
    // none waits for the checkpoint. Returns how many did not.
    private static int FillTheLog(TraceBench bench, int shortCommits, Committer committer, int most = int.MaxValue)
    {
        bench.Disk.Fault = new SimulatedFault(FaultKind.NoSpace, 1, int.MaxValue);
        for (var i = 0; i < shortCommits; i++)
        {
            // A commit takes whole blocks: some of one block decide whether those of two fill the last one.
            bench.Commit(transaction => TraceBench.SetPart(transaction, committer.Pages[0], 0, 2));
        }

        return committer.RunUntilItWaits(most);
    }

    private static string Logs(TraceBench bench) => string.Join(
        '/',
        bench.Disk.Paths.Where(path => path.Contains(Log, StringComparison.Ordinal))
            .Select(path => Convert.ToHexString(bench.Disk.ReadAll(path)[..128])));

    private static void RandomBytes(Transaction transaction, IEnumerable<PagePos> pages)
    {
        var random = new Random((int)transaction.Sequence);
        foreach (var position in pages)
        {
            using var page = transaction.Write(position);
            random.NextBytes(page.Payload);
        }
    }

    /// <summary>Commits without end on a thread of its own.</summary>
    private sealed class Committer(TraceBench bench, PagePos[] pages) : IDisposable
    {
        private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
        private Thread? _thread;
        private Exception? _error;
        private volatile bool _stop;
        private int _most;
        private volatile int _commits;

        public PagePos[] Pages => pages;

        // Also until there were so many.
        public int RunUntilItWaits(int most = int.MaxValue)
        {
            _most = most;
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
            var waited = Stopwatch.StartNew();
            for (var (quiet, seen) = (0, -1); quiet < 5; Thread.Sleep(10))
            {
                Assert.True(_error is null, _error?.ToString());
                Assert.True(waited.Elapsed < s_patience, "No commit ever waited for the checkpoint.");
                if (_commits == most)
                {
                    break;
                }

                var waits = _thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin) && _commits == seen;
                (quiet, seen) = (waits ? quiet + 1 : 0, _commits);
            }

            return _commits;
        }

        public void Stop()
        {
            _stop = true;
            Assert.True(_thread!.Join(s_patience), "A commit waits for a checkpoint that has ended.");
            Assert.True(_error is null, _error?.ToString());
        }

        public void Dispose() => _stop = true;

        private void Run()
        {
            try
            {
                for (; !_stop && _commits < _most; _commits++)
                {
                    bench.Commit(transaction => RandomBytes(transaction, pages));
                }
            }
            catch (Exception e)
            {
                _error = e;
            }
        }
    }
}
