using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests;

public sealed class PoolCheckTests
{
    [Fact]
    public void Check_NewPool_ExplainsRootAndStart()
    {
        using var fixture = new PoolFixture();
        var report = fixture.Check();
        Assert.Equal(2, report.PageCount);
        Assert.Equal("root page", report.Explain(PagePos.Root));
        Assert.Equal("start page", report.Explain(PagePos.Start));
        Assert.Throws<ArgumentOutOfRangeException>(() => report.Explain(new(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => report.Explain(PagePos.Nil));
    }

    [Fact]
    public void Check_ProgramPages_AreTheProgramsUnlessOthersAreListed()
    {
        using var fixture = new PoolFixture();
        var (kept, lost) = (fixture.Pool.Allocate(), fixture.Pool.Allocate());
        fixture.Pool.Free(fixture.Pool.Allocate());
        Assert.Equal([kept, lost], fixture.Check().ProgramPages);

        var report = fixture.Pool.Check(programPages: [kept]);
        Assert.False(report.IsWhole);
        Assert.Equal([lost], report.LeakedPages);
        Assert.Equal("leaked: type Program", report.Explain(lost));
        Assert.Equal("page of the program's own", report.Explain(kept));
        Assert.Equal(1, report.FreePages);
        Assert.Throws<ArgumentException>(() => fixture.Pool.Check(programPages: [PagePos.Start]));
        Assert.Throws<ArgumentException>(() => fixture.Pool.Check(programPages: [new(1000)]));
        Assert.Throws<ArgumentException>(() => fixture.Pool.Check(programPages: [kept, kept]));
    }

    [Fact]
    public void Check_Map_IsFoundWhereverItsStateIs()
    {
        using var fixture = new PoolFixture(64);
        var page = fixture.Pool.Allocate();
        Write(fixture.Pool, pages =>
        {
            for (var i = 0; i < 500; i++)
            {
                BTree.Put(pages, PoolFixture.Slot(3).Plus(5), EngineFixture.Key(i), EngineFixture.Value(i));
            }

            BTree.Put(pages, new(page, 1000), [1], new byte[20_000]);
        });
        var report = fixture.Check();
        Assert.Equal(2, report.Structures.Count);
        Assert.Equal("start page byte 229", report.Structures[0].Place);
        Assert.Equal(500, report.Structures[0].Items);
        Assert.Equal(FormattableString.Invariant($"page {page} byte 1000"), report.Structures[1].Place);
        Assert.Equal(6, report.Structures[1].Pages);
        Assert.Contains("of the map at start page byte 229", Explained(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_PageLinkedByNobody_IsReportedAsLeaked()
    {
        using var fixture = new PoolFixture { IsDamaged = true };
        var leaked = PagePos.Nil;
        Write(fixture.Pool, pages =>
        {
            using var page = pages.Allocate(PageType.Items);
            leaked = page.Position;
        });
        var report = fixture.Pool.Check();
        Assert.Equal([leaked], report.LeakedPages);
        Assert.Equal("leaked: type Items", report.Explain(leaked));
    }

    [Fact]
    public void Check_ListOfListsOfLists_ExplainsEachPage()
    {
        using var fixture = new PoolFixture(64);
        var outer = new VMemList<Node>(fixture.Pool, PoolFixture.Slot(0));
        for (var i = 0; i < 200; i++)
        {
            outer.Add(new Node { Number = i });
        }

        var middle = new VMemList<Node>(fixture.Pool, outer.AddressOf(outer.PositionAt(150), Node.ChildOffset));
        middle.Add(new Node { Number = 1 });
        var inner = new VMemList<long>(fixture.Pool, middle.AddressOf(middle.FirstPosition, Node.ChildOffset));
        inner.AddRange([.. Enumerable.Range(0, 1000).Select(i => (long)i)]);
        var report = fixture.Check();
        var page = outer.PositionAt(150).Page;
        var place = $"item {outer.PositionAt(150).Index} on page {page} byte 6 of the list at start page byte 128";
        Assert.Equal(
            ["start page byte 128", place, $"item 0 on page {middle.FirstPosition.Page} byte 6 of the list at {place}"],
            report.Structures.Select(structure => structure.Place));
        Assert.Equal([200, 1, 1000], report.Structures.Select(structure => structure.Items));
        Assert.Equal("page 2 of 2 of the " + Describe(report.Structures[2]), report.Explain(inner.LastPosition.Page));

        // Its item goes, and the lists below stay: they leak.
        outer.RemoveAt(outer.PositionAt(150));
        var leaked = fixture.Pool.Check();
        Assert.Equal(3, leaked.LeakedPages.Count);
        Assert.Single(leaked.Structures);
        Assert.Contains("leaked: type Items", leaked.ToString(), StringComparison.Ordinal);
        fixture.IsDamaged = true;

        static string Describe(PoolStructure structure) => $"{structure.Kind} at {structure.Place}";
    }

    [Fact]
    public void Check_LinkedPagesAndTemporaries_AreExplained()
    {
        using var fixture = new PoolFixture(64);
        var linked = new LinkedPages(fixture.Pool, PoolFixture.Slot(2));
        linked.AddLast();
        var home = linked.AddLast();
        var inside = new VMemStack<int>(fixture.Pool, new PageAddress(home, 77));
        inside.Push(5);
        using (var temporary = new TemporaryList<long>(fixture.Pool))
        {
            temporary.Add(1);
            var during = fixture.Check();
            Assert.Equal(4, during.Structures.Count);
            Assert.Contains("of the list of temporaries", during.ToString(), StringComparison.Ordinal);
        }

        var report = fixture.Check();
        Assert.Equal(
            ["start page byte 192", $"page {home} byte 77 of the list of pages at start page byte 192"],
            report.Structures.Select(structure => structure.Place));
    }

    [Fact]
    public void Check_BrokenChain_NamesThePage()
    {
        AssertBroken((ref header) => header.Previous = PagePos.Root, "as the previous page");
        AssertBroken((ref header) => header.Next = PagePos.Nil, "pages");
        AssertBroken((ref header) => header.ItemCount = 507, "1 to 506 items");
        AssertBroken((ref header) => header.ItemCount = 505, "items");
        AssertBroken((ref header) => header.Type = PageType.Overflow, "a page of type Items");
    }

    private delegate void HeaderDamage(ref PageHeader header);

    private static void AssertBroken(HeaderDamage damage, string expected)
    {
        using var fixture = new PoolFixture(64) { IsDamaged = true };
        var list = new VMemList<long>(fixture.Pool, PoolFixture.Slot(0));
        list.AddRange([.. Enumerable.Range(0, 2000).Select(i => (long)i)]);
        var second = list.PositionAt(600).Page;
        Write(fixture.Pool, pages =>
        {
            using var page = pages.Write(second);
            damage(ref page.Header);
        });
        var error = Assert.Throws<CorruptDatabaseException>(() => fixture.Pool.Check());
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
        Assert.Equal("list at start page byte 128", error.Structure);
    }

    [Fact]
    public void Fixture_LeakedPage_FailsTheTest()
    {
        var fixture = new PoolFixture();
        Write(fixture.Pool, pages => pages.Allocate(PageType.Items).Dispose());
        Assert.Throws<Xunit.Sdk.TrueException>(fixture.Dispose);
        fixture.Pool.Dispose();
    }

    [Fact]
    public void Check_Cancelled_Stops()
    {
        using var fixture = new PoolFixture();
        Assert.Throws<OperationCanceledException>(() => fixture.Pool.Check(cancellationToken: new(canceled: true)));
    }

    [Fact]
    public void Check_PoolOfDatabase_NamesCollections()
    {
        using var db = VMemDatabase.OpenInMemory();
        db.GetCollection<Person>("people").InsertMany(Enumerable.Range(1, 200).Select(Person.Make));
        db.GetMap<int, string>("map")[1] = "one";
        Assert.Throws<ArgumentException>(() => db.Pool.Check(programPages: []));
        var report = db.Pool.Check();
        Assert.True(report.IsWhole, report.ToString());
        Assert.Contains("collection 'people': 200 items", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("map 'map': 1 items in 1 pages", report.ToString(), StringComparison.Ordinal);
    }

    [StructLayout(LayoutKind.Explicit, Size = 70)]
    private struct Node
    {
        public const int ChildOffset = 6;

        [FieldOffset(0)] public int Number;

        [FieldOffset(ChildOffset)] public VMemState Child;
    }

    private static string Explained(PoolReport report) => string.Join(
        '\n', Enumerable.Range(0, (int)report.PageCount).Select(position => report.Explain(new(position))));

    private static void Write(Pool pool, Action<PageWriter> change)
    {
        var pages = pool.EnterWrite();
        change(pages);
        pool.ExitWrite(pages);
    }
}
