using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests;

public sealed class VMemTransactionTests : IDisposable
{
    private readonly TestDatabase _test = new();

    private VMemDatabase Db => _test.Db;

    private DocumentCollection<Person> People => Db.GetCollection<Person>("people");

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Commit_OfSeveralCollections_ShowsAllAtOnce()
    {
        using (var transaction = Db.BeginTransaction())
        {
            transaction.GetCollection<Person>("people").Insert(Person.Make(1));
            transaction.GetCollection<Person>("others").InsertMany([Person.Make(2), Person.Make(3)]);
            transaction.GetMap<string, string>("settings")["theme"] = "dark";
            Assert.Equal(["others", "people"], transaction.CollectionNames);
            Assert.Equal(["settings"], transaction.MapNames);
            Assert.Empty(Db.CollectionNames);
            Assert.Equal(0, People.Count);
            transaction.Commit();
        }

        Assert.Equal(1, People.Count);
        Assert.Equal(2, Db.GetCollection<Person>("others").Count);
        Assert.Equal("dark", Db.GetMap<string, string>("settings")["theme"]);
    }

    [Fact]
    public void Reads_InTheTransaction_SeeItsWrites()
    {
        People.InsertMany([Person.Make(1), Person.Make(2)]);
        using var transaction = Db.BeginTransaction();
        var people = transaction.GetCollection<Person>("people");

        people.Update(new Person { Id = 1, Name = "changed" });
        people.Delete(2);
        people.Insert(new Person { Name = "new" });

        Assert.Equal(["changed", "new"], people.FindAll().Select(person => person.Name));
        Assert.Equal(["name 1", "name 2"], People.FindAll().Select(person => person.Name));
        Assert.Null(people.Find(2));
        Assert.Equal(2, people.Count);
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothing()
    {
        People.Insert(Person.Make(1));
        using (var transaction = Db.BeginTransaction())
        {
            var people = transaction.GetCollection<Person>("people");
            people.EnsureIndex(person => person.Age);
            people.InsertMany(Enumerable.Range(1, 500).Select(Person.Make));
            transaction.GetCollection<Person>("others").Insert(Person.Make(1));
            transaction.DropCollection("people");
        }

        Assert.Equal(["people"], Db.CollectionNames);
        Assert.Equal("name 1", Assert.Single(People.FindAll()).Name);
        Assert.Empty(People.IndexNames);
    }

    [Fact]
    public void Definitions_AfterRollback_AreThoseBefore()
    {
        for (var round = 0; round < 3; round++)
        {
            using var transaction = Db.BeginTransaction();
            transaction.GetCollection<Person>("people").Insert(new Person { Name = "gone" });
            transaction.Rollback();
        }

        var notes = Db.GetCollection<Note, string>("people", note => note.Key);
        notes.Insert(new Note("a", 1));

        Assert.Equal(1, notes.Find("a")!.Number);
        Assert.Throws<ArgumentException>(() => People);
    }

    [Fact]
    public void RefusedStatement_LeavesTheTransactionUsable()
    {
        People.Insert(new Person { Id = 1, Name = "first" });
        People.EnsureIndex(person => person.Name, unique: true);
        using var transaction = Db.BeginTransaction();
        var people = transaction.GetCollection<Person>("people");

        Assert.Throws<DuplicateKeyException>(() => people.Insert(new Person { Id = 1 }));
        Assert.Throws<DuplicateKeyException>(() => people.Insert(new Person { Name = "first" }));
        Assert.Throws<DuplicateKeyException>(() => people.InsertMany([new() { Name = "x" }, new() { Name = "x" }]));
        Assert.Throws<DocumentException>(() => people.Insert(new Person { Name = "\ud800" }));
        people.Insert(new Person { Name = "second" });

        Assert.False(transaction.IsDoomed);
        transaction.Commit();
        Assert.Equal(2, People.Count);
    }

    [Fact]
    public void StatementThatFailsHalfWay_LeavesTheTransactionAsItWas()
    {
        using var transaction = Db.BeginTransaction();
        var people = transaction.GetCollection<Person>("people");
        people.Insert(new Person { Id = 20_000, Name = "before" });
        Assert.Throws<InvalidOperationException>(() => people.InsertMany(Failing()));

        Assert.False(transaction.IsDoomed);
        Assert.Equal("before", Assert.Single(people.FindAll()).Name);
        people.Insert(new Person { Id = 1, Name = "after" });
        transaction.Commit();
        Assert.Equal(["after", "before"], People.FindAll().Select(person => person.Name));

        static IEnumerable<Person> Failing()
        {
            for (var i = 0; i < 10_000; i++)
            {
                yield return Person.Make(i);
            }

            throw new InvalidOperationException("The source fails.");
        }
    }

    [Fact]
    public void FindAll_ChangedWhileEnumerated_SeesTheSetOfItsStart()
    {
        using var transaction = Db.BeginTransaction();
        var people = transaction.GetCollection<Person>("people");
        people.InsertMany(Enumerable.Range(1, 200).Select(Person.Make));
        var seen = new List<int>();
        foreach (var person in people.FindAll())
        {
            seen.Add(person.Id);
            people.Insert(Person.Make(person.Id));
            people.Delete(person.Id + 1);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (2 * i) + 1), seen);
        Assert.Equal(200, people.Count);
        transaction.Commit();
    }

    [Fact]
    public async Task Transaction_AcrossAwaits_BelongsToNoThread()
    {
        await using (var transaction = await Db.BeginTransactionAsync())
        {
            var people = transaction.GetCollection<Person>("people");
            for (var i = 0; i < 20; i++)
            {
                await people.InsertAsync(Person.Make(i));
                await Task.Delay(1);
            }

            await transaction.CommitAsync();
        }

        Assert.Equal(20, People.Count);
    }

    [Fact]
    public void ImplicitWrite_InTheFlowOfATransaction_IsRefusedAtOnce()
    {
        using var transaction = Db.BeginTransaction();

        var error = Assert.Throws<TransactionException>(() => People.Insert(Person.Make(1)));

        Assert.Equal(TransactionFailure.SelfDeadlock, error.Reason);
    }

    [Fact]
    public void Insert_AfterARollback_AssignsFromTheCommittedMark()
    {
        People.Insert(new Person());
        using (var transaction = Db.BeginTransaction())
        {
            transaction.GetCollection<Person>("people").InsertMany([new(), new(), new()]);
        }

        var person = new Person();
        People.Insert(person);

        Assert.Equal(2, person.Id);
    }

    [Fact]
    public void GetCollection_AfterTheEnd_IsRefused()
    {
        var transaction = Db.BeginTransaction();
        var people = transaction.GetCollection<Person>("people");
        people.Insert(new Person());
        transaction.Commit();

        Assert.Equal(TransactionFailure.Closed, Assert.Throws<TransactionException>(() => people.Count).Reason);
        Assert.Equal(TransactionFailure.Closed, Assert.Throws<TransactionException>(() => people.Insert(new())).Reason);
        transaction.Dispose();
    }

    internal sealed record Note(string Key, int Number);
}
