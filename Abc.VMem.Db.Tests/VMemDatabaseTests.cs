using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests;

public sealed class VMemDatabaseTests
{
    [Fact]
    public void Reopen_AfterEveryKindOfWork_FindsItAgain()
    {
        using var test = new TestDatabase();
        var people = test.Db.GetCollection<Person>("people");
        people.EnsureIndex(person => person.Mail, unique: true);
        people.InsertMany(Enumerable.Range(1, 500).Select(Person.Make));
        test.Db.GetMap<string, byte[]>("settings")["a"] = [1, 2, 3];
        test.Db.GetMap("raw").Put([1], [2]);
        test.Db.GetCollection<Person>("dropped").Insert(Person.Make(1));
        test.Db.DropCollection("dropped");
        test.Db.DropMap("nothing");

        var db = test.Reopen();

        Assert.Equal(["people"], db.CollectionNames);
        Assert.Equal(["raw", "settings"], db.MapNames);
        people = db.GetCollection<Person>("people");
        Assert.Equal(500, people.Count);
        Assert.Equal("name 77", people.Find(77)!.Name);
        Assert.Equal(["Mail"], people.IndexNames);
        Assert.Throws<DuplicateKeyException>(() => people.Insert(new Person { Mail = "m1@example.org" }));
        Assert.Equal([1, 2, 3], db.GetMap<string, byte[]>("settings")["a"]);
        Assert.True(db.DropMap("settings"));
        var report = db.Check();
        Assert.Equal((1L, 500L, 1L, 500L, 1L, 1L), Counts(report));
    }

    [Fact]
    public void Collections_MoreThanTheStartPageHolds_AllWork()
    {
        using var test = new TestDatabase();
        for (var i = 0; i < 150; i++)
        {
            test.Db.GetCollection<Person>($"people {i}").Insert(Person.Make(i));
        }

        var db = test.Reopen();

        Assert.Equal(150, db.CollectionNames.Count);
        Assert.All(
            Enumerable.Range(0, 150),
            i => Assert.Equal($"name {i}", db.GetCollection<Person>($"people {i}").Find(1)!.Name));
        for (var i = 0; i < 150; i += 2)
        {
            db.DropCollection($"people {i}");
        }

        Assert.Equal(75, db.Check().Documents);
    }

    [Fact]
    public void GetMap_KeysOfAnotherType_IsAnArgumentException()
    {
        using var test = new TestDatabase();
        test.Db.GetMap<int, string>("map")[1] = "one";

        Assert.Throws<ArgumentException>(() => test.Db.GetMap<string, string>("map"));
        Assert.Throws<ArgumentException>(() => test.Db.GetMap<Person, string>("other"));
        Assert.Equal(1, test.Db.GetMap("map").Count);
    }

    [Fact]
    public void OpenInMemory_WorksAndIsGoneAfterwards()
    {
        using (var db = VMemDatabase.OpenInMemory(new() { MaxMappedBytes = 1 << 20 }))
        {
            db.GetCollection<Person>("people").Insert(Person.Make(1));
            Assert.InRange(db.GetStatistics().MemoryBytes, 1 << 19, 1 << 20);
            Assert.Equal(1, db.Check().Documents);
        }

        using var other = VMemDatabase.OpenInMemory();
        Assert.Empty(other.CollectionNames);
    }

    [Fact]
    public async Task OpenAsync_CreatesTheFile()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.vmem");
        await using (var db = await VMemDatabase.OpenAsync(path))
        {
            await db.GetCollection<Person>("people").InsertAsync(Person.Make(1));
        }

        Assert.Equal([path], Directory.GetFiles(folder.Path));
        using var again = VMemDatabase.Open(path, new() { ReadOnly = true });
        Assert.True(again.IsReadOnly);
        Assert.Equal(1, again.Check().Documents);
        var people = again.GetCollection<Person>("people");
        Assert.Equal(
            TransactionFailure.ReadOnly, Assert.Throws<TransactionException>(() => people.Insert(new())).Reason);
    }

    [Fact]
    public void CopyTo_WhileWriting_IsADatabaseOfItsOwn()
    {
        using var folder = new TemporaryFolder();
        var copy = Path.Combine(folder.Path, "copy.vmem");
        using (var db = VMemDatabase.Open(Path.Combine(folder.Path, "a.vmem")))
        {
            var people = db.GetCollection<Person>("people");
            people.InsertMany(Enumerable.Range(1, 1_000).Select(Person.Make));
            using var transaction = db.BeginTransaction();
            transaction.GetCollection<Person>("people").DeleteMany(Enumerable.Range(1, 500));

            db.CopyTo(copy);
        }

        using var copied = VMemDatabase.Open(copy);
        Assert.Equal(1_000, copied.Check().Documents);
        copied.GetCollection<Person>("people").Insert(Person.Make(1));
    }

    [Fact]
    public void Open_CapBelowTheSmallest_NamesIt()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => VMemDatabase.OpenInMemory(new() { MaxMappedPages = 3 }));
        Assert.Contains("16", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => VMemDatabase.OpenInMemory(new() { MaxMappedBytes = 4095 }));
    }

    [Fact]
    public void Open_PoolOfAProgram_IsRefused()
    {
        var files = new MemoryFileSystem();
        SetStartPage(files, (ref start) => start.Kind = StartPageKind.Program);

        Assert.Throws<FormatVersionException>(() => VMemDatabase.Open(files, "p", new EngineOptions()));
        SetStartPage(files, (ref start) => (start.Kind, start.CatalogLayout) = (StartPageKind.Catalog, 2));
        Assert.Throws<FormatVersionException>(() => VMemDatabase.Open(files, "p", new EngineOptions()));
    }

    [Fact]
    public void Dispose_WithWorkOpen_RefusesItAfterwards()
    {
        var test = new TestDatabase();
        var people = test.Db.GetCollection<Person>("people");
        people.Insert(Person.Make(1));

        test.Dispose();

        Assert.Throws<ObjectDisposedException>(() => people.Count);
        Assert.Throws<ObjectDisposedException>(() => people.Insert(Person.Make(2)));
        Assert.Throws<ObjectDisposedException>(() => test.Db.BeginTransaction());
    }

    private delegate void StartPageChange(ref StartPageLayout start);

    private static void SetStartPage(IFileSystem files, StartPageChange change)
    {
        using var engine = Engine.Open(files, "p", new EngineOptions());
        using var transaction = engine.BeginTransaction();
        using (var page = transaction.Write(PagePos.Start))
        {
            change(ref Layout.At<StartPageLayout>(page.Payload, 0));
        }

        transaction.Commit();
    }

    private static (long, long, long, long, long, long) Counts(CheckReport report) => (
        report.Collections, report.Documents, report.Indexes, report.IndexEntries, report.Maps, report.MapEntries);
}
