using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Loads and index builds go through the temporary file at the smallest cap: after recovery each is there as a whole,
/// or not at all.
/// </summary>
internal static class BulkScripts
{
    /// <summary>Documents of one load: several times the memory for one.</summary>
    private const int Documents = 260;

    /// <summary>Each step is one commit, or none when it fails.</summary>
    public static DatabaseScript Script { get; } = new(
        "Bulk",
        [
            db => People(db).EnsureIndex(person => person.Name, unique: true),
            db => People(db).EnsureIndex(person => person.Tags),
            db => People(db).InsertMany(Shuffled(1)),
            db => People(db).EnsureIndex(person => new { person.Tags, person.Mail, person.Name }),
            InTransaction,
            db => People(db).DeleteMany(Enumerable.Range(1, 5 * Documents).Where(id => id % 9 > 0)),
        ],
        Describe,
        db => People(db).Insert(new Person { Id = 9_999, Name = "after" }),
        BufferPool.MinMappedPages);

    private static string Describe(VMemSnapshot db)
    {
        if (!db.CollectionNames.Contains("people"))
        {
            return "nothing";
        }

        var people = db.GetCollection<Person>("people");
        return $"{string.Join(',', people.IndexNames)}\n" + string.Join(
            '\n', people.FindAll().Select(person => $"{person.Id} {person.Name} {person.Tags.Count}"));
    }

    private static DocumentCollection<Person> People(VMemDatabase db) => db.GetCollection<Person>("people");

    private static IEnumerable<Person> Shuffled(int first)
    {
        var numbers = Enumerable.Range(first, Documents).ToArray();
        new Random(first).Shuffle(numbers);
        foreach (var number in numbers)
        {
            var person = Person.Make(number);
            person.Id = number;
            yield return person;
        }
    }

    /// <summary>A load that fails leaves what was before it in the transaction, and the one after it comes.</summary>
    private static void InTransaction(VMemDatabase db)
    {
        using var transaction = db.BeginTransaction();
        var people = transaction.GetCollection<Person>("people");
        people.Insert(new Person { Id = 2_000, Name = "before" });
        var taken = Shuffled(1_000).Append(new Person { Id = 3_000, Name = "before" });
        RefuseDuplicate(() => people.InsertMany(taken));
        people.InsertMany(Shuffled(1_000));
        Assert.Equal((2 * Documents) + 1, people.Count);
        transaction.Commit();
    }

    // An error of the disk may come first, and is no failure of the script.
    private static void RefuseDuplicate(Action load)
    {
        try
        {
            load();
        }
        catch (DuplicateKeyException)
        {
            return;
        }

        Assert.Fail("A load with a duplicate was taken.");
    }
}
