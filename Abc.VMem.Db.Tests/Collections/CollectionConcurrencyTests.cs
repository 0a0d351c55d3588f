using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>Readers while definitions and documents change: each sees one moment, whole.</summary>
public sealed class CollectionConcurrencyTests
{
    private const int Step = 20;

    [Fact]
    public async Task Readers_WhileIndexesComeAndGo_SeeWholeStates()
    {
        using var test = new TestDatabase(4096);
        var db = test.Db;
        using var end = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => Read(db, end.Token))).ToArray();

        var people = db.GetCollection<Person>("people");
        for (var round = 0; round < 12; round++)
        {
            people.InsertMany(Enumerable.Range(0, Step).Select(Person.Make));
            people.EnsureIndex(person => person.Age);
            people.EnsureIndex(person => person.Name);
            people.DropIndex(round % 2 == 0 ? "Age" : "Name");
            if (round % 5 == 4)
            {
                db.DropCollection("people");
            }
        }

        await end.CancelAsync();
        var counts = await Task.WhenAll(readers);
        Assert.All(counts, count => Assert.True(count > 0));
    }

    [Fact]
    public async Task Writers_FromManyTasks_LoseNothing()
    {
        using var test = new TestDatabase(1024);
        var people = test.Db.GetCollection<Person>("people");
        people.EnsureIndex(person => person.Name, unique: true);

        var refused = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), async (number, token) =>
        {
            try
            {
                await people.InsertAsync(Person.Make(number / 2), token);
            }
            catch (DuplicateKeyException)
            {
                Interlocked.Increment(ref refused);
            }
        });

        Assert.Equal(150, refused);
        Assert.Equal(150, people.Count);
    }

    private static int Read(VMemDatabase db, CancellationToken end)
    {
        var rounds = 0;
        while (!end.IsCancellationRequested || rounds == 0)
        {
            using var snapshot = db.BeginSnapshot();
            var people = snapshot.GetCollection<Person>("people");
            using var reader = people.OpenReader();
            var count = people.Count;
            Assert.Equal(0, count % Step);
            Assert.Equal(count, people.FindAll().LongCount());
            foreach (var index in reader.Definition.Indexes)
            {
                Assert.Equal(count, reader.CountRange(index, KeyRange.All));
            }

            rounds++;
        }

        return rounds;
    }
}
