using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>
/// What recovery must not believe: half commits, damage that looks like a torn tail, logs of other states.
/// </summary>
public sealed class RefusalTests
{
    /// <summary>
    /// A commit of several chunks: wherever the power goes, all of its pages are there, or none. Chunks that came
    /// without the last one count for nothing.
    /// </summary>
    [Fact]
    public void Commit_OfSeveralChunks_CountsOnlyWithItsLast()
    {
        using var bench = new TraceBench();
        var pages = Enumerable.Range(2, 40).Select(position => new PagePos(position)).ToList();
        var crashes = bench.CrashesDuring(() => bench.Commit(transaction =>
            pages.ForEach(page => FillWithNoise(transaction, page))));
        TraceBench.AssertRecover(crashes, crashed =>
        {
            using var snapshot = crashed.Engine.BeginSnapshot();
            Assert.Single(pages.Select(page => IsNoise(snapshot, page)).Distinct());
        });
    }

    /// <summary>
    /// A record in the middle of the log rots. A later one says that everything before it was durable: so this is no
    /// torn tail, and the commits behind it are not given up in silence.
    /// </summary>
    [Fact]
    public void Damage_BeforeADurableRecord_IsNoTornTail()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        var log = LiveLog(bench);
        var before = bench.Disk.ReadAll(log);
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        var offset = Enumerable.Range(0, before.Length).First(i => before[i] != bench.Disk.ReadAll(log)[i]);
        bench.Commit(transaction => TraceBench.Set(transaction, page, 3));
        bench.Commit(transaction => TraceBench.Set(transaction, page, 4));
        var disk = bench.Disk.Crash(CrashPolicy.None, 1);
        Flip(disk, log, offset + 100);
        var error = Assert.Throws<CorruptDatabaseException>(() => new TraceBench(disk));
        Assert.Contains(log, error.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Two segments are live, and the last record of the older one rots. Nothing in that segment follows it; but the
    /// newer one begins where it ended, and must not be applied to a state before it.
    /// </summary>
    [Fact]
    public void Damage_AtTheEndOfTheOlderLiveSegment_IsRefused()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        var log = LiveLog(bench);
        var before = bench.Disk.ReadAll(log);
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        var offset = Enumerable.Range(0, before.Length).First(i => before[i] != bench.Disk.ReadAll(log)[i]);
        SimulatedFileSystem? disk = null;
        bench.AtNext(FileCall.Flush, "", () => disk = bench.Disk.Crash(CrashPolicy.None, 1));
        bench.Engine.Checkpoint();
        Flip(disk!, log, offset + 100);
        Assert.Throws<CorruptDatabaseException>(() => new TraceBench(disk!));
    }

    /// <summary>A file put back from a backup, beside the log of a later session: refused, not patched.</summary>
    [Fact]
    public void Log_OfALaterSession_IsRefused()
    {
        var disk = new SimulatedFileSystem();
        var page = Session(disk, bench => bench.Add(1));
        var backup = disk.ReadAll(TraceBench.Path);
        Session(disk, bench => Update(bench, page, 2));
        using var last = new TraceBench(disk);
        Update(last, page, 3);
        var crashed = last.Disk.Crash(CrashPolicy.None, 1);
        crashed.Damage(TraceBench.Path, 0, backup);
        var error = Assert.Throws<DatabaseOpenException>(() => new TraceBench(crashed));
        Assert.Equal(OpenFailure.ForeignLog, error.Reason);
    }

    /// <summary>
    /// The log of a file that was not closed is gone: refused, instead of the state of the last checkpoint.
    /// </summary>
    [Fact]
    public void Log_ThatIsMissing_IsRefused()
    {
        using var bench = new TraceBench();
        bench.Add(1);
        var crashed = bench.Disk.Crash(CrashPolicy.None, 1);
        crashed.Delete(TraceBench.Path + "-wal0");
        crashed.Delete(TraceBench.Path + "-wal1");
        var error = Assert.Throws<DatabaseOpenException>(() => new TraceBench(crashed));
        Assert.Equal(OpenFailure.LogMissing, error.Reason);
    }

    /// <summary>
    /// A flush of the log failed, and the process was killed. Recovery reads the record, but only the system's cache
    /// has it, marked clean. Before pages go home because of it, it is written again: the power may go next.
    /// </summary>
    [Fact]
    public void Recovery_AfterAFailedFlush_WritesTheLogAgainFirst()
    {
        using var bench = new TraceBench();
        var (first, second) = (bench.Add(1), bench.Add(1));
        bench.Engine.Checkpoint();
        bench.Disk.Fault = new SimulatedFault(FaultKind.FlushFailure, bench.Disk.MutatingCalls + 2);
        Assert.Throws<TransactionException>(() => bench.Commit(transaction =>
        {
            TraceBench.Set(transaction, first, 2);
            TraceBench.Set(transaction, second, 2);
        }));
        Assert.True(bench.Disk.FaultStruck);
        var killed = bench.Disk.Kill();
        var crashes = TraceBench.CrashesDuring(
            killed, () => Assert.False(new TraceBench(killed).Engine.IsClosed));
        TraceBench.AssertRecover(crashes, crashed => Assert.Equal(crashed.Get(first), crashed.Get(second)));
    }

