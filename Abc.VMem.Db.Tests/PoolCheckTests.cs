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
        Assert.Throws<CorruptDatabaseException>(() => fixture.Pool.Check(programPages: [PagePos.Start]));
        Assert.Throws<CorruptDatabaseException>(() => fixture.Pool.Check(programPages: [new(1000)]));
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
        var report = db.Pool.Check();
        Assert.True(report.IsWhole, report.ToString());
        Assert.Contains("collection 'people': 200 items", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("map 'map': 1 items in 1 pages", report.ToString(), StringComparison.Ordinal);
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
