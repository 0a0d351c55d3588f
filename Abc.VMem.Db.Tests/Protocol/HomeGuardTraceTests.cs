using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>
/// The traces that break the home guard when one part of it is taken out: what is at home is kept for snapshots before
/// something newer goes there. docs/TESTING.md names the rule of each, and what broke without it.
/// </summary>
public sealed class HomeGuardTraceTests
{
    /// <summary>The old page is at home only when a newer one goes there: it is spilled first (12 steps).</summary>
    [Fact]
    public void Guard_OldPageIsAtHomeOnly_IsSpilledBeforeItIsOverwritten()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        using var snapshot = bench.Engine.BeginSnapshot();
        bench.Commit(transaction =>
        {
            TraceBench.Set(transaction, page, 2);
            bench.Churn();
        });
        Assert.Equal(1, bench.Engine.Pool.SpilledVersions);
        Assert.Equal(bench.Engine.AppendedSequence, bench.HomeOf(page));
        Assert.Equal(1, TraceBench.Get(snapshot, page));
        Assert.Equal(2, bench.Get(page));
    }

    /// <summary>
    /// A commit is durable but not visible yet: the guard can't know of a snapshot that begins now, at the number
    /// before. So the version does not go home (9 steps).
    /// </summary>
    [Fact]
    public void Guard_VersionIsDurableButNotVisible_DoesNotGoHome()
    {
        const int pageCount = 60;
        var page = new PagePos(50);
        using var storage = new MemoryFileSystem().Open(TraceBench.Path, FileOpening.CreateNew);
        var file = NumberedFile(storage, pageCount);
        var host = new Host { Appended = 1, Durable = 1, Visible = 1 };
        var pool = new BufferPool(
            file, new SpillFile(new MemoryFileSystem(), "/spill", host.Fail), host, new SnapshotRegistry(),
            BufferPool.MinMappedPages);
        pool.BeginPrivate(2, pageCount);
        using (var written = pool.Write(page))
        {
            Layout.At<long>(written.Payload, 0) = 2;
        }

        pool.SealPrivate();
        pool.CommitPrivate();
        (host.Appended, host.Durable) = (2, 2);
        ReadAll(pool, 40);
        Assert.Equal(1, Sequence(file, page));
        using (var now = pool.Read(page, host.VisibleSequence))
        {
            Assert.Equal(1, Layout.At<long>(now.Payload, 0));
        }

        host.Visible = 2;
        ReadAll(pool, 40);
        Assert.Equal(2, Sequence(file, page));
        pool.Close();
    }

    /// <summary>Nothing that is not durable goes home, however little room there is: frames wait for the log.</summary>
    [Fact]
    public void Guard_VersionIsVisibleButNotDurable_LogIsFlushedFirst()
    {
        using var bench = new TraceBench(TraceBench.Options with { Durability = Durability.None });
        var pages = new List<PagePos>();
        bench.Commit(transaction =>
        {
            for (var i = 0; i < 6; i++)
            {
                pages.Add(TraceBench.Add(transaction, 1));
            }
        });
        bench.Engine.Checkpoint();
        var crashes = bench.CrashesDuring(() =>
        {
            for (var value = 2; value < 4; value++)
            {
                for (var first = 0; first < pages.Count; first += 2)
                {
                    bench.Commit(transaction =>
                    {
                        TraceBench.Set(transaction, pages[first], value);
                        TraceBench.Set(transaction, pages[first + 1], value);
                    });
                }

                var pins = Enumerable.Range(2, 7)
                    .Select(i => bench.Engine.Pool.Pin(i, bench.Engine.VisibleSequence)).ToList();
                bench.Churn();
                pins.ForEach(bench.Engine.Pool.Unpin);
            }
        });
        TraceBench.AssertRecover(crashes, crashed =>
        {
            var values = pages.Select(crashed.Get).ToList();
            Assert.All(values.Chunk(2), pair => Assert.Equal(pair[0], pair[1]));
            Assert.Equal(values.OrderDescending(), values);
            Assert.InRange(values[0] - values[^1], 0, 1);
        });
    }

    /// <summary>
    /// An older version, spilled without an end, is looked at when a newer one is at home and nowhere else: it is not
    /// the newest, and does not go home over it (17 steps).
    /// </summary>
    [Fact]
    public void Guard_SlotIsOlderThanHome_IsNeverWrittenOverIt()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        using var snapshot = bench.Engine.BeginSnapshot();
        VersionTraceTests.AppendSpilled(bench, page, 2);
        bench.Engine.FlushLog();
        using var second = bench.Engine.BeginSnapshot();
        var third = bench.Append(transaction => TraceBench.Set(transaction, page, 3));
        bench.Engine.FlushLog();
        bench.Churn();
        Assert.Equal(third, bench.HomeOf(page));
        bench.Engine.Pool.SweepSpill();
        bench.Engine.Checkpoint();
        Assert.Equal(third, bench.HomeOf(page));
        Assert.Equal(1, TraceBench.Get(snapshot, page));
        Assert.Equal(2, TraceBench.Get(second, page));
        Assert.Equal(3, bench.Get(page));
    }

    /// <summary>
    /// The base of a private page is not mapped at the commit: the record is an image, for a difference would be made
    /// to a home that may be torn when it is needed (23 steps).
    /// </summary>
    [Fact]
    public void Guard_BaseIsGoneAtTheCommit_TornHomeIsRebuilt()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        bench.Commit(transaction => TraceBench.SetPart(transaction, page, 0, 2));
        bench.Churn();
        Assert.Equal(bench.Engine.AppendedSequence, bench.HomeOf(page));
        for (var part = 3; part <= 7; part += 4)
        {
            // The second one is made to the first one, which is spilled; home has an older version.
            bench.Append(transaction =>
            {
                TraceBench.SetPart(transaction, page, part, part);
                bench.Churn();
            });
        }

        bench.Engine.FlushLog();
        var crashes = bench.CrashesDuring(() =>
        {
            bench.Churn();
            bench.Engine.Checkpoint();
        });
        TraceBench.AssertRecover(crashes, crashed =>
        {
            using var snapshot = crashed.Engine.BeginSnapshot();
            Assert.Equal(
                [2, 1, 1, 3, 1, 1, 1, 7],
                Enumerable.Range(0, 8).Select(part => TraceBench.GetPart(snapshot, page, part)));
        });
    }

    /// <summary>
    /// A page that several snapshots need lies behind the count; the guard's own way to keep it, the spill log, is of
    /// no help once the file is cut (29 steps). The cut waits for each of them.
    /// </summary>
    [Fact]
    public void Guard_SnapshotsOfSeveralMomentsSeeACutPage_CutWaitsForTheLast()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        bench.Engine.Checkpoint();
        using var first = bench.Engine.BeginSnapshot();
        bench.Commit(transaction => TraceBench.Set(transaction, page, 2));
        using var second = bench.Engine.BeginSnapshot();
        bench.Commit(transaction => transaction.Shrink(page.Value, 0));
        using var after = bench.Engine.BeginSnapshot();
        Assert.False(bench.Engine.TryCut(wait: true));
        bench.Engine.Checkpoint();
        bench.Churn();
        Assert.Equal(1, TraceBench.Get(first, page));
        first.Dispose();
        Assert.False(bench.Engine.TryCut(wait: true));
        bench.Churn();
        Assert.Equal(2, TraceBench.Get(second, page));
        second.Dispose();
        Assert.True(bench.Engine.TryCut(wait: true));
        Assert.Equal(page.Value, after.PageCount);
    }

    private static void ReadAll(BufferPool pool, int count)
    {
        for (var i = 0; i < 4 * count; i++)
        {
            using var page = pool.Read(new PagePos(i % count), 1);
        }
    }

    private static long Sequence(PageFile file, PagePos position)
    {
        var page = new byte[Page.Size];
        file.Read(position, page);
        return Layout.At<PageHeader>((ReadOnlySpan<byte>)page, 0).Sequence;
    }

    private static PageFile NumberedFile(IStorageFile storage, int pageCount)
    {
        var file = new PageFile(storage, TraceBench.Path, poolId: 7);
        file.Reserve(pageCount);
        var page = new byte[Page.Size];
        for (var i = 0; i < pageCount; i++)
        {
            Layout.At<PageHeader>(page.AsSpan(), 0) = new PageHeader { Sequence = 1, Position = new PagePos(i) };
            Layout.At<long>(page.AsSpan(), PageHeader.Bytes) = 1;
            file.Write(new PagePos(i), page);
        }

        return file;
    }

    /// <summary>Commits in the place of an engine, one number at a time.</summary>
    private sealed class Host : IVersionHost
    {
        public long Appended { get; set; }

        public long Durable { get; set; }

        public long Visible { get; set; }

        public long DurableSequence => Durable;

        public long VisibleSequence => Visible;

        public long AppendedSequence => Appended;

        public void FlushLog()
        {
        }

        public void ThrowIfFailed()
        {
        }

        public Exception Fail(Exception cause) => cause;
    }
}
