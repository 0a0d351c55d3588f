using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Power loss at calls that change the disk, while loads and index builds go through the temporary file at the smallest
/// cap: after recovery each is there as a whole, or not at all, and the check of the whole database finds nothing.
/// </summary>
public sealed class BulkCrashTests
{
    private const string Path = CrashSession.Path;

    /// <summary>Documents of one load: several times the memory for one.</summary>
    private const int Documents = 260;

    /// <summary>States that are looked at; more of them are found.</summary>
    private const int MaxStates = 400;

    private static readonly EngineOptions s_options =
        CrashSession.SmallOptions with { MaxMappedPages = BufferPool.MinMappedPages };

    /// <summary>Each is one commit, or none when it fails.</summary>
    private static readonly Action<VMemDatabase>[] s_steps =
    [
        db => People(db).EnsureIndex(person => person.Name, unique: true),
        db => People(db).EnsureIndex(person => person.Tags),
        db => People(db).InsertMany(Shuffled(1)),
        db => People(db).EnsureIndex(person => new { person.Tags, person.Mail, person.Name }),
        InTransaction,
        db => People(db).DeleteMany(Enumerable.Range(1, 5 * Documents).Where(id => id % 9 > 0)),
    ];

    [Fact]
    public void Load_PowerLossAtEveryCall_RecoversAllOfItOrNone()
    {
        var expected = Expected();
        var (tried, acknowledged) = (1, 0);
        var files = new SimulatedFileSystem();
        var states = CrashStates.Enumerate<string>(
            files, Run, () => (expected[..tried], acknowledged), "bulk", inTurn: true);
        Assert.True(states.Count > MaxStates);
        Assert.True(files.Trace.Count(call => call.Contains("-tmp", StringComparison.Ordinal)) > 50);
        var every = (states.Count / MaxStates) + 1;
        foreach (var state in states.Where((_, i) => i % every == 0))
        {
            Verify(state);
        }

        void Run()
        {
            using var db = VMemDatabase.Open(files, Path, s_options);
            foreach (var step in s_steps)
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
        var files = new MemoryFileSystem();
        using var db = VMemDatabase.Open(files, Path, s_options);
        var expected = new List<string> { Describe(db) };
        foreach (var step in s_steps)
        {
            step(db);
            expected.Add(Describe(db));
        }

        Assert.Equal(expected.Count, expected.Distinct().Count());
        return expected;
    }

    private static void Verify(CrashState<string> state)
    {
        try
        {
            var files = state.Files.Kill();
            using (var db = VMemDatabase.Open(files, Path, s_options with { RandomSeed = 3 }))
            {
                Assert.Contains(Describe(db), state.States.Skip(state.From));
                db.Check();
                People(db).Insert(new Person { Id = 9_999, Name = "after" });
            }

            Assert.Equal([Path], files.Paths);
            using var again = VMemDatabase.Open(files.Crash(CrashPolicy.None, 0), Path, s_options);
            Assert.Equal("after", People(again).Find(9_999)?.Name);
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

        var people = People(db).FindAll().Select(person => $"{person.Id} {person.Name} {person.Tags.Count}");
        return $"{string.Join(',', People(db).IndexNames)}\n{string.Join('\n', people)}";
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
        Assert.Throws<DuplicateKeyException>(() => people.InsertMany(taken));
        people.InsertMany(Shuffled(1_000));
        Assert.Equal((2 * Documents) + 1, people.Count);
        transaction.Commit();
    }
}
