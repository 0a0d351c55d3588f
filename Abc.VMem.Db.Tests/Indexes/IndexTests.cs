using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Indexes;

public sealed class IndexTests : IDisposable
{
    private readonly TestDatabase _test = new();

    private VMemDatabase Db => _test.Db;

    private DocumentCollection<Person> People => Db.GetCollection<Person>("people");

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EnsureIndex_OfEveryKind_HoldsTheEntriesOfTheDocuments(bool isBuiltOverDocuments)
    {
        var persons = Enumerable.Range(1, 300).Select(Person.Make).ToList();
        if (isBuiltOverDocuments)
        {
            People.InsertMany(persons);
        }

        Assert.True(People.EnsureIndex(person => person.Age));
        Assert.True(People.EnsureIndex(person => person.Mail, unique: true));
        Assert.True(People.EnsureIndex(person => new { person.Age, person.Address!.City }));
        Assert.True(People.EnsureIndex(person => person.Tags));
        Assert.True(People.EnsureIndex(person => person.Orders.Select(order => order.ProductId)));
        Assert.True(People.EnsureIndex("mixed", ["Address.Zip", "Tags[]", "Age"]));
        if (!isBuiltOverDocuments)
        {
            People.InsertMany(persons);
        }

        Assert.Equal(
            ["Address.Zip_Tags[]_Age", "Age", "Age_Address.City", "Mail", "Orders[].ProductId", "Tags[]"],
            People.IndexNames.Select(name => name == "mixed" ? "Address.Zip_Tags[]_Age" : name).Order());
        Assert.Equal(
            persons.OrderBy(person => person.Age).ThenBy(person => person.Id)
                .Select(person => $"{person.Age}: {person.Id}"),
            Read("Age"));
        Assert.Equal(
            persons.SelectMany(person => person.Tags.Distinct().Select(tag => (tag, person.Id)))
                .OrderBy(pair => pair.tag, StringComparer.Ordinal).ThenBy(pair => pair.Id)
                .Select(pair => $"{pair.tag}: {pair.Id}"),
            Read("Tags[]"));
        Assert.Equal(
            persons.SelectMany(person => person.Orders.Select(order => order.ProductId).Distinct()
                    .Select(product => (product, person.Id)))
                .Order().Select(pair => $"{pair.product}: {pair.Id}"),
            Read("Orders[].ProductId"));
        Assert.Equal(
            persons.SelectMany(person => person.Tags.Distinct()
                    .Select(tag => (person.Address?.Zip, tag, person.Age, person.Id)))
                .OrderBy(entry => entry.Zip, StringComparer.Ordinal).ThenBy(entry => entry.tag, StringComparer.Ordinal)
                .ThenBy(entry => entry.Age).ThenBy(entry => entry.Id)
                .Select(entry => $"{entry.Zip ?? "null"}, {entry.tag}, {entry.Age}: {entry.Id}"),
            Read("mixed"));
        Assert.Equal(300, Read("Mail").Count);
        Assert.Equal(60, Read("Mail").Count(entry => entry.StartsWith("null", StringComparison.Ordinal)));
    }

    [Fact]
    public void EnsureIndex_Again_DoesNothing()
    {
        People.Insert(Person.Make(1));
        People.EnsureIndex(person => person.Age);
        var commits = Db.GetStatistics().Commits;

        Assert.False(People.EnsureIndex(person => person.Age));
        Assert.False(People.EnsureIndex("Age", ["Age"]));

        Assert.Equal(commits, Db.GetStatistics().Commits);
        Assert.Equal(["Age"], _test.Reopen().GetCollection<Person>("people").IndexNames);
        Assert.False(People.EnsureIndex(person => person.Age));
    }

    [Fact]
    public void EnsureIndex_AnotherOfTheName_IsAnArgumentException()
    {
        People.EnsureIndex(person => person.Age);

        var error = Assert.Throws<ArgumentException>(() => People.EnsureIndex("Age", ["Name"]));
        Assert.Contains("Drop it first", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => People.EnsureIndex(person => person.Age, unique: true));
    }

    [Fact]
    public void EnsureIndex_OfWhatCanNotBe_IsAnArgumentException()
    {
        Assert.Throws<ArgumentException>(() => People.EnsureIndex(person => person.Age + 1));
        Assert.Throws<ArgumentException>(() => People.EnsureIndex(person => person.Address));
        Assert.Throws<ArgumentException>(() => People.EnsureIndex(person => person.Orders));
        Assert.Throws<ArgumentException>(() => People.EnsureIndex("x", ["Missing"]));
        Assert.Throws<ArgumentException>(() => People.EnsureIndex("x", ["Tags"]));
        Assert.Throws<ArgumentException>(() => People.EnsureIndex("x", []));
        Assert.Throws<ArgumentException>(() => People.EnsureIndex("x", ["Tags[]", "Orders[].ProductId"]));
        Assert.Throws<ArgumentException>(() => People.EnsureIndex("", ["Age"]));
        Assert.Empty(Db.CollectionNames);
    }

