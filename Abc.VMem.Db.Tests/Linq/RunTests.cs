using System.Linq.Expressions;
using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>When values are read, what is read, what a transaction sees, what stays alive.</summary>
public sealed class RunTests(ThingDatabase database) : IClassFixture<ThingDatabase>
{
    [Fact]
    public void Query_EnumeratedAgain_ReadsCapturedValuesAgain()
    {
        var age = 20;
        var query = database.Indexed.AsQueryable().Where(x => x.Age == age);
        var first = query.Count();
        age = 1000;
        Assert.NotEqual(0, first);
        Assert.Equal(0, query.Count());
        Assert.Empty(query);
        age = 20;
        Assert.Equal(first, query.ToList().Count);
    }

    [Fact]
    public void Query_UtcNow_IsReadAtEachExecution()
    {
        var query = database.Plain.AsQueryable().Where(x => x.Id == 1).Select(x => DateTime.UtcNow);
        var first = query.First();
        Thread.Sleep(20);
        Assert.True(query.First() > first);
    }

    [Fact]
    public void Query_NewObjectInProjection_IsOneForEachRow()
    {
        var rows = database.Plain.AsQueryable().Take(2).Select(x => new List<int>()).ToList();
        Assert.NotSame(rows[0], rows[1]);
    }

    [Fact]
    public void Query_CachedPlan_KeepsNoCapturedObjectAlive()
    {
        var captured = RunCapturing();
        for (var i = 0; i < 10 && captured.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(captured.IsAlive);
        var query = database.Indexed.AsQueryable().Where(x => x.Name == "n" && x.Tags.Contains("t1"));
        Assert.True(query.Explain().IsCached);
    }

    [Fact]
    public void Query_SameShape_ComesFromTheCache()
    {
        var name = "Anna";
        var query = database.Indexed.AsQueryable().Where(x => x.Name == name).OrderBy(x => x.Age);
        _ = query.ToList();
        name = "Bert";
        Assert.True(query.Explain().IsCached);
        Assert.False(query.ThenBy(x => x.Small).Explain().IsCached);
    }

    [Fact]
    public void Query_OnIndex_ReadsOnlyWhatItReturns()
    {
        var q = database.Indexed.AsQueryable();
        CheckReads(q.Where(x => x.Age == 20));
        CheckReads(q.Where(x => x.Id == 20));
        CheckReads(q.Where(x => x.Id > 20 && x.Id < 30));
        CheckReads(q.Where(x => x.Age == 20 || x.Age == 34));
        CheckReads(q.Where(x => x.Name.StartsWith("Ann")));
        CheckReads(q.Where(x => x.Tags.Contains("t3")));
        CheckReads(q.Where(x => x.Tags.Any(t => t == "t3" || t == "t4")));
        CheckReads(q.Where(x => x.Lines.Any(l => l.Product == 7)));
        CheckReads(q.Where(x => x.Color == Color.Green && x.Age > 30));
        CheckReads(q.Where(x => x.Letter == 'b' && x.Rank == 2).OrderBy(x => x.Name));
        CheckReads(q.OrderBy(x => x.Age).Take(10));
        CheckReads(q.OrderBy(x => x.Age).Skip(50).Take(10));
        CheckReads(q.Where(x => x.Place!.City == "city3"));
    }

    [Fact]
    public void Count_OnIndex_ReadsNoDocument()
    {
        var q = database.Indexed.AsQueryable();
        CheckNoReads(q.Explain(x => x.Count(y => y.Age > 20), analyze: true));
        CheckNoReads(q.Explain(x => x.Count(y => y.Age == 20 || y.Age == 34), analyze: true));
        CheckNoReads(q.Explain(x => x.Count(y => y.Tags.Contains("t3")), analyze: true));
        CheckNoReads(q.Explain(x => x.Any(y => y.Age == 20), analyze: true));
        CheckNoReads(q.Explain(x => x.Count(), analyze: true));
        CheckNoReads(q.Explain(x => x.Where(y => y.Age > 20).Skip(3).Count(), analyze: true));
    }

    [Fact]
    public void Extremes_OnIndex_ReadOneDocument()
    {
        var q = database.Indexed.AsQueryable();
        Assert.Equal(1, q.Explain(x => x.Min(y => y.Age), analyze: true).DocumentsRead);
        Assert.Equal(1, q.Explain(x => x.Max(y => y.Rank), analyze: true).DocumentsRead);
        Assert.Equal(1, q.Explain(x => x.Max(y => y.Id), analyze: true).DocumentsRead);
        var reds = q.Where(x => x.Color == Color.Red);
        Assert.Equal(1, reds.Explain(x => x.Max(y => y.Age), analyze: true).DocumentsRead);
    }

    [Fact]
    public void Query_GenericOverItsDocuments_UsesTheirKeysAndIndexes()
    {
        Assert.Equal(7, FindById(database.Indexed.AsQueryable(), 7)!.Id);
        var plan = ById(database.Indexed.AsQueryable(), 7).Explain(analyze: true);
        Assert.Contains("primary key: Id = 7", plan.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, plan.DocumentsRead);
    }

    [Fact]
    public void Query_ThousandsOfTerms_IsAnswered()
    {
        var thing = Expression.Parameter(typeof(Thing));
        var age = Expression.Property(thing, nameof(Thing.Age));
        var terms = Enumerable.Range(0, 1000).Select(i => Expression.Equal(
            age, Expression.Constant(i % 7 == 0 ? i / 7 : 1000 + i)));
        var any = terms.Aggregate(Expression.OrElse);
        var filter = Expression.Lambda<Func<Thing, bool>>(any, thing);
        var expected = database.Things.Count(x => x.Age >= 0);
        Assert.Equal(expected, database.Indexed.AsQueryable().Count(filter));
        Assert.Equal(expected, database.Plain.AsQueryable().Count(filter));
    }

    [Fact]
    public void Query_AsText_IsItsExpression()
    {
        Assert.Equal("indexed", database.Indexed.AsQueryable().ToString());
        Assert.Equal("indexed.Take(3)", database.Indexed.AsQueryable().Take(3).ToString());
    }

    [Fact]
    public void Provider_WithoutTypes_RunsQueries()
    {
        IQueryable query = database.Indexed.AsQueryable().Where(x => x.Id < 4);
        var count = Expression.Call(
            typeof(Queryable), nameof(Queryable.Count), [typeof(Thing)], query.Expression);
        Assert.Equal(3, query.Provider.Execute(count));
        Assert.Equal(3, query.Provider.CreateQuery(query.Expression).Cast<Thing>().Count());
        Assert.Equal(3, query.Provider.Execute<IEnumerable<Thing>>(query.Expression).Count());
    }

    [Fact]
    public void Query_Contradiction_ReadsNothing()
    {
        var plan = database.Indexed.AsQueryable().Where(x => x.Age > 10 && x.Age < 5).Explain(analyze: true);
        Assert.Equal((0L, 0L), (plan.DocumentsRead, plan.IndexEntriesRead));
    }

    [Fact]
    public void Query_LeftEarly_LetsGo()
    {
        using var test = new TestDatabase();
        var things = test.Db.GetCollection<Thing>("things");
        things.InsertMany(Things.Create(50));
        foreach (var thing in things.AsQueryable().Where(x => x.Age > 0))
        {
            Assert.True(thing.Age > 0);
            break;
        }

        things.Delete(1);
        Assert.Equal(49, things.AsQueryable().Count());
    }

    [Fact]
    public void Query_ManyThreads_SameAnswers()
    {
        var expected = database.Things.Count(x => x.Age > 30 && x.Name.StartsWith('A'));
        Parallel.For(0, 64, i =>
        {
            var age = i % 2 == 0 ? 30 : 10;
            var count = database.Indexed.AsQueryable().Where(x => x.Age > age && x.Name.StartsWith("A")).ToList().Count;
            Assert.True(i % 2 != 0 || count == expected);
        });
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference RunCapturing()
    {
        var holder = new Holder();
        var q = database.Indexed.AsQueryable();
        _ = q.Where(x => x.Name == holder.Name && x.Tags.Contains(holder.Tag)).ToList();
        _ = q.Where(x => x.Name == "n" && x.Tags.Contains("t1")).ToList();
        return new WeakReference(holder);
    }

    private static IQueryable<T> ById<T>(IQueryable<T> query, int id)
        where T : IThing =>
        query.Where(x => x.Id == id);

    private static T? FindById<T>(IQueryable<T> query, int id)
        where T : class, IThing =>
        query.FirstOrDefault(x => x.Id == id);

    private static void CheckReads(IQueryable<Thing> query)
    {
        var plan = query.Explain(analyze: true);
        Assert.True(plan.Rows > 0, plan.ToString());
        Assert.True(plan.Rows == plan.DocumentsRead, plan.ToString());
    }

    private static void CheckNoReads(QueryPlan plan) => Assert.True(plan.DocumentsRead == 0, plan.ToString());

    private sealed class Holder
    {
        public string Name { get; } = "Anna";

        public string Tag { get; } = "t1";
    }
}
