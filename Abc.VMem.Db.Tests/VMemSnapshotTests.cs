using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests;

public sealed class VMemSnapshotTests : IDisposable
{
    private readonly TestDatabase _test = new(maxMappedPages: 16384);

    private VMemDatabase Db => _test.Db;

    private DocumentCollection<Person> People => Db.GetCollection<Person>("people");

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Snapshot_DuringManyUpdates_ReadsItsOldState()
    {
        People.InsertMany(Enumerable.Range(1, 2_000).Select(Person.Make));
        using var snapshot = Db.BeginSnapshot();
        var old = snapshot.GetCollection<Person>("people");

        for (var i = 0; i < 10_000; i++)
        {
            using var transaction = Db.BeginTransaction();
            var people = transaction.GetCollection<Person>("people");
            for (var end = i + 500; i < end; i++)
            {
                people.Update(new Person { Id = (i % 2_000) + 1, Name = "new" });
            }

            transaction.Commit();
        }

        People.DeleteMany(Enumerable.Range(1, 1_000));
        Assert.Equal(2_000, old.Count);
        Assert.Equal(Enumerable.Range(1, 2_000).Select(i => $"name {i}"), old.FindAll().Select(person => person.Name));
        Assert.Equal(1_000, People.Count);
    }

    [Fact]
    public void Snapshot_BeforeAnIndex_DoesNotKnowIt()
    {
        People.InsertMany(Enumerable.Range(1, 100).Select(Person.Make));
        using var before = Db.BeginSnapshot();
        People.EnsureIndex(person => person.Age);
        using var after = Db.BeginSnapshot();
        People.DropIndex("Age");

        Assert.Empty(before.GetCollection<Person>("people").IndexNames);
        Assert.Equal(["Age"], after.GetCollection<Person>("people").IndexNames);
        Assert.Empty(People.IndexNames);
        using var reader = after.GetCollection<Person>("people").OpenReader();
        Assert.Equal(100, reader.CountRange(reader.Definition.Indexes[0], KeyRange.All));
    }

    [Fact]
    public void Snapshot_BeforeTheCollection_ReadsItAsEmpty()
    {
        using var snapshot = Db.BeginSnapshot();
        People.Insert(Person.Make(1));
        Db.GetMap<int, string>("map")[1] = "x";

        Assert.Equal(0, snapshot.GetCollection<Person>("people").Count);
        Assert.Empty(snapshot.CollectionNames);
        Assert.Empty(snapshot.MapNames);
        Assert.False(snapshot.GetMap<int, string>("map").ContainsKey(1));
    }

    [Fact]
    public void GetMap_OfASnapshot_IsReadOnlyByType()
    {
        Db.GetMap<int, string>("map")[1] = "x";
        Db.GetMap("raw").Put([1], [2]);
        using var snapshot = Db.BeginSnapshot();
        Db.GetMap<int, string>("map")[1] = "y";
        Assert.Equal("x", snapshot.GetMap<int, string>("map")[1]);
        Assert.True(snapshot.GetMap("raw").Contains([1]));
        Assert.IsNotType<VMemMap>(snapshot.GetMap("raw"));
        Assert.IsNotType<VMemMap<int, string>>(snapshot.GetMap<int, string>("map"));
        Assert.Throws<ArgumentException>(() => snapshot.GetMap<string, string>("map"));
    }

    [Fact]
    public void Snapshot_BeforeADrop_StillReadsTheCollection()
    {
        People.InsertMany(Enumerable.Range(1, 100).Select(Person.Make));
        using var snapshot = Db.BeginSnapshot();

        Assert.True(Db.DropCollection("people"));
        Db.GetCollection<Person>("others").InsertMany(Enumerable.Range(1, 100).Select(Person.Make));

        Assert.False(Db.DropCollection("people"));
        Assert.Equal(100, snapshot.GetCollection<Person>("people").FindAll().Count());
        Assert.Equal(["others"], Db.CollectionNames);
    }

    [Fact]
    public void Write_InASnapshot_IsRefused()
    {
        using var snapshot = Db.BeginSnapshot();
        var people = snapshot.GetCollection<Person>("people");

        Assert.Equal(
            TransactionFailure.ReadOnly, Assert.Throws<TransactionException>(() => people.Insert(new())).Reason);
        Assert.Equal(
            TransactionFailure.ReadOnly,
            Assert.Throws<TransactionException>(() => people.EnsureIndex(person => person.Age)).Reason);
    }

}
