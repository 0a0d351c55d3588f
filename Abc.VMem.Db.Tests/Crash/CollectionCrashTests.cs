using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Power loss at every call that changes the disk, while documents and indexes change: after recovery they are those
/// after one of the commits, and the check of the whole database, indexes against documents, finds nothing.
/// </summary>
public sealed class CollectionCrashTests
{
    private const string Path = CrashSession.Path;

    /// <summary>Each is one commit.</summary>
    private static readonly Action<VMemDatabase>[] Steps =
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
    ];

    [Fact]
    public void Step_PowerLossAtEveryCall_RecoversAcknowledgedPrefix()
    {
        var expected = Expected();
        var (tried, acknowledged) = (1, 0);
        var files = new SimulatedFileSystem();
        var states = CrashStates.Enumerate<string>(files, Run, () => (expected[..tried], acknowledged), "people");
        foreach (var state in states)
        {
            Verify(state);
        }

        void Run()
        {
            using var db = VMemDatabase.Open(files, Path, CrashSession.SmallOptions);
            foreach (var step in Steps)
            {
                tried++;
                step(db);
                acknowledged++;
            }
        }
    }

    /// <summary>What the database holds before the first step and after each, found without any crash.</summary>
    private static List<string> Expected()
    {
        using var db = VMemDatabase.Open(new MemoryFileSystem(), Path, CrashSession.SmallOptions);
        var expected = new List<string> { Describe(db) };
        foreach (var step in Steps)
        {
            step(db);
            expected.Add(Describe(db));
        }

        Assert.Equal(expected.Count - 1, expected.Distinct().Count());
        return expected;
    }

    private static void Verify(CrashState<string> state)
    {
        try
        {
            var files = state.Files.Kill();
            using (var db = VMemDatabase.Open(files, Path, CrashSession.SmallOptions with { RandomSeed = 3 }))
            {
                Assert.Contains(Describe(db), state.States.Skip(state.From));
                db.Check();
                People(db).Insert(new Person { Id = 99, Name = "after" });
            }

            Assert.Equal([Path], files.Paths);
            using var again = VMemDatabase.Open(files.Crash(CrashPolicy.None, 0), Path, CrashSession.SmallOptions);
            Assert.Equal("after", People(again).Find(99)?.Name);
            again.Check();
        }
        catch (Exception e)
        {
            throw new XunitException($"{state.Story}\n{e}", e);
        }
    }

    private static string Describe(VMemDatabase db)
    {
        if (!db.CollectionNames.Contains("people"))
        {
            return "nothing";
        }

        var people = People(db).FindAll().Select(person =>
            $"{person.Id} {person.Name} {person.Mail} {person.Address?.City} {string.Join('+', person.Tags)}");
        return $"{string.Join(',', People(db).IndexNames)}\n{string.Join('\n', people)}";
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
