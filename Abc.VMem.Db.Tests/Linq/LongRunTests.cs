using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Orders over an index with thousands of equal entries, and ranges that are nearly everything.</summary>
public sealed class LongRunTests : IDisposable
{
    private const int Count = 6_000;
    private readonly TestDatabase _database = new();
    private readonly List<Row> _rows = [.. Enumerable.Range(1, Count).Select(Create)];

    public LongRunTests()
    {
        Rows.InsertMany(Enumerable.Range(1, Count).Select(Create));
        Rows.EnsureIndex(x => x.Group);
        Rows.EnsureIndex(x => new { x.Kind, x.Group });
    }

    private DocumentCollection<Row> Rows => _database.Db.GetCollection<Row>("rows");

    public void Dispose() => _database.Dispose();

    [Fact]
    public void Order_LongRuns_EqualsLinqToObjects()
    {
        Check(q => q.OrderByDescending(x => x.Group));
        Check(q => q.OrderByDescending(x => x.Group).Skip(2990).Take(30));
        Check(q => q.OrderBy(x => x.Group).Skip(2990).Take(30));
        Check(q => q.OrderBy(x => x.Kind).Take(500));
        Check(q => q.OrderByDescending(x => x.Kind).ThenByDescending(x => x.Group).Skip(900).Take(900));
        Check(q => q.OrderBy(x => x.Group).ThenByDescending(x => x.Value).Take(50));
        Check(q => q.Where(x => x.Group > 1 && x.Group < 5).OrderByDescending(x => x.Group).Take(2000));
        Check(q => q.Where(x => x.Kind == 1).OrderByDescending(x => x.Group).Skip(1000).Take(1500));
    }

    [Fact]
    public void Last_LongRuns_EqualsLinqToObjects()
    {
        Check(q => q.OrderBy(x => x.Group).Take(1).Concat(q.OrderByDescending(x => x.Group).Take(1)));
        Assert.Equal(_rows.OrderBy(x => x.Group).Last().Id, Rows.AsQueryable().OrderBy(x => x.Group).Last().Id);
        Assert.Equal(
            _rows.OrderByDescending(x => x.Group).Last().Id,
            Rows.AsQueryable().OrderByDescending(x => x.Group).Last().Id);
    }

    [Fact]
    public void Order_DescendingWithTake_ReadsFewEntriesOfALongRun()
    {
        var plan = Rows.AsQueryable().OrderByDescending(x => x.Group).Take(5).Explain(analyze: true);
        Assert.Equal(5, plan.DocumentsRead);
        Assert.True(plan.IndexEntriesRead < 1000, plan.ToString());
    }

    [Fact]
    public void Filter_RangeOfNearlyEverything_WalksTheDocuments()
    {
        var query = Rows.AsQueryable().Where(x => x.Group >= 0 && x.Value >= 0);
        var plan = query.Explain(analyze: true);
        Assert.Contains("given up", plan.ToString(), StringComparison.Ordinal);
        Assert.Equal(Count, plan.DocumentsRead);
        Check(q => q.Where(x => x.Group >= 0));
        Check(q => q.Where(x => x.Group >= 1));
    }

    private void Check(Func<IQueryable<Row>, IQueryable<Row>> query) => Assert.Equal(
        query(_rows.AsQueryable()).Select(x => x.Id),
        query(Rows.AsQueryable()).Select(x => x.Id));

    private static Row Create(int i) => new() { Id = i, Group = i % 7, Kind = i % 2, Value = i * 31 % 1000 };

    internal sealed class Row
    {
        public int Id { get; set; }

        public int Group { get; set; }

        public int Kind { get; set; }

        public int Value { get; set; }
    }
}
