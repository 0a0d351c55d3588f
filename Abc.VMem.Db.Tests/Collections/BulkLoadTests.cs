using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>
/// Loads larger than the memory for them, in every order, failing at every place, alone and in transactions: all of a
/// load is there, or nothing, and the check of the whole database finds no page lost.
/// </summary>
public sealed class BulkLoadTests(ITestOutputHelper output)
{
    private static readonly string[] s_orders = ["ascending", "descending", "random", "broken", "above"];

    [Theory]
    [InlineData(16, 400)]
    [InlineData(64, 700)]
    [InlineData(1024, 4_000)]
    public void InsertMany_AnyOrderAnyFailure_InsertsAllOrNone(int maxMappedPages, int most)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var test = new TestDatabase(maxMappedPages);
        var people = test.Db.GetCollection<Person>("people");
        people.EnsureIndex(person => person.Name, unique: true);
        people.EnsureIndex(person => person.Tags);
        var model = new SortedDictionary<int, string>();
        for (var round = 0; round < 12; round++)
        {
            if (random.Next(2) == 0)
            {
                Load(random, people, model, most);
            }
            else
            {
                LoadInTransaction(test, random, model, most);
            }

            AssertHolds(people, model);
            Assert.Equal(model.Count, test.Db.Check().Documents);
        }