    [Fact]
    public void Writes_OfAllKinds_KeepIndexesInStep()
    {
        People.EnsureIndex(person => person.Age);
        People.EnsureIndex(person => person.Tags);
        People.EnsureIndex(person => new { person.Address!.City, person.Name });
        var random = new Random(11);
        for (var i = 0; i < 400; i++)
        {
            var id = random.Next(1, 60);
            var person = Person.Make(random.Next(1000));
            person.Id = id;
            switch (random.Next(4))
            {
                case 0:
                    People.Upsert(person);
                    break;
                case 1:
                    People.Update(person);
                    break;
                case 2:
                    People.Delete(id);
                    break;
                default:
                    People.Insert(Person.Make(i));
                    break;
            }
        }

        var report = Db.Check();
        Assert.Equal(People.Count, report.Documents);
        Assert.Equal(
            People.FindAll().Sum(person => 2 + person.Tags.Distinct().Count()),
            report.IndexEntries);
        People.DeleteMany(People.FindAll().Select(person => person.Id).ToList());
        Assert.Equal(0, Db.Check().IndexEntries);
    }

    [Fact]
    public void Unique_ValueThatIsTaken_ThrowsAndChangesNothing()
    {
        People.EnsureIndex(person => person.Mail, unique: true);
        People.InsertMany([new() { Mail = "a" }, new() { Mail = "b" }, new(), new()]);

        var error = Assert.Throws<DuplicateKeyException>(() => People.Insert(new Person { Mail = "b" }));
        Assert.Equal(("people", "Mail", "b"), (error.Collection, error.Index, error.Key));
        Assert.Throws<DuplicateKeyException>(() => People.InsertMany([new() { Mail = "c" }, new() { Mail = "c" }]));
        Assert.Throws<DuplicateKeyException>(() => People.Update(new Person { Id = 1, Mail = "b" }));
        Assert.Throws<DuplicateKeyException>(() => People.Upsert(new Person { Id = 9, Mail = "b" }));

        Assert.Equal(4, People.Count);
        Assert.True(People.Update(new Person { Id = 1, Mail = "a", Name = "same mail" }));
        Assert.True(People.Update(new Person { Id = 1, Mail = "z" }));
        People.Insert(new Person { Mail = "a" });
    }

    [Fact]
    public void Unique_OverDocumentsThatShareAValue_IsNotBuilt()
    {
        People.InsertMany([new() { Name = "x" }, new() { Name = "y" }, new() { Name = "x" }]);

        Assert.Throws<DuplicateKeyException>(() => People.EnsureIndex(person => person.Name, unique: true));
        using (var transaction = Db.BeginTransaction())
        {
            var people = transaction.GetCollection<Person>("people");
            Assert.Throws<DuplicateKeyException>(() => people.EnsureIndex(person => person.Name, unique: true));
            Assert.False(transaction.IsDoomed);
            people.EnsureIndex(person => person.Name);
            transaction.Commit();
        }

        Assert.Equal(["Name"], People.IndexNames);
    }

    [Fact]
    public void Unique_Compound_ComparesAllPartsAndLetsNullsBe()
    {
        People.EnsureIndex(person => new { person.Age, person.Mail }, unique: true);

        People.InsertMany(
            [new() { Age = 1, Mail = "a" }, new() { Age = 2, Mail = "a" }, new() { Age = 1 }, new() { Age = 1 }]);

        Assert.Throws<DuplicateKeyException>(() => People.Insert(new Person { Age = 2, Mail = "a" }));
    }

    [Fact]
    public void LongValues_AreCutAndKeptApartByTheirKeys()
    {
        People.EnsureIndex(person => person.Name);
        var names = Enumerable.Range(0, 20).Select(i => new string('x', 230 + i)).ToList();
        People.InsertMany(names.Select(name => new Person { Name = name }));

        var index = Read("Name");

        Assert.Equal(20, index.Count);
        using var reader = People.OpenReader();
        using var scan = reader.ScanIndex(reader.Definition.FindIndex("Name")!, KeyRange.All, descending: false);
        while (scan.MoveNext())
        {
            Assert.InRange(scan.Parts.Length, 232, IndexDefinition.MaxPartBytes);
            Assert.Equal(sizeof(int), scan.PrimaryKey.Length);
        }

        Assert.Throws<LimitExceededException>(() => People.EnsureIndex("u", ["Name"], unique: true));
        People.DeleteMany(Enumerable.Range(1, 20));
        Assert.Empty(Read("Name"));
    }

