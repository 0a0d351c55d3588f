using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests;

public sealed class PoolRepairTests
{
    private const string Target = "/repaired";
    private static readonly RepairPool s_pool = new();

    [Fact]
    public void Repair_NoDamage_GivesAnEqualPool()
    {
        var files = s_pool.Damage();
        var report = Repair(files);
        Assert.True(report.IsWhole, report.ToString());
        Assert.Empty(report.LostPages);
        Assert.Empty(report.Notes);
        using var pool = Verify(files, [], report, "no damage");
        Assert.Equal(s_pool.Report.ToString(), pool.Check().ToString());
    }

    [Fact]
    public void Repair_PageWiped_SavesTheRest()
    {
        // Pages 0 and 1, and every second one behind: each kind of page is among them.
        for (var page = 0; page < s_pool.PageCount; page += page < 2 ? 1 : 2)
        {
            var files = s_pool.Damage(RepairPool.Wipe(page));
            RepairAndVerify(files, [page]);
        }
    }

    [Fact]
    public void Repair_PageFlipped_SavesTheRest()
    {
        for (var page = 0; page < s_pool.PageCount; page += 5)
        {
            var files = s_pool.Damage(RepairPool.Flip(page, (page * 37) % Page.Size));
            RepairAndVerify(files, [page]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Repair_SeveralPagesDamaged_SavesTheRest(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 15; i++)
        {
            var pages = Enumerable.Range(0, random.Next(2, 6))
                .Select(_ => (long)random.Next(s_pool.PageCount))
                .ToHashSet();
            var files = s_pool.Damage([.. pages.Select(page => random.Next(2) == 0
                ? RepairPool.Wipe(page)
                : RepairPool.Flip(page, random.Next(Page.Size)))]);
            RepairAndVerify(files, pages);
        }
    }

    [Fact]
    public void Repair_NeighboursLost_BridgesEachGap()
    {
        // Every second page of the list: only the links of the pages in between lead on.
        var pages = Enumerable.Range(2, s_pool.PageCount - 2)
            .Where(page => s_pool.Report.Explain(new(page)).EndsWith(RepairPool.PlaceOf(0), StringComparison.Ordinal))
            .Where((_, i) => i % 2 == 0)
            .Select(page => (long)page)
            .ToHashSet();
        var files = s_pool.Damage([.. pages.Select(RepairPool.Wipe)]);
        var report = Repair(files);
        using var pool = Verify(files, pages, report, "every second page");
        var loss = Assert.Single(report.Losses);
        Assert.Equal(pages.Count, loss.Pages);
        Assert.Equal(200, loss.Items);
        Assert.False(loss.IsAll);
    }

    [Fact]
    public void Repair_RootOfOneMapLost_TakesTheOrphanedLeaves()
    {
        var root = Enumerable.Range(2, s_pool.PageCount - 2).First(page => s_pool.Report.Explain(new(page))
            .StartsWith("page 1 of", StringComparison.Ordinal)
            && s_pool.Report.Explain(new(page)).EndsWith($"map at {RepairPool.PlaceOf(2)}", StringComparison.Ordinal));
        var files = s_pool.Damage(RepairPool.Wipe(root));
        var report = Repair(files);
        Verify(files, [root], report, "root").Dispose();
        Assert.Equal(0, Assert.Single(report.Losses).Items);

        // A list that may have held states of other maps is not whole: the leaves may be theirs.
        var list = Enumerable.Range(2, s_pool.PageCount - 2).First(page => s_pool.Report.Explain(new(page))
            .EndsWith($"of the list at {RepairPool.PlaceOf(4)}", StringComparison.Ordinal));
        files = s_pool.Damage(RepairPool.Wipe(root), RepairPool.Wipe(list));
        report = Repair(files);
        Verify(files, [root, list], report, "root and list").Dispose();
        var loss = report.Losses.Single(loss => loss.Structure == $"map at {RepairPool.PlaceOf(2)}");
        Assert.True(loss is { IsAll: true, Items: 1200 }, report.ToString());
    }

    [Fact]
    public void Repair_ValueLost_TellsItsKey()
    {
        var overflow = PageOf($"map at {RepairPool.PlaceOf(2)}", "Overflow");
        var files = s_pool.Damage(RepairPool.Wipe(overflow));
        var report = Repair(files);
        Verify(files, [overflow], report, "value").Dispose();
        var loss = Assert.Single(report.Losses);
        Assert.Equal(1, loss.Items);
        var key = Convert.FromHexString(Assert.Single(loss.Keys));
        Assert.Equal(EngineFixture.Key(7)[^2..], key[^2..]);
        Assert.Contains(loss.Keys[0], report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Repair_WrongCountsAndLinks_SetsThemRight()
    {
        var files = new MemoryFileSystem();
        using (var fixture = new PoolFixture(64, files, RepairPool.Path) { IsDamaged = true })
        {
            var list = new VMemList<long>(fixture.Pool, PoolFixture.Slot(0));
            list.AddRange([.. Enumerable.Range(0, 5000).Select(i => (long)i)]);
            var pages = fixture.Pool.EnterWrite();
            using (var second = pages.Write(list.PositionAt(600).Page))
            {
                second.Header.Previous = new(1);
            }

            using (var start = pages.Write(PagePos.Start))
            {
                Layout.At<ChainState>(start.Bytes, PoolFixture.Slot(0).Offset).ItemCount -= 7;
            }

            fixture.Pool.ExitWrite(pages);
            Assert.Throws<CorruptDatabaseException>(() => fixture.Pool.Check());
        }

        var report = Repair(files);
        Assert.Equal(0, report.PagesLost);
        Assert.Single(report.Losses);
        using var repaired = new PoolFixture(64, files, Target);
        var left = new VMemList<long>(repaired.Pool, PoolFixture.Slot(0));
        Assert.Equal(left.Count, left.ToArray().LongLength);
        Assert.InRange(left.Count, 5000 - 506, 5000);
    }

    [Fact]
    public void Repair_FileOnTheDisk_WritesAnotherOne()
    {
        using var folder = new TemporaryFolder();
        var (path, target) = (Path.Combine(folder.Path, "a.pool"), Path.Combine(folder.Path, "b.pool"));
        using (var pool = Pool.Open(path))
        {
            new VMemList<long>(pool, Pool.StartAddress).AddRange([.. Enumerable.Range(0, 5000).Select(i => (long)i)]);
            var whole = pool.Repair(target);
            Assert.True(whole.IsWhole, whole.ToString());
            File.Delete(target);
        }

        var bytes = File.ReadAllBytes(path);
        bytes[(4 * Page.Size) + 100]++;
        File.WriteAllBytes(path, bytes);
        var report = Pool.RepairFile(path, target);
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.Equal([new PagePos(4)], report.LostPages.Select(page => page.Position));
        using var repaired = Pool.Open(target);
        Assert.True(repaired.Check().IsWhole);
        Assert.Equal(4494, new VMemList<long>(repaired, Pool.StartAddress).Count);
    }

    [Fact]
    public void Repair_DiskDoesNotReadAPage_SavesTheRest()
    {
        foreach (var page in new long[] { 0, 1, 20, s_pool.PageCount - 1 })
        {
            var files = new BadSectors(s_pool.Damage(), RepairPool.Path, page);
            var report = FileRepair.Run(files, RepairPool.Path, Target, (_, _) => { });
            Verify(files.Inner, [page], report, $"sector of page {page}").Dispose();
            if (report.LostPages.Count > 0)
            {
                Assert.Equal(new PagePos(page), report.LostPages[0].Position);
            }
        }
    }

    private static long PageOf(string structure, string type)
    {
        using var pool = Pool.Open(s_pool.Damage(), RepairPool.Path, new EngineOptions { ReadOnly = true });
        using var snapshot = pool.BeginSnapshot();
        for (var at = 2; ; at++)
        {
            using var page = snapshot.EnterRead().Read(new(at));
            if (page.Header.Type.ToString() == type
                && s_pool.Report.Explain(new(at)).EndsWith(structure, StringComparison.Ordinal))
            {
                return at;
            }
        }
    }

    [Fact]
    public void Repair_TruncatedFile_SavesWhatIsThere()
    {
        for (var left = s_pool.PageCount - 1; left > 2; left -= 9)
        {
            var files = s_pool.Damage();
            using (var file = files.Open(RepairPool.Path, FileOpening.Exclusive))
            {
                file.SetLength(left * Page.Size);
            }

            var lost = Enumerable.Range(left, s_pool.PageCount - left).Select(page => (long)page).ToHashSet();
            var report = Repair(files);
            Assert.False(report.IsWhole);
            Verify(files, lost, report, $"cut at {left}").Dispose();
        }
    }

    [Fact]
    public void Repair_LogMissing_ReadsTheFileAlone()
    {
        var files = s_pool.Damage();
        var pool = Pool.Open(files, RepairPool.Path, new EngineOptions { BackgroundWork = false });
        pool.Free(pool.Allocate());

        // As after a crash: page 0 says that the log is needed, and it is gone.
        var crashed = new MemoryFileSystem();
        using (var file = crashed.Open(RepairPool.Path, FileOpening.CreateNew))
        {
            file.Write(RepairPool.Bytes(files, RepairPool.Path), 0);
        }

        pool.Dispose();
        Assert.Throws<DatabaseOpenException>(() => Pool.Open(crashed, RepairPool.Path, new EngineOptions()));
        var report = Repair(crashed);
        Assert.Contains(report.Notes, note => note.Contains("without its log", StringComparison.Ordinal));
        Assert.False(report.IsWhole);
        Verify(crashed, [], report, "no log").Dispose();
    }

    [Fact]
    public void Repair_LogThere_IsRedoneOnACopy()
    {
        var files = s_pool.Damage();
        var pool = Pool.Open(files, RepairPool.Path, new EngineOptions { BackgroundWork = false });
        var page = pool.Allocate();
        var crashed = new MemoryFileSystem();
        foreach (var suffix in new[] { "", "-wal0", "-wal1" })
        {
            if (files.Exists(RepairPool.Path + suffix))
            {
                using var file = crashed.Open(RepairPool.Path + suffix, FileOpening.CreateNew);
                file.Write(RepairPool.Bytes(files, RepairPool.Path + suffix), 0);
            }
        }

        pool.Dispose();
        var before = RepairPool.Bytes(crashed, RepairPool.Path);
        var report = Repair(crashed);
        Assert.Contains(report.Notes, note => note.Contains("log was redone", StringComparison.Ordinal));
        Assert.True(report.IsWhole, report.ToString());
        Assert.Equal(before, RepairPool.Bytes(crashed, RepairPool.Path));
        Assert.False(crashed.Exists(Target + "-work"));
        using var repaired = Verify(crashed, [], report, "log");
        Assert.Contains(page, repaired.Check().ProgramPages);
        repaired.Dispose();

        // Without its log, or a part of it, nobody knows what was committed last.
        foreach (var sector in new[] { 0, 1, 6 })
        {
            crashed.Delete(Target);
            var unread = new BadSectors(crashed, RepairPool.Path + "-wal0", sector);
            Assert.False(FileRepair.Run(unread, RepairPool.Path, Target, (_, _) => { }).IsWhole);
        }
    }

    [Fact]
    public void Repair_OpenPool_ReadsTheSnapshot()
    {
        var files = s_pool.Damage(RepairPool.Wipe(20));
        using var damaged = Pool.Open(files, RepairPool.Path, new EngineOptions { ReadOnly = true });
        var report = damaged.Repair(files, Target);
        Assert.Equal([new PagePos(20)], report.LostPages.Select(page => page.Position));
        Verify(files, [20], report, "open pool").Dispose();
    }

    [Fact]
    public void Repair_TargetExists_IsRefusedAndUntouched()
    {
        var files = s_pool.Damage();
        using (var file = files.Open(Target, FileOpening.CreateNew))
        {
            file.Write([1, 2, 3], 0);
        }

        Assert.Throws<DatabaseOpenException>(() => Repair(files));
        Assert.Equal([1, 2, 3], RepairPool.Bytes(files, Target));
        Assert.Throws<DatabaseOpenException>(() => FileRepair.Run(files, "/no such file", "/other", (_, _) => { }));
    }

    [Fact]
    public void Repair_ForeignFile_IsRefused()
    {
        var files = new MemoryFileSystem();
        using (var file = files.Open(RepairPool.Path, FileOpening.CreateNew))
        {
            file.Write(new byte[20 * Page.Size], 0);
        }

        Assert.Throws<FormatVersionException>(() => Repair(files));
        Assert.False(files.Exists(Target));
    }

    [Fact]
    public void Repair_Cancelled_LeavesNoFile()
    {
        var files = s_pool.Damage(RepairPool.Wipe(20));
        for (var calls = 0; ; calls += 13)
        {
            var left = calls;
            try
            {
                FileRepair.Run(files, RepairPool.Path, Target, (_, _) =>
                {
                    if (--left < 0)
                    {
                        throw new OperationCanceledException();
                    }
                });
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.False(files.Exists(Target));
                Assert.False(files.Exists(Target + "-wal0"));
            }
        }

        Assert.True(files.Exists(Target));
    }

    private static RepairReport Repair(MemoryFileSystem files) =>
        FileRepair.Run(files, RepairPool.Path, Target, (_, _) => { });

    private static void RepairAndVerify(MemoryFileSystem files, IReadOnlyCollection<long> damaged)
    {
        var context = $"pages {string.Join(", ", damaged)}";
        RepairReport report;
        try
        {
            report = Repair(files);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{context}: {exception.Message}", exception);
        }

        var isFreeKnown = !report.Notes.Any(note => note.Contains("list of free pages", StringComparison.Ordinal));
        var used = damaged.Where(page => !isFreeKnown || s_pool.Report.Explain(new(page)) != "free").Order();
        Assert.True(used.SequenceEqual(report.LostPages.Select(page => page.Position.Value)), $"{context}\n{report}");
        Verify(files, damaged, report, context).Dispose();
    }

    private static Pool Verify(
        MemoryFileSystem files, IReadOnlyCollection<long> damaged, RepairReport report, string context)
    {
        var pool = Pool.Open(files, Target, new EngineOptions { BackgroundWork = false });
        var check = pool.Check();
        Assert.True(check.IsWhole, $"{context}: {check}");
        s_pool.Compare(pool, damaged, report, context);
        using var snapshot = pool.BeginSnapshot();
        var isUsed = (PagePos page) => check.Explain(page) != "free";
        Assert.False(RepairPool.HoldsDead(snapshot.EnterRead(), check.PageCount, isUsed), context);
        return pool;
    }

    /// <summary>A disk that can't read one page of one file.</summary>
    private sealed class BadSectors(MemoryFileSystem inner, string path, long page) : IFileSystem
    {
        public MemoryFileSystem Inner => inner;

        public bool Exists(string path) => inner.Exists(path);

        public IStorageFile Open(string opened, FileOpening opening) =>
            opened == path ? new BadFile(inner.Open(opened, opening), page) : inner.Open(opened, opening);

        public void Rename(string from, string to) => inner.Rename(from, to);

        public void Delete(string path) => inner.Delete(path);

        public void SyncDirectory(string path) => inner.SyncDirectory(path);
    }

    private sealed class BadFile(IStorageFile inner, long page) : IStorageFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public int Read(Span<byte> destination, long offset) =>
            offset / Page.Size <= page && offset + destination.Length > page * Page.Size
                ? throw new IOException("The disk can't read a sector.")
                : inner.Read(destination, offset);

        public void Write(ReadOnlySpan<byte> source, long offset) => Assert.Fail("A repair only reads the file.");

        public void Flush() => Assert.Fail("A repair only reads the file.");

        public void SetLength(long length) => Assert.Fail("A repair only reads the file.");

        public void Dispose() => inner.Dispose();
    }
}
