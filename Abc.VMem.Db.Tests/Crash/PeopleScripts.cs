using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>Documents and indexes change: after recovery they fit each other.</summary>
internal static class PeopleScripts
{
    /// <summary>Documents come, change and go, with indexes on them.</summary>
    public static DatabaseScript Documents { get; } = new(
        "Documents",
        [
            db => People(db).Insert(Person.Make(1)),
            db => People(db).EnsureIndex(person => person.Address!.City),
            db => People(db).InsertMany(Enumerable.Range(2, 30).Select(Person.Make)),
            db => People(db).EnsureIndex(person => person.Tags),
            db => People(db).EnsureIndex(person => person.Mail, unique: true),
            db => People(db).Update(Changed(db, 7)),
            db => People(db).DeleteMany([3, 4, 5, 6, 20]),
            db => InTransaction(db),
            db => Assert.True(People(db).DropIndex("Tags[]")),
            db => People(db).Upsert(new Person { Id = 50, Name = new string('x', 9_000), Tags = ["long"] }),
            db => People(db).DeleteMany(Enumerable.Range(1, 60)),
            db => db.DropCollection("people"),
        ],
        Describe,
        InsertOne);

    /// <summary>Indexes are built over documents that are there, and dropped.</summary>
    public static DatabaseScript Indexes { get; } = new(
        "IndexBuildAndDrop",
        [
            db => People(db).InsertMany(Enumerable.Range(1, 120).Select(Person.Make)),
            db => People(db).EnsureIndex(person => person.Name, unique: true),
            db => People(db).EnsureIndex(person => person.Age),
            db => Assert.True(People(db).DropIndex("Name")),
            db => People(db).EnsureIndex(person => person.Orders.Select(order => order.ProductId)),
            db => People(db).DeleteMany(Enumerable.Range(40, 60)),
            db => People(db).EnsureIndex(person => new { person.Tags, person.Mail }),
            db => Assert.True(People(db).DropIndex("Age")),
            db => People(db).EnsureIndex(person => person.Name),
            db => Assert.True(db.DropCollection("people")),
            db => People(db).EnsureIndex(person => person.Age),
        ],
        Describe,
        InsertOne);

    private static void InsertOne(VMemDatabase db)
    {
        People(db).Insert(new Person { Id = 999, Name = "after" });
        Assert.Equal("after", People(db).Find(999)?.Name);
    }

    private static string Describe(VMemSnapshot db)
    {
        if (!db.CollectionNames.Contains("people"))
        {
            return "nothing";
        }

        var people = db.GetCollection<Person>("people");
        return $"{string.Join(',', people.IndexNames)}\n" + string.Join('\n', people.FindAll().Select(person =>
            $"{person.Id} {person.Name} {person.Mail} {person.Address?.City} {string.Join('+', person.Tags)}"));
    }

    private static DocumentCollection<Person> People(VMemDatabase db) => db.GetCollection<Person>("people");

    private static Person Changed(VMemDatabase db, int id)
    {
        var person = People(db).Find(id)!;
        (person.Name, person.Address, person.Tags) = ("changed", new() { City = "Oslo" }, ["new", "tag 3"]);
        return person;
    }

    private static void InTransaction(VMemDatabase db)
    {
        using var transaction = db.BeginTransaction();
        var people = transaction.GetCollection<Person>("people");
        people.Delete(7);
        people.Insert(Person.Make(70));
        people.Upsert(new Person { Id = 12, Name = "upserted", Mail = "m7@example.org", Tags = ["a", "b", "a"] });
        transaction.Commit();
    }
}
