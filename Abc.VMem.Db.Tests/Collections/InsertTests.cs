using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

public sealed class InsertTests : IDisposable
{
    private readonly TestDatabase _test = new();

    private VMemDatabase Db => _test.Db;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Insert_DefaultIntKey_AssignsNumbersIntoTheDocument()
    {
        var people = Db.GetCollection<Person>("people");
        var (first, second) = (Person.Make(1), Person.Make(2));

        people.Insert(first);
        people.Insert(second);

        Assert.Equal((1, 2), (first.Id, second.Id));
        Assert.Equal("name 2", people.Find(2)!.Name);
        Assert.Equal(2, people.Count);
    }

    [Fact]
    public void Insert_AfterDeleteOfTheLast_AssignsANewNumber()
    {
        var people = Db.GetCollection<Person>("people");
        people.InsertMany([Person.Make(1), Person.Make(2)]);
        people.Delete(2);
        Db.Checkpoint();
        people = _test.Reopen().GetCollection<Person>("people");
        var person = Person.Make(3);

        people.Insert(person);

        Assert.Equal(3, person.Id);
    }

    [Fact]
    public void Insert_GivenKey_RaisesTheNumbersAfterIt()
    {
        var people = Db.GetCollection<Person>("people");
        people.Insert(new Person { Id = 40 });
        people.Insert(new Person { Id = -7 });
        var person = new Person();

        people.Insert(person);

        Assert.Equal(41, person.Id);
    }

    [Fact]
    public void Insert_DefaultGuidKey_AssignsVersion7()
    {
        var notes = Db.GetCollection<Note>("notes");
        var (first, second) = (new Note("a"), new Note("b"));

        notes.InsertMany([first, second]);

        Assert.Equal((7, 7), (first.Id.Version, second.Id.Version));
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal("b", notes.Find(second.Id)!.Text);
    }

    [Fact]
    public void Insert_KeyThatIsTaken_ThrowsAndChangesNothing()
    {
        var people = Db.GetCollection<Person>("people");
        people.Insert(new Person { Id = 1, Name = "first" });

        var error = Assert.Throws<DuplicateKeyException>(() => people.Insert(new Person { Id = 1, Name = "second" }));

        Assert.Equal(("people", null, 1), (error.Collection, error.Index, error.Key));
        Assert.Equal("first", people.Find(1)!.Name);
        Assert.Equal(1, people.Count);
    }

    [Fact]
    public void InsertMany_OneOfManyTaken_InsertsNoneAndTakesKeysBack()
    {
        var people = Db.GetCollection<Person>("people");
        people.Insert(new Person { Id = 10 });
        var fresh = new Person();

        Assert.Throws<DuplicateKeyException>(() => people.InsertMany([fresh, new() { Id = 10 }, new() { Id = 20 }]));
        Assert.Throws<DuplicateKeyException>(() => people.InsertMany([fresh, new() { Id = 30 }, new() { Id = 30 }]));

        Assert.Equal(0, fresh.Id);
        Assert.Equal(1, people.Count);
        people.Insert(fresh);
        Assert.Equal(11, fresh.Id);
    }

    [Fact]
    public void InsertMany_FailingLate_InsertsNone()
    {
        var people = Db.GetCollection<Person>("people");

        Assert.Throws<InvalidOperationException>(() => people.InsertMany(Failing(20_000)));

        Assert.Equal(0, people.Count);
        Assert.Equal(1, people.InsertMany([Person.Make(1)]));
    }

    [Fact]
    public void InsertMany_OfNothing_CreatesNothing()
    {
        Assert.Equal(0, Db.GetCollection<Person>("people").InsertMany([]));
        Assert.Empty(Db.CollectionNames);
    }

    [Fact]
    public void InsertMany_ManyInAnyOrder_KeepsAll()
    {
        var people = Db.GetCollection<Person>("people");
        var numbers = Enumerable.Range(1, 20_000).ToArray();
        new Random(7).Shuffle(numbers);

        Assert.Equal(20_000, people.InsertMany(numbers.Select(number => WithId(Person.Make(number), number))));

        Assert.Equal(Enumerable.Range(1, 20_000), people.FindAll().Select(person => person.Id));
        Assert.Equal("name 777", people.Find(777)!.Name);
    }

    [Fact]
    public async Task InsertAsync_FromManyTasks_AssignsDistinctNumbers()
    {
        var people = Db.GetCollection<Person>("people");
        var persons = Enumerable.Range(0, 400).Select(Person.Make).ToArray();

        await Parallel.ForEachAsync(persons, async (person, token) => await people.InsertAsync(person, token));

        Assert.Equal(400, persons.Select(person => person.Id).Distinct().Count());
        Assert.Equal(400, people.Count);
        Assert.All(persons, person => Assert.Equal(person.Name, people.Find(person.Id)!.Name));
    }

    [Fact]
    public void Insert_LargeDocument_ComesBack()
    {
        var notes = Db.GetCollection<Note>("notes");
        var random = new Random(3);
        var texts = new[] { 500, 1_100, 5_000, 300_000, 3_000_000 }
            .SelectMany(length => new[]
            {
                new string('x', length),
                string.Create(length, random, static (span, random) =>
                {
                    for (var i = 0; i < span.Length; i++)
                    {
                        span[i] = (char)random.Next(32, 0x2000);
                    }
                }),
            })
            .ToList();
        var documents = texts.ConvertAll(text => new Note(text));

        notes.InsertMany(documents);

        Assert.All(documents, document => Assert.Equal(document.Text, notes.Find(document.Id)!.Text));
        notes.DeleteMany(documents.Select(document => document.Id));
        Assert.Equal(0, notes.Count);
    }

    [Fact]
    public void Insert_TooLarge_IsRefusedAndChangesNothing()
    {
        var notes = Db.GetCollection<Note>("notes");

        Assert.Throws<LimitExceededException>(() => notes.Insert(new Note(new string('x', (64 << 20) + 1))));
        var keyed = Db.GetCollection<Note, string>("keyed", note => note.Text);
        Assert.Throws<LimitExceededException>(() => keyed.Insert(new Note(new string('x', 1_001))));

        Assert.Empty(Db.CollectionNames);
    }

    [Fact]
    public void Insert_Null_IsAnArgumentException()
    {
        var people = Db.GetCollection<Person>("people");

        Assert.Throws<ArgumentNullException>(() => people.Insert(null!));
        Assert.Throws<ArgumentException>(() => people.InsertMany([Person.Make(1), null!]));
        var byMail = Db.GetCollection<Person, string>("x", person => person.Mail!);
        Assert.Throws<ArgumentException>(() => byMail.Insert(new Person()));
        Assert.Equal(0, people.Count);
    }

    [Fact]
    public void Insert_IntKeysUsedUp_IsALimit()
    {
        var people = Db.GetCollection<Person>("people");
        people.Insert(new Person { Id = int.MaxValue });

        Assert.Throws<LimitExceededException>(() => people.Insert(new Person()));
        Assert.Equal(1, people.Count);
    }

    private static Person WithId(Person person, int id)
    {
        person.Id = id;
        return person;
    }

    private static IEnumerable<Person> Failing(int after)
    {
        for (var i = 0; i < after; i++)
        {
            yield return Person.Make(i);
        }

        throw new InvalidOperationException("The source fails.");
    }

    internal sealed record Note(string Text)
    {
        public Guid Id { get; init; }
    }
}