    /// <summary>
    /// Commits that nobody has flushed yet, as they may be without full durability, and a close. Their pages don't go
    /// home before the log is durable: else a power loss in between leaves half of a commit.
    /// </summary>
    [Fact]
    public void Close_WithCommitsThatWereNeverFlushed_LeavesThemWhole()
    {
        using var bench = new TraceBench(TraceBench.Options with { Durability = Durability.None });
        var (first, second) = (bench.Add(1), bench.Add(1));
        bench.Engine.Checkpoint();
        bench.Commit(transaction =>
        {
            TraceBench.Set(transaction, first, 2);
            TraceBench.Set(transaction, second, 2);
        });
        Assert.True(bench.Engine.DurableSequence < bench.Engine.AppendedSequence);
        var crashes = bench.CrashesDuring(bench.Engine.Dispose);
        TraceBench.AssertRecover(crashes, crashed => Assert.Equal(crashed.Get(first), crashed.Get(second)));
    }

    /// <summary>A new file: wherever the power goes, there is none, or a whole one.</summary>
    [Fact]
    public void Create_WhereverThePowerGoes_LeavesAWholeFileOrNone()
    {
        var disk = new SimulatedFileSystem();
        var crashes = TraceBench.CrashesDuring(disk, () => new TraceBench(disk).Dispose());
        TraceBench.AssertRecover(crashes, crashed =>
        {
            using var snapshot = crashed.Engine.BeginSnapshot();
            Assert.Equal(2, snapshot.PageCount);
        });
    }

    /// <summary>A bit of a page rots where its structure does not look: whoever reads the page is told.</summary>
    [Fact]
    public void Page_WithAWrongBit_IsRefused()
    {
        var disk = new SimulatedFileSystem();
        var page = Session(disk, bench => bench.Add(1));
        Flip(disk, TraceBench.Path, ((int)page.Value * Page.Size) + PageHeader.Bytes + 100);
        using var damaged = new TraceBench(disk);
        var error = Assert.Throws<CorruptDatabaseException>(() => damaged.Get(page));
        Assert.Contains($"page {page}", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A file grows ahead of its pages. What it has beyond them goes with the close.</summary>
    [Fact]
    public void Close_AfterTheFileGrewAhead_CutsItAtThePageCount()
    {
        using var bench = new TraceBench();
        bench.Add(1);
        long pageCount;
        using (var snapshot = bench.Engine.BeginSnapshot())
        {
            pageCount = snapshot.PageCount;
        }

        Assert.True(bench.Disk.ReadAll(TraceBench.Path).Length > pageCount * Page.Size);
        bench.Dispose();
        Assert.Equal(pageCount * Page.Size, bench.Disk.ReadAll(TraceBench.Path).Length);
    }

    private static void Update(TraceBench bench, PagePos page, long value) =>
        bench.Commit(transaction => TraceBench.Set(transaction, page, value));

    private static PagePos Session(SimulatedFileSystem disk, Func<TraceBench, PagePos> work)
    {
        using var bench = new TraceBench(disk);
        return work(bench);
    }

    private static void Session(SimulatedFileSystem disk, Action<TraceBench> work)
    {
        using var bench = new TraceBench(disk);
        work(bench);
    }

    // The segment that the last record went to.
    private static string LiveLog(TraceBench bench)
    {
        var before = Logs(bench);
        bench.Add(0);
        return Logs(bench)[0].AsSpan().SequenceEqual(before[0])
            ? TraceBench.Path + "-wal1"
            : TraceBench.Path + "-wal0";
    }

    private static byte[][] Logs(TraceBench bench) =>
        [bench.Disk.ReadAll(TraceBench.Path + "-wal0"), bench.Disk.ReadAll(TraceBench.Path + "-wal1")];

    private static void Flip(SimulatedFileSystem disk, string path, int offset) =>
        disk.Damage(path, offset, [(byte)(disk.ReadAll(path)[offset] ^ 1)]);

    private static void FillWithNoise(Transaction transaction, PagePos position)
    {
        using var page = transaction.Write(position);
        new Random((int)position.Value).NextBytes(page.Payload);
    }

    private static bool IsNoise(PageReader reader, PagePos position)
    {
        var noise = new byte[Page.PayloadBytes];
        new Random((int)position.Value).NextBytes(noise);
        using var page = reader.Read(position);
        return page.Payload.SequenceEqual(noise);
    }
}
