using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>Temporary lists beside collections, and the start page, which is the catalog's.</summary>
public sealed class TemporaryListsTests : IDisposable
{
    private readonly TestDatabase _test = new(maxMappedPages: 16);

    private VMemDatabase Db => _test.Db;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Commit_WithTemporaryListsLeft_FreesThemAndKeepsTheRest()
    {
        TemporaryList<long> second;
        using (var transaction = Db.BeginTransaction())
        {
            var first = transaction.CreateTemporaryList<long>();
            first.AddRange(Enumerable.Range(0, 50_000).Select(i => (long)i));
            var kept = transaction.GetList<long>("kept");
            kept.AddRange(first.Where(i => i % 1_000 == 0));
            second = new TemporaryList<long>(kept.Scope);
            second.Add(1);
            transaction.GetMap<int, int>("map").Put(1, 1);
            transaction.Commit();
        }

        Assert.Throws<TransactionException>(() => second.Count);
        second.Dispose();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i * 1_000L), Db.GetList<long>("kept"));
        var statistics = Db.Pool.GetStatistics();
        Assert.InRange(statistics.PageCount - statistics.FreePages, 1, 12);
    }

    [Fact]
    public async Task CommitAsync_WithATemporaryListLeft_FreesIt()
    {
        await using var transaction = await Db.BeginTransactionAsync();
        transaction.CreateTemporaryList<long>().AddRange(new long[5_000]);
        var cancelled = transaction.CommitAsync(new CancellationToken(canceled: true));
        Assert.True(cancelled.IsCanceled);
        await transaction.CommitAsync();
        Assert.Equal(2 + Db.Pool.GetStatistics().FreePages, Db.Pool.GetStatistics().PageCount);
    }

    [Fact]
    public void TemporaryList_DisposedInItsTransaction_GivesItsPagesToOthers()
    {
        using var transaction = Db.BeginTransaction();
        var list = transaction.CreateTemporaryList<long>();
        list.AddRange(new long[5_000]);
        list.Dispose();
        transaction.GetList<long>("other").AddRange(new long[5_000]);
        transaction.Commit();
        Assert.InRange(Db.Pool.GetStatistics().PageCount, 12, 16);
    }

    [Fact]
    public void Drop_OfWhatHasMoreLargeValuesThanCanBeRewritten_IsOneTransaction()
    {
        var map = Db.GetMap<int, byte[]>("map");
        var people = Db.GetCollection<Person>("people");
        people.EnsureIndex(person => person.Age);
        people.EnsureIndex(person => person.Name);
        for (var i = 1; i <= 40; i++)
        {
            map.Put(i, new byte[400_000]);
            people.Insert(new Person { Id = i, Name = new string('x', 20_000) });
        }

        Assert.True(Db.DropMap("map"));
        Assert.True(Db.DropCollection("people"));
    }

    [Fact]
    public void TemporaryList_OutsideOfATransaction_IsRefusedBeforeAnythingIsWritten()
    {
        var scope = Db.GetList<int>("x").Scope;
        Assert.Throws<InvalidOperationException>(() => new TemporaryList<int>(scope));
        Assert.Throws<InvalidOperationException>(() => new TemporaryList<int>(Db.Pool));
        Assert.Equal(0, Db.Pool.GetStatistics().Commits);
        Db.GetMap<int, int>("m").Put(1, 1);
        Assert.Throws<InvalidOperationException>(() => new TemporaryList<int>(scope));
        Assert.Equal(1, Db.GetMap<int, int>("m")[1]);
    }

    [Fact]
    public void StructuresOnTheStartPage_OfADatabase_AreRefused()
    {
        RefuseAll(Db.GetList<int>("x").Scope);
        using (var transaction = Db.BeginTransaction())
        {
            RefuseAll(transaction.GetList<int>("x").Scope);
            transaction.GetList<int>("x").Add(1);
            RefuseAll(transaction.GetList<int>("x").Scope);
            transaction.Commit();
        }

        using var snapshot = Db.BeginSnapshot();
        var source = snapshot.GetList<int>("x").Source;
        Assert.Throws<ArgumentException>(() => new LinkedPagesView(source, Pool.StartAddress));
        Assert.Equal([1], Db.GetList<int>("x"));

        static void RefuseAll(PageScope scope)
        {
            Assert.Throws<ArgumentException>(() => new VMemList<int>(scope, Pool.StartAddress));
            Assert.Throws<ArgumentException>(() => new VMemString(scope, Pool.StartAddress));
            Assert.Throws<ArgumentException>(() => new VMemMap<int, int>(scope, Pool.StartAddress));
            Assert.Throws<ArgumentException>(() => new LinkedPages(scope, Pool.StartAddress));
        }
    }
}