    [Fact]
    public void LongValue_InAUniqueIndex_IsRefusedAndChangesNothing()
    {
        People.EnsureIndex(person => person.Name, unique: true);

        Assert.Throws<LimitExceededException>(() => People.Insert(new Person { Name = new string('x', 300) }));

        Assert.Equal(0, People.Count);
        People.Insert(new Person { Name = new string('x', 238) });
    }

    [Fact]
    public void LongKeys_WithAnIndex_AreRefusedWhereTheEntryWouldBeTooLong()
    {
        var people = Db.GetCollection<Person, string>("people", person => person.Name);
        people.EnsureIndex(person => person.Mail);

        Assert.Throws<LimitExceededException>(
            () => people.Insert(new Person { Name = new string('k', 900), Mail = new string('m', 300) }));
        people.Insert(new Person { Name = new string('k', 900), Mail = "short" });

        Assert.Equal(1, people.Count);
    }

    [Fact]
    public void DropIndex_FreesItsPages()
    {
        People.InsertMany(Enumerable.Range(1, 2_000).Select(Person.Make));
        var free = Db.Check().FreePages;
        People.EnsureIndex(person => person.Name);

        Assert.True(People.DropIndex("Name"));

        Assert.False(People.DropIndex("Name"));
        Assert.Empty(People.IndexNames);
        Assert.True(Db.Check().FreePages > free + 5);
    }

    [Fact]
    public void IntMember_BecomesLong_KeepsItsIndex()
    {
        Db.GetCollection<Narrow>("items").EnsureIndex(item => item.Number);
        Db.GetCollection<Narrow>("items").Insert(new Narrow { Number = -5 });
        var wide = Db.GetCollection<Wide>("items");

        wide.Insert(new Wide { Number = 1L << 40 });

        Assert.False(wide.EnsureIndex(item => item.Number));
        Assert.Equal(2, Db.Check().IndexEntries);
    }

    [Fact]
    public void Index_OnAMemberThatDocumentsLack_HoldsTheDefault()
    {
        Db.GetCollection<Bare>("items").InsertMany([new(), new()]);
        var wide = Db.GetCollection<Wide>("items");

        wide.EnsureIndex(item => item.Number);
        wide.Insert(new Wide { Number = 3 });
        Db.GetCollection<Bare>("items").Insert(new Bare());
        Assert.True(Db.GetCollection<Bare>("items").Update(new Bare { Id = 3 }));

        Assert.Equal(4, Db.Check().IndexEntries);
        Assert.Equal(3, wide.Find(3)!.Number);
        Assert.Equal(["0: 1", "0: 2", "0: 4", "3: 3"], Read("items", "Number"));
    }

    [Fact]
    public void Statistics_CountWhatIsRead()
    {
        People.InsertMany(Enumerable.Range(1, 10).Select(Person.Make));
        People.EnsureIndex(person => person.Age);
        var before = Db.GetStatistics();

        _ = People.Find(3);
        _ = People.FindAll().Count();
        _ = Read("Age");

        var after = Db.GetStatistics();
        Assert.Equal(11, after.DocumentsRead - before.DocumentsRead);
        Assert.Equal(10, after.IndexEntriesRead - before.IndexEntriesRead);
    }

    private List<string> Read(string index) => Read("people", index);

    private List<string> Read(string collection, string name)
    {
        var entries = new List<string>();
        using var reader = Db.GetCollection<Bare>(collection).OpenReader();
        var index = reader.Definition.FindIndex(name)!;
        using var scan = reader.ScanIndex(index, KeyRange.All, descending: false);
        while (scan.MoveNext())
        {
            var key = reader.Definition.KeyCodec.DecodeObject(scan.PrimaryKey, out _);
            entries.Add($"{Decode(index, scan.Parts)}: {key}");
        }

        Assert.Equal(entries.Count, reader.CountRange(index, KeyRange.All));
        Assert.Equal(entries.Count, reader.IndexEntriesRead);
        return entries;
    }

    private static string Decode(IndexDefinition index, ReadOnlySpan<byte> parts)
    {
        var values = new List<string>();
        foreach (var part in index.Parts)
        {
            var length = KeyCodecs.MeasurePart(part.Codec, parts, IndexDefinition.MaxPartBytes, out var isCut);
            values.Add(isCut ? "cut" : $"{part.Codec.DecodeObject(parts, out _) ?? "null"}");
            parts = parts[length..];
        }

        return string.Join(", ", values);
    }

    internal sealed class Bare
    {
        public int Id { get; set; }
    }

    internal sealed class Narrow
    {
        public int Id { get; set; }

        public int Number { get; set; }
    }

    internal sealed class Wide
    {
        public int Id { get; set; }

        public long Number { get; set; }
    }
}
