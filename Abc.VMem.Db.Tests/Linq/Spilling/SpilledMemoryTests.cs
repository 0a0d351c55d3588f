using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Linq.Spilling;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Linq.Spilling;

/// <summary>What queries over many documents hold does not grow with their number, and ends with them.</summary>
public sealed class SpilledMemoryTests(SpilledMemoryTests.Databases databases)
    : IClassFixture<SpilledMemoryTests.Databases>
{
    private const int Pages = 256;
    private const int Few = 4_000;
    private const int Many = 40_000;

    private static readonly Dictionary<string, Func<IQueryable<Entry>, IEnumerable<object?>>> Queries = new()
    {
        ["order"] = q => q.OrderBy(x => x.Text).ThenByDescending(x => x.Account).Select(x => (object?)x.Id),
        ["order, first of many"] = q => q.OrderByDescending(x => x.Text).Take(5000).Select(x => (object?)x.Id),
        ["order on index, further keys"] = q => q.OrderBy(x => x.Kind).ThenBy(x => x.Text).Select(x => (object?)x.Id),
        ["order by the client"] = q => q.OrderBy(x => x.Text, StringComparer.OrdinalIgnoreCase).Select(x => x.Text),
        ["keys of an index"] = q => q.Where(x => x.Account < 5000 && x.Text != "").Select(x => (object?)x.Id),
        ["few large groups"] = q => q.GroupBy(x => x.Kind)
            .Select(g => (object?)new { g.Key, Count = g.Count(), Sum = g.Sum(x => (long)x.Account) }),
        ["many small groups"] = q => q.GroupBy(x => x.Account)
            .Select(g => (object?)new { g.Key, Count = g.Count(), Max = g.Max(x => x.Id) }),
        ["many groups handed out"] = q => q.GroupBy(x => x.Account, x => x.Id).Select(g => string.Join(",", g)),
        ["distinct"] = q => q.Select(x => x.Text).Distinct(),
        ["count by"] = q => q.CountBy(x => x.Account).Select(pair => (object?)pair.Key),
        ["union"] = q => q.Select(x => x.Account).Union(q.Select(x => x.Id)).Select(id => (object?)id),
        ["intersect"] = q => q.Select(x => x.Account).Intersect(q.Select(x => x.Id)).Select(id => (object?)id),
        ["join"] = q => q.Join(q, x => x.Id, y => y.Account, (x, y) => (object?)new { x.Text, Other = y.Id }),
        ["reverse"] = q => q.Select(x => x.Text + x.Id).Reverse(),
    };

    public static TheoryData<string> Names => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_ManyDocuments_HoldsNoMoreThanItsBudget(string name)
    {
        foreach (var (count, database) in databases.All)
        {
            var probe = QueryProbe.Current = new QueryProbe();
            var things = database.Db.GetCollection<Entry>("entries");
            var expected = Queries[name](Entry.Many(count).ToList().AsQueryable());
            Assert.Equal(expected, Queries[name](things.AsQueryable()));
            Assert.True(
                probe.PeakHeldBytes <= things.Context.BudgetBytes + 1000, $"{count}: {probe.PeakHeldBytes} bytes held");
            CheckEnded(things, probe);
            Assert.True(count < Many || probe.Spills > 0, "Nothing was put aside.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_InTransactionThatChangesTheCollection_SeesItsStart(string name)
    {
        const int count = Few;
        var probe = QueryProbe.Current = new QueryProbe { BudgetBytes = 0 };
        using var transaction = databases.All[count].Db.BeginTransaction();
        var entries = transaction.GetCollection<Entry>("entries");
        var expected = Queries[name](Entry.Many(count).ToList().AsQueryable()).ToList();
        var found = 0;
        foreach (var row in Queries[name](entries.AsQueryable()))
        {
            Assert.Equal(expected[found++], row);
            if (name != "union")
            {
                // The second query of a union begins when the first one ends: so it is in LINQ to Objects.
                entries.Insert(new Entry { Id = count + found, Account = found, Text = "new" });
            }
        }

        Assert.Equal(expected.Count, found);
        CheckEnded(entries, probe);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_Abandoned_LeavesNothing(string name)
    {
        var probe = QueryProbe.Current = new QueryProbe { BudgetBytes = 0 };
        var entries = databases.All[Few].Db.GetCollection<Entry>("entries");
        foreach (var _ in Queries[name](entries.AsQueryable()).Take(3))
        {
            Assert.True(name == "distinct" || probe.OpenPages > 0);
        }

        CheckEnded(entries, probe);
        var broken = Queries[name](entries.AsQueryable())
            .Select((row, i) => i < 5 ? row : throw new TimeoutException());
        Assert.Throws<TimeoutException>(() => broken.Count());
        CheckEnded(entries, probe);
    }

    [Fact]
    public void Explain_Analyzed_ShowsWhatWasPutAside()
    {
        var entries = databases.All[Many].Db.GetCollection<Entry>("entries").AsQueryable();
        var plan = entries.OrderBy(x => x.Text).GroupBy(x => x.Account).Select(g => g.Count()).Explain(analyze: true);
        var lines = plan.ToString().Split('\n');
        Assert.Contains(lines, line => line.StartsWith("memory    GroupBy: beyond", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("spilled   order: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("spilled   GroupBy: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Explain_RowsThatStayOnTheHeap_AreNamed()
    {
        var entries = databases.All[Few].Db.GetCollection<Entry>("entries").AsQueryable();
        var text = entries.GroupBy(x => new object()).Select(g => g.Count()).Explain().ToString();
        Assert.Contains("\nheap      GroupBy: ", text, StringComparison.Ordinal);
        text = entries.Distinct().Select(x => x.Id).Explain().ToString();
        Assert.Contains("\nheap      Distinct: ", text, StringComparison.Ordinal);
        Assert.Contains("Entry by reference", text, StringComparison.Ordinal);
        text = entries.TakeLast(3).Explain().ToString();
        Assert.Contains("\nheap      TakeLast: always", text, StringComparison.Ordinal);
    }

    private static void CheckEnded(DocumentCollection<Entry> entries, QueryProbe probe)
    {
        Assert.Equal(0, probe.OpenPages);
        Assert.Equal(0, probe.HeldBytes);
        Assert.Equal(0, entries.Context.Work.TakenBytes);
    }

    /// <summary>Databases with different numbers of the same documents.</summary>
    public sealed class Databases : IDisposable
    {
        internal Dictionary<int, TestDatabase> All { get; } = new() { [Few] = Create(Few), [Many] = Create(Many) };

        public void Dispose()
        {
            foreach (var database in All.Values)
            {
                database.Dispose();
            }
        }

        private static TestDatabase Create(int count)
        {
            var options = new EngineOptions { MaxMappedPages = Pages, Durability = Durability.None };
            var database = new TestDatabase(new MemoryFileSystem(), "test", options);
            var entries = database.Db.GetCollection<Entry>("entries");
            entries.InsertMany(Entry.Many(count));
            entries.EnsureIndex(x => x.Kind);
            entries.EnsureIndex(x => x.Account);
            return database;
        }
    }
}