        AssertHolds(test.Reopen().GetCollection<Person>("people"), model);
    }

    [Fact]
    public void InsertMany_AscendingAtTheFloor_FillsPagesAndSpillsNoDocuments()
    {
        using var test = new TestDatabase(16);
        var people = test.Db.GetCollection<Person>("people");

        people.InsertMany(Enumerable.Range(1, 5_000).Select(Person.Make));

        Assert.Equal(Enumerable.Range(1, 5_000), people.FindAll().Select(person => person.Id));
        Assert.Equal(0, test.Db.GetStatistics().SpillBytes);
    }

    [Fact]
    public void InsertMany_OfItsOwnDocuments_CopiesThoseThatWereThere()
    {
        using var test = new TestDatabase(16);
        var people = test.Db.GetCollection<Person>("people");
        people.InsertMany(Enumerable.Range(1, 2_000).Select(Person.Make));
        using (var transaction = test.Db.BeginTransaction())
        {
            var inside = transaction.GetCollection<Person>("people");

            Assert.Equal(2_000, inside.InsertMany(inside.FindAll().Select(Copy)));
            transaction.Commit();
        }

        Assert.Equal(4_000, people.Count);

        static Person Copy(Person person)
        {
            person.Id = 0;
            return person;
        }
    }

    [Fact]
    public async Task InsertManyAsync_ReportsProgressToTheEnd()
    {
        using var test = new TestDatabase(16);
        var people = test.Db.GetCollection<Person>("people");
        people.EnsureIndex(person => person.Name);
        var steps = new List<LoadProgress>();

        await people.InsertManyAsync(Shuffled(new Random(5), 6_000), new ActionProgress(steps.Add));

        Assert.Equal(new LoadProgress(6_000, 12_000, 12_000), steps[^1]);
        Assert.Contains(steps, step => step is { ItemsRead: > 0 and < 6_000, EntriesWritten: 0 });
        Assert.Contains(steps, step => step is { ItemsRead: 6_000, EntriesWritten: > 0 and < 6_000 });
        Assert.Contains(steps, step => step is { EntriesWritten: > 6_000 and < 12_000 });
        Assert.Equal(steps.OrderBy(step => step.ItemsRead).ThenBy(step => step.EntriesWritten), steps);
    }

    [Fact]
    public void InsertMany_FailingInATransaction_TakesBackAssignedKeysAndNumbers()
    {
        using var test = new TestDatabase(16);
        var documents = Enumerable.Range(1, 3_000).Select(Person.Make).ToList();
        documents.Add(new Person { Id = 7 });
        using var transaction = test.Db.BeginTransaction();
        var people = transaction.GetCollection<Person>("people");
        people.Insert(new Person { Name = "first" });

        Assert.Throws<DuplicateKeyException>(() => people.InsertMany(documents));

        Assert.All(documents.SkipLast(1), document => Assert.Equal(0, document.Id));
        documents.RemoveAt(documents.Count - 1);
        Assert.Equal(3_000, people.InsertMany(documents));
        Assert.Equal(Enumerable.Range(2, 3_000), documents.Select(document => document.Id));
        transaction.Commit();
    }

    [Fact]
    public void DeleteMany_OfMoreKeysThanMemoryHolds_DeletesThem()
    {
        using var test = new TestDatabase(16);
        var people = test.Db.GetCollection<Person>("people");
        people.EnsureIndex(person => person.Name);
        people.InsertMany(Enumerable.Range(1, 8_000).Select(Person.Make));
        var keys = Enumerable.Range(1, 9_000).Where(key => key % 5 > 0).ToArray();
        new Random(3).Shuffle(keys);

        Assert.Equal(6_400, people.DeleteMany(keys.Concat(keys.Take(100))));

        Assert.Equal(Enumerable.Range(1, 1_600).Select(i => i * 5), people.FindAll().Select(person => person.Id));
    }

    private static IEnumerable<Person> Shuffled(Random random, int count)
    {
        var numbers = Enumerable.Range(1, count).ToArray();
        random.Shuffle(numbers);
        return numbers.Select(Make);
    }

    private static Person Make(int id)
    {
        var person = Person.Make(id);
        person.Id = id;
        return person;
    }

    private static void AssertHolds(DocumentCollection<Person> people, SortedDictionary<int, string> model)
    {
        Assert.Equal(model.Count, people.Count);
        Assert.True(model.SequenceEqual(
            people.FindAll().Select(person => KeyValuePair.Create(person.Id, person.Name))));
    }

    private static List<Person> Documents(Random random, SortedDictionary<int, string> model, int most)
    {
        var order = s_orders[random.Next(s_orders.Length)];
        var first = order == "above" && model.Count > 0 ? model.Keys.Last() + 1 : 1;
        var ids = Enumerable.Range(first, 20 * most).Where(id => !model.ContainsKey(id)).ToArray();
        random.Shuffle(ids);
        var chosen = ids.Take(random.Next(most / 2, most)).ToArray();
        switch (order)
        {
            case "ascending" or "above":
                Array.Sort(chosen);
                break;
            case "descending":
                Array.Sort(chosen, (x, y) => y.CompareTo(x));
                break;
            case "broken":
                Array.Sort(chosen);
                (chosen[^3], chosen[7]) = (chosen[7], chosen[^3]);
                break;
        }

        // Now and then a text that does not fit in its leaf.
        return [.. chosen.Select(id =>
        {
            var person = Make(id);
            person.Mail = id % 50 == 0 ? new string((char)('a' + (id % 26)), 50) + Guid.NewGuid() : person.Mail;
            person.Address = id % 70 == 0
                ? new() { City = string.Concat(Enumerable.Range(id, 900).Select(i => (char)(' ' + (i * i % 90)))) }
                : person.Address;
            return person;
        })];
    }

    private static void LoadInTransaction(
        TestDatabase test, Random random, SortedDictionary<int, string> model, int most)
    {
        var changed = new SortedDictionary<int, string>(model);
        using var transaction = test.Db.BeginTransaction();
        var people = transaction.GetCollection<Person>("people");
        for (var i = random.Next(3); i >= 0; i--)
        {
            Load(random, people, changed, most);
            Assert.False(transaction.IsDoomed);
            AssertHolds(people, changed);
        }

        if (random.Next(3) > 0)
        {
            transaction.Commit();
            model.Clear();
            foreach (var (id, name) in changed)
            {
                model.Add(id, name);
            }
        }
    }

    /// <summary>One load, which fails or not; the model follows.</summary>
    private static void Load(
        Random random, DocumentCollection<Person> people, SortedDictionary<int, string> model, int most)
    {
        var documents = Documents(random, model, most);
        var at = random.Next(documents.Count);
        using var cancellation = new CancellationTokenSource();
        var limit = random.Next(2 * documents.Count);
        var progress = new ActionProgress(step => CancelAt(cancellation, step, limit));
        switch (random.Next(8))
        {
            case 0:
                documents.Insert(random.Next(documents.Count), Make(documents[at].Id));
                Assert.Throws<DuplicateKeyException>(() => people.InsertMany(documents));
                break;
            case 1 when model.Count > 0:
                documents[at].Id = model.Keys.ElementAt(random.Next(model.Count));
                Assert.Throws<DuplicateKeyException>(() => people.InsertMany(documents));
                break;
            case 2:
                documents[at].Name = documents[(at + 1) % documents.Count].Name;
                Assert.Throws<DuplicateKeyException>(() => people.InsertMany(documents.Select(document => document)));
                break;
            case 3 when model.Count > 0:
                documents[at].Name = model.Values.ElementAt(random.Next(model.Count));
                Assert.Throws<DuplicateKeyException>(() => people.InsertMany(documents));
                break;
            case 4:
                Assert.Throws<TimeoutException>(() => people.InsertMany(Failing(documents, at)));
                break;
            case 5:
                Assert.Throws<OperationCanceledException>(
                    () => people.InsertMany(Cancelling(documents, at, cancellation), null, cancellation.Token));
                break;
            default:
                InsertUnlessCancelled(people, model, documents, progress, cancellation.Token);
                break;
        }
    }

    private static void InsertUnlessCancelled(
        DocumentCollection<Person> people,
        SortedDictionary<int, string> model,
        List<Person> documents,
        IProgress<LoadProgress> progress,
        CancellationToken cancellationToken)
    {
        try
        {
            Assert.Equal(documents.Count, people.InsertMany(documents, progress, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            return;
        }

        documents.ForEach(document => model.Add(document.Id, document.Name));
    }

    private static void CancelAt(CancellationTokenSource cancellation, LoadProgress step, int limit)
    {
        if (step.EntriesWritten > limit && limit % 3 == 0)
        {
            cancellation.Cancel();
        }
    }

    private static IEnumerable<Person> Failing(List<Person> documents, int after)
    {
        foreach (var document in documents.Take(after))
        {
            yield return document;
        }

        throw new TimeoutException();
    }

    private static IEnumerable<Person> Cancelling(
        List<Person> documents, int after, CancellationTokenSource cancellation)
    {
        for (var i = 0; i < documents.Count; i++)
        {
            if (i == after)
            {
                cancellation.Cancel();
            }

            yield return documents[i];
        }
    }

    private sealed class ActionProgress(Action<LoadProgress> action) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => action(value);
    }
}
