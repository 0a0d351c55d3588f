using System.Reflection;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Crash;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>What the seed's pool, pages and lists do wrong, each shown to be right here.</summary>
public sealed class DefectTests
{
    // In the seed a lookup may allocate a page. Here whatever only reads is a type that has no pages to write to.
    [Fact]
    public void Lookup_InAnEmptyPool_ChangesNoPage()
    {
        using var fixture = new PoolFixture();
        var before = fixture.Pool.GetStatistics();
        var list = new VMemList<long>(fixture.Pool, PoolFixture.Slot(0));
        Assert.False(list.Contains(1));
        Assert.Equal((0L, ItemPosition.End), (list.Count, list.FirstPosition));
        Assert.False(new VMemStack<long>(fixture.Pool, PoolFixture.Slot(1)).TryPeek(out _));
        Assert.Empty(new LinkedPages(fixture.Pool, PoolFixture.Slot(2)));

        var after = fixture.Pool.GetStatistics();
        Assert.Equal((before.PageCount, before.Commits), (after.PageCount, after.Commits));
        using var start = fixture.Pool.Read(new PageAddress(PagePos.Start, 48));
        Assert.Equal(-1, start.Bytes.IndexOfAnyExcept((byte)0));
    }

    // In the seed, inserting a range into a list aborts.
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(16)]
    public void InsertRange_IntoAList_InsertsAll(int index)
    {
        using var fixture = new PoolFixture();
        var list = new VMemList<SeedItemMany>(fixture.Pool, PoolFixture.Slot(0));
        SeedLists.InsertItems(list, 16);
        var expected = Enumerable.Range(0, 16).Select(i => (ulong)i).ToList();
        expected.InsertRange(index, Enumerable.Range(100, 30).Select(i => (ulong)i));

        list.InsertRange(list.PositionAt(index), Enumerable.Range(100, 30).Select(i => new SeedItemMany((ulong)i)));

        Assert.Equal(expected, list.Select(item => item.Data));
    }

    // In the seed, a list's iterator hands out a pointer into a page that the pool may unmap. Here an item is a copy,
    // and a pointer keeps its page.
    [Fact]
    public void Item_WhileItsPageLeavesMemory_StaysWhatItIs()
    {
        using var fixture = new PoolFixture();
        var list = new VMemList<SeedItemMany>(fixture.Pool, PoolFixture.Slot(0));
        SeedLists.InsertItems(list, 200);
        var item = list[list.FirstPosition];
        using var pointer = fixture.Pool.Read(list.AddressOf(list.PositionAt(1)));
        Assert.Equal(200, list.Select(other => other.Data).Distinct().Count());
        Assert.Equal((0UL, 1UL), (item.Data, pointer.Read<SeedItemMany>().Data));
    }

    // In the seed, splicing pages into an empty list breaks both.
    [Fact]
    public void Splice_IntoAnEmptyList_MovesAll()
    {
        using var fixture = new PoolFixture();
        var (target, source) = (
            new VMemList<SeedItemMany>(fixture.Pool, PoolFixture.Slot(0)),
            new VMemList<SeedItemMany>(fixture.Pool, PoolFixture.Slot(1)));
        SeedLists.InsertItems(source, 10);
        target.Splice(source);
        Assert.Equal((10, 0), (target.Count, source.Count));
        source.Splice(target);
        target.Splice(ItemPosition.End, source);
        target.Splice(source);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (ulong)i), target.Select(item => item.Data));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (ulong)(9 - i)), target.Reverse().Select(item => item.Data));
        SeedLists.InsertItems(source, 5);

        var (pages, others) = (
            new LinkedPages(fixture.Pool, PoolFixture.Slot(2)), new LinkedPages(fixture.Pool, PoolFixture.Slot(3)));
        var added = Enumerable.Range(0, 3).Select(_ => others.AddLast()).ToList();
        pages.Splice(others);
        Assert.Equal(added, pages);
        Assert.Equal(Enumerable.Reverse(added), pages.Reverse());
        Assert.Empty(others);
    }

    // In the seed a page can be freed twice, and is then given out twice.
    [Fact]
    public void Free_Twice_IsRefused()
    {
        using var fixture = new PoolFixture();
        var pages = Enumerable.Range(0, 3).Select(_ => fixture.Pool.Allocate()).ToList();
        pages.ForEach(fixture.Pool.Free);
        Assert.All(pages, page => Assert.Throws<InvalidOperationException>(() => fixture.Pool.Free(page)));
        Assert.Equal(4, Enumerable.Range(0, 4).Select(_ => fixture.Pool.Allocate()).Distinct().Count());
    }

    // In the seed a page that is linked can be freed under its list.
    [Fact]
    public void Free_LinkedPage_IsRefused()
    {
        using var fixture = new PoolFixture();
        var pages = new LinkedPages(fixture.Pool, PoolFixture.Slot(0));
        var page = fixture.Pool.Allocate();
        pages.AddLast(page);
        Assert.Throws<InvalidOperationException>(() => fixture.Pool.Free(page));
        Assert.Throws<InvalidOperationException>(() => pages.AddLast(page));
        pages.Remove(page);
        Assert.Throws<InvalidOperationException>(() => fixture.Pool.Free(page));
        Assert.Throws<InvalidOperationException>(() => pages.AddLast(page));
        Assert.Throws<InvalidOperationException>(() => pages.Remove(page));
    }

    // In the seed a crash between the creation of the root page and that of the start page leaves a file that can't be
    // opened. Here the file has its name only once it is whole.
    [Fact]
    public void Creation_CutOffAnywhere_LeavesNoFileOrAWholeOne()
    {
        var files = new SimulatedFileSystem();
        var disks = CrashBench.Disks(
            files, () => Pool.Open(files, CrashScript.Path, PoolScript.Options).Dispose());
        Assert.Contains(disks, disk => !disk.Paths.Contains(CrashScript.Path));
        foreach (var disk in disks)
        {
            using var fixture = new PoolFixture(PoolScript.Options, disk, CrashScript.Path);
            Assert.Equal(new PagePos(2), fixture.Pool.Allocate());
        }
    }

    // In the seed, sizes and counts on disk are as wide as those of the machine that wrote them.
    [Fact]
    public void StructsOnDisk_FieldOfAPlatformsWidth_IsThereNone()
    {
        var types = typeof(Pool).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<OnDiskAttribute>() is not null)
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(field => field.FieldType)
            .ToList();
        Assert.Contains(typeof(long), types);
        Assert.Equal(VMemState.Bytes, Layout.SizeOf<VMemState>());
        Assert.All(types, type => Assert.False(
            type == typeof(nint) || type == typeof(nuint) || type.IsPointer || !type.IsValueType, $"{type}"));
    }

    // The seed promises nothing about what is on the disk when a call returns.
    [Fact]
    public void Change_ThatReturned_SurvivesAPowerLoss()
    {
        var files = new SimulatedFileSystem();
        using var pool = Pool.Open(files, "d/x", PoolScript.Options);
        var list = new VMemList<SeedItemMany>(pool, PoolFixture.Slot(0));
        for (var i = 0; i < 20; i++)
        {
            list.Add(new SeedItemMany((ulong)i));
            using var fixture = new PoolFixture(PoolScript.Options, files.Crash(CrashPolicy.None, 1), "d/x");
            var after = new VMemList<SeedItemMany>(fixture.Pool, PoolFixture.Slot(0));
            Assert.Equal(i + 1, after.Count);
            Assert.Equal((ulong)i, after[after.LastPosition].Data);
        }
    }

    // The seed hands out whatever the disk returns.
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Page_OfWhichABitFlipped_IsNotHandedOut(long page)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x");
        using (var pool = Pool.Open(path))
        {
            SeedLists.InsertItems(new(pool, PoolFixture.Slot(0)), 12);
        }

        var bytes = File.ReadAllBytes(path);
        bytes[(page * Page.Size) + 1_000] ^= 4;
        File.WriteAllBytes(path, bytes);
        using var damaged = Pool.Open(path);
        var list = new VMemList<SeedItemMany>(damaged, PoolFixture.Slot(0));
        var error = Assert.Throws<CorruptDatabaseException>(() => list.ToArray());
        Assert.Equal(page, error.PagePos);
        Assert.Throws<CorruptDatabaseException>(() => damaged.Check());
    }

    // Two processes can open the seed's file, and each overwrites what the other one did.
    [Fact]
    public void File_ThatIsOpen_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var pool = Pool.Open(folder.File("x"));
        foreach (var isReadOnly in (bool[])[false, true])
        {
            var error = Assert.Throws<DatabaseOpenException>(
                () => Pool.Open(folder.File("x"), new PoolOptions { ReadOnly = isReadOnly }));
            Assert.Equal(OpenFailure.InUse, error.Reason);
        }
    }

    // The seed is for one thread.
    [Fact]
    public async Task Threads_WritersAndReaders_SeeWholeChanges()
    {
        using var fixture = new PoolFixture(64);
        var pool = fixture.Pool;
        var writers = Enumerable.Range(0, 3).Select(writer => Task.Run(() =>
        {
            var list = new VMemList<SeedItemMany>(pool, PoolFixture.Slot(writer));
            for (var i = 0; i < 60; i++)
            {
                list.Add(new SeedItemMany((ulong)i));
            }
        }));
        var running = Task.WhenAll(writers);
        var readers = Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            do
            {
                using var snapshot = pool.BeginSnapshot();
                var list = new VMemListView<SeedItemMany>(snapshot, PoolFixture.Slot(reader));
                var items = list.Select(item => item.Data).ToList();
                Assert.Equal(items.Count, list.Count);
                Assert.Equal(Enumerable.Range(0, items.Count).Select(i => (ulong)i), items);
            }
            while (!running.IsCompleted);
        })).ToList();
        await running;
        await Task.WhenAll(readers);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(60, new VMemList<SeedItemMany>(pool, PoolFixture.Slot(i)).Count);
        }
    }
}
