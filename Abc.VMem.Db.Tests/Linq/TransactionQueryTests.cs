using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Queries in transactions and snapshots, and deletes by query.</summary>
public sealed class TransactionQueryTests
{
    [Fact]
    public void Query_InTransaction_SeesItsOwnWrites()
    {
        using var test = Create();
        using var transaction = test.Db.BeginTransaction();
        var things = transaction.GetCollection<Thing>("things");
        var thing = things.Find(5)!;
        thing.Age = 777;
        things.Update(thing);
        Assert.Equal([5], things.AsQueryable().Where(x => x.Age == 777).Select(x => x.Id));
        Assert.Empty(test.Db.GetCollection<Thing>("things").AsQueryable().Where(x => x.Age == 777));
    }

    [Fact]
    public void Query_UpdatingWhatItFinds_VisitsEachOnce()
    {
        using var test = Create();
        using var transaction = test.Db.BeginTransaction();
        var things = transaction.GetCollection<Thing>("things");
        var expected = things.AsQueryable().Count(x => x.Age >= 20);
        var visited = 0;
        foreach (var thing in things.AsQueryable().Where(x => x.Age >= 20))
        {
            thing.Age += 100;
            things.Update(thing);
            visited++;
        }

        Assert.Equal(expected, visited);
        Assert.Equal(expected, things.AsQueryable().Count(x => x.Age >= 120));
        transaction.Commit();
    }

    [Fact]
    public void Query_DeletingWhatItWillFind_SkipsIt()
    {
        using var test = Create();
        using var transaction = test.Db.BeginTransaction();
        var things = transaction.GetCollection<Thing>("things");
        var visited = new List<int>();
        foreach (var thing in things.AsQueryable().OrderBy(x => x.Id))
        {
            visited.Add(thing.Id);
            things.Delete(thing.Id + 1);
        }

        Assert.Equal(Enumerable.Range(1, 100).Where(i => i % 2 == 1), visited);
        transaction.Commit();
    }

    [Fact]
    public void Query_OnSnapshot_DoesNotUseALaterIndex()
    {
        using var test = new TestDatabase();
        var things = test.Db.GetCollection<Thing>("things");
        things.InsertMany(Things.Create(100));
        using var snapshot = test.Db.BeginSnapshot();
        var before = snapshot.GetCollection<Thing>("things").AsQueryable().Where(x => x.Age == 20);
        var expected = before.ToList().Count;
        things.EnsureIndex(x => x.Age);
        things.DeleteMany(x => x.Age == 20);
        Assert.Null(before.Explain().Index);
        Assert.Equal(expected, before.ToList().Count);
        var after = things.AsQueryable().Where(x => x.Age == 20).Explain(analyze: true);
        Assert.Equal("Age", after.Index);
        Assert.Equal(0, after.Rows);
    }

    [Fact]
    public void Query_OverTwoCollections_SeesOneMoment()
    {
        using var test = Create();
        var things = test.Db.GetCollection<Thing>("things");
        var others = test.Db.GetCollection<Note>("others");
        others.InsertMany(Enumerable.Range(1, 100).Select(i => new Note { Id = i }));
        var rows = 0;
        foreach (var pair in things.AsQueryable().Where(x => others.AsQueryable().Any(o => o.Id == x.Id)))
        {
            // Gone for whoever looks now, not for this query.
            others.Delete(pair.Id + 1);
            rows++;
        }

        Assert.Equal(100, rows);
        Assert.Equal(1, things.AsQueryable().Join(others.AsQueryable(), x => x.Id, o => o.Id, (x, o) => x.Id).Count());
    }

    [Fact]
    public void Query_ThatRowsBringAlong_RunsAfterItsSource()
    {
        using var test = Create();
        var things = test.Db.GetCollection<Thing>("things").AsQueryable();
        var same = things.Where(x => x.Id == 5).Select(x => things.Where(y => y.Age == x.Age)).First();
        Assert.Contains(5, same.Select(x => x.Id));
    }

    [Fact]
    public void DeleteMany_ByPredicate_DeletesWhatItFinds()
    {
        using var test = Create();
        var things = test.Db.GetCollection<Thing>("things");
        var limit = 30;
        var expected = things.AsQueryable().Count(x => x.Age > limit && x.Tags.Contains("t1"));
        Assert.True(expected > 0);
        Assert.Equal(expected, things.DeleteMany(x => x.Age > limit && x.Tags.Contains("t1")));
        Assert.Equal(100 - expected, things.Count);
        Assert.Equal(0, things.DeleteMany(x => x.Age > limit && x.Tags.Contains("t1")));
    }

    [Fact]
    public void Query_OnMissingCollection_IsEmpty()
    {
        using var test = new TestDatabase();
        var things = test.Db.GetCollection<Thing>("nothing").AsQueryable();
        Assert.Empty(things);
        Assert.Equal(0, things.Count(x => x.Age > 3));
        Assert.Null(things.FirstOrDefault(x => x.Id == 3));
        Assert.Empty(things.OrderBy(x => x.Name).Take(3));
        Assert.Throws<InvalidOperationException>(() => things.First());
    }

    [Fact]
    public void Query_CollectionFilledLater_FindsIt()
    {
        using var test = new TestDatabase();
        var collection = test.Db.GetCollection<Thing>("things");
        var query = collection.AsQueryable().Where(x => x.Age == 20);
        Assert.Empty(query);
        collection.InsertMany(Things.Create(100));
        var found = query.ToList().Count;
        Assert.True(found > 0);
        collection.EnsureIndex(x => x.Age);
        Assert.Equal(found, query.ToList().Count);
        Assert.Equal("Age", query.Explain().Index);
        collection.DropIndex("Age");
        Assert.Equal(found, query.ToList().Count);
        Assert.Null(query.Explain().Index);
    }

    private sealed class Note
    {
        public int Id { get; set; }
    }

    private static TestDatabase Create()
    {
        var test = new TestDatabase();
        var things = test.Db.GetCollection<Thing>("things");
        things.InsertMany(Things.Create(100));
        things.EnsureIndex(x => x.Age);
        things.EnsureIndex(x => x.Tags);
        return test;
    }
}
