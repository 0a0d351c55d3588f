using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Indexes;

/// <summary>Building over documents that are there, at any cap, without leaving anything behind.</summary>
public sealed class IndexBuildTests
{
    private const int Documents = 6_000;

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(4096)]
    public void EnsureIndex_AtAnyCap_BuildsAndStaysUnderIt(int maxMappedPages)
    {
        using var test = new TestDatabase(maxMappedPages);
        var people = Fill(test);
        var expected = people.FindAll().Sum(person => person.Tags.Count);

        people.EnsureIndex(person => person.Tags);
        people.EnsureIndex(person => person.Name, unique: true);
        people.EnsureIndex(person => new { person.Tags, person.Mail });

        Assert.Equal((2 * expected) + Documents, test.Db.Check().IndexEntries);
        Assert.InRange(test.Db.GetStatistics().PeakMappedPages, 1, maxMappedPages);
        Assert.Equal((2 * expected) + Documents, test.Reopen().Check().IndexEntries);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    public void InsertMany_IntoIndexesThatAreThere_FitsAnyCap(int maxMappedPages)
    {
        using var test = new TestDatabase(maxMappedPages);
        var people = test.Db.GetCollection<Person>("people");
        people.EnsureIndex(person => person.Tags);
        people.EnsureIndex(person => person.Name, unique: true);
        people.EnsureIndex(person => person.Age);

        people.InsertMany(Enumerable.Range(1, Documents).Select(Person.Make));

        Assert.Equal(Documents, people.Count);
        Assert.InRange(test.Db.GetStatistics().PeakMappedPages, 1, maxMappedPages);
    }

    [Fact]
    public void EnsureIndex_UniqueAndSpilled_RefusesAndLeavesTheTransactionUsable()
    {
        using var test = new TestDatabase(64);
        Fill(test);
        var pages = test.Db.Check().Pages;
        using (var transaction = test.Db.BeginTransaction())
        {
            var people = transaction.GetCollection<Person>("people");
            people.Update(new Person { Id = 1, Name = "name 6000" });

            Assert.Throws<DuplicateKeyException>(() => people.EnsureIndex(person => person.Name, unique: true));
            Assert.False(transaction.IsDoomed);
            people.EnsureIndex(person => person.Age);
            transaction.Commit();
        }

        Assert.Equal(Documents, test.Db.Check().IndexEntries);
        Assert.True(test.Db.Check().Pages > pages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3_000)]
    [InlineData(Documents)]
    public void EnsureIndex_Cancelled_ChangesNothing(int afterDocuments)
    {
        using var test = new TestDatabase(64);
        var people = Fill(test);
        using var cancellation = new CancellationTokenSource();
        var progress = new ActionProgress(step =>
        {
            if (step.DocumentsRead >= afterDocuments)
            {
                cancellation.Cancel();
            }
        });
        var options = new IndexOptions { Progress = progress };

        Assert.Throws<OperationCanceledException>(
            () => people.EnsureIndex(person => person.Tags, options, cancellation.Token));

        Assert.Empty(people.IndexNames);
        Assert.True(people.EnsureIndex(person => person.Tags));
    }

    [Fact]
    public async Task EnsureIndexAsync_ReportsProgress()
    {
        using var test = new TestDatabase(64);
        var people = Fill(test);
        var steps = new List<IndexProgress>();
        var options = new IndexOptions { Name = "by_mail", Progress = new ActionProgress(steps.Add) };

        Assert.True(await people.EnsureIndexAsync(person => person.Mail, options));

        Assert.Equal(["by_mail"], people.IndexNames);
        Assert.True(steps.Count > 4);
        Assert.Equal(new IndexProgress(Documents, Documents, Documents, Documents), steps[^1]);
        Assert.Equal(steps.OrderBy(step => step.DocumentsRead).ThenBy(step => step.EntriesWritten), steps);
    }

    [Fact]
    public void EnsureIndex_InATransactionRolledBack_LeavesNothing()
    {
        using var test = new TestDatabase();
        var people = Fill(test);
        using (var transaction = test.Db.BeginTransaction())
        {
            var inside = transaction.GetCollection<Person>("people");
            inside.EnsureIndex(person => person.Age);
            Assert.Equal(["Age"], inside.IndexNames);
            Assert.Empty(people.IndexNames);
        }

        Assert.Empty(people.IndexNames);
        Assert.Equal(0, test.Db.Check().IndexEntries);
        Assert.True(people.EnsureIndex(person => person.Age));
    }

    private static DocumentCollection<Person> Fill(TestDatabase test)
    {
        var people = test.Db.GetCollection<Person>("people");
        people.InsertMany(Enumerable.Range(1, Documents).Select(Person.Make));
        return people;
    }

    private sealed class ActionProgress(Action<IndexProgress> action) : IProgress<IndexProgress>
    {
        public void Report(IndexProgress value) => action(value);
    }
}
