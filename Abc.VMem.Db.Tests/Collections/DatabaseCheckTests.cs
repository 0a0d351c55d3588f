using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>A check that finds nothing proves nothing: each thing it promises is broken once.</summary>
public sealed class DatabaseCheckTests
{
    private readonly MemoryFileSystem _files = new();

    public DatabaseCheckTests()
    {
        using var db = VMemDatabase.Open(_files, "p", new EngineOptions());
        var people = db.GetCollection<Person>("people");
        people.EnsureIndex(person => person.Tags);
        people.InsertMany(Enumerable.Range(1, 200).Select(Person.Make));
        db.GetMap<int, string>("map")[1] = "one";
        Assert.Equal(200, db.Check().Documents);
    }

    [Fact]
    public void Check_EntryMissing_IsFound() => AssertFound(
        (pages, people) => BTree.Remove(pages, people.Indexes[0].State, FirstKey(pages, people.Indexes[0].State)),
        "index 'Tags[]'");

    [Fact]
    public void Check_EntryTooMany_IsFound() => AssertFound(
        (pages, people) => BTree.Insert(pages, people.Indexes[0].State, [0, 0, 0, 0, 1], []), "index 'Tags[]'");

    [Fact]
    public void Check_DocumentMissing_IsFound() => AssertFound(
        (pages, people) => BTree.Remove(pages, people.Documents, Key(2)), "index 'Tags[]'");

    [Fact]
    public void Check_DocumentDamaged_IsFound() => AssertFound(
        (pages, people) => BTree.Put(pages, people.Documents, Key(3), [0, 0x91]), "document");

    [Fact]
    public void Check_BytesBehindTheDocument_AreFound() => AssertFound(
        (pages, people) =>
        {
            var document = new ValueBuffer();
            Assert.True(BTree.TryGet(pages, people.Documents, Key(3), document));
            BTree.Put(pages, people.Documents, Key(3), [.. document.Span, 0]);
        },
        "document");

    [Fact]
    public void Check_EnvelopeUnknown_IsFound() => AssertFound(
        (pages, people) => BTree.Put(pages, people.Documents, Key(3), [9, 0x90]), "document");

    [Fact]
    public void Check_KeyTooLong_IsFound() => AssertFound(
        (pages, people) => BTree.Insert(pages, people.Documents, [.. Key(100), 7], [0, 0x90]), "collection 'people'");

    [Fact]
    public void Check_NumberAboveTheMark_IsFound() => AssertFound(
        (pages, people) =>
        {
            using var page = pages.Write(people.Identity.Page);
            Layout.At<IdentityState>(page.Payload, people.Identity.Offset - Page.HeaderBytes).HighWater = 100;
        },
        "collection 'people'");

    [Fact]
    public void Check_SlotUsedByNobody_IsFound() =>
        AssertFound((pages, _) => StateSlots.Allocate(pages), "catalog slots");

    [Fact]
    public void Check_SlotNotMarked_IsFound() =>
        AssertFound((pages, people) => StateSlots.Free(pages, people.Identity), "collection 'people'");

    [Fact]
    public void Check_PageUsedByNobody_IsFound() => AssertFound(
        (pages, _) =>
        {
            using var page = pages.Allocate(PageType.Linked);
        },
        "free list");

    [Fact]
    public void Check_PageUsedTwice_IsFound() => AssertFound(
        (pages, people) =>
        {
            using var page = pages.Write(people.Documents.Page);
            ref var documents = ref Layout.At<MapState>(page.Payload, people.Documents.Offset - Page.HeaderBytes);
            Layout.At<MapState>(page.Payload, people.Indexes[0].State.Offset - Page.HeaderBytes) = documents;
        },
        "index 'Tags[]'");

    [Fact]
    public void Check_PageFreeAndUsed_IsFound() => AssertFound(
        (pages, people) =>
        {
            using var page = pages.Read(people.Documents.Page);
            pages.Free(Layout.At<MapState>(page.Bytes, people.Documents.Offset).Root);
        },
        "collection 'people'");

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0xC0 })]
    [InlineData(new byte[] { 0x98, 1, 1 })]
    [InlineData(new byte[] { 0xDD, 0x7F, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x98, 2, 1, 0xC0, 0xA5, 1, 2, 3, 4, 5 })]
    public void Check_DefinitionDamaged_IsFound(byte[] definition)
    {
        AssertFound(
            (pages, _) => BTree.Put(pages, StartPageLayout.MapAddress, [1, .. "people"u8], definition),
            "catalog entry 'people'");
        using var db = VMemDatabase.Open(_files, "p", new EngineOptions());
        Assert.Throws<CorruptDatabaseException>(() => db.GetCollection<Person>("people"));
    }

    [Fact]
    public void Check_DefinitionMutated_IsRightOrATypedException()
    {
        var random = new Random(20263);
        using var engine = Engine.Open(_files, "p", new EngineOptions());
        using var snapshot = engine.BeginSnapshot();
        var value = new ValueBuffer();
        Assert.True(BTree.TryGet(snapshot, StartPageLayout.MapAddress, [1, .. "people"u8], value));
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = value.Span.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.Equal("people", CatalogEntry.DecodeCollection("people", bytes).Name);
            }
            catch (CorruptDatabaseException)
            {
            }
        }
    }

    [Fact]
    public void Check_Cancelled_Stops()
    {
        using var db = VMemDatabase.Open(_files, "p", new EngineOptions());
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => db.Check(null, cancellation.Token));
    }

    private static byte[] Key(int number) => [0x80, 0, 0, (byte)number];

    private static byte[] FirstKey(PageReader pages, PageAddress state)
    {
        using var scan = new MapScan(pages, state, null, null, descending: false);
        Assert.True(scan.MoveNext());
        return scan.Key.ToArray();
    }

    private void AssertFound(Action<PageWriter, CollectionDefinition> damage, string structure)
    {
        using (var engine = Engine.Open(_files, "p", new EngineOptions()))
        {
            using var transaction = engine.BeginTransaction();
            damage(transaction, new Catalog().FindCollection(transaction, "people")!);
            transaction.Commit();
        }

        using var db = VMemDatabase.Open(_files, "p", new EngineOptions());
        var error = Assert.Throws<CorruptDatabaseException>(() => db.Check());
        Assert.StartsWith(structure, error.Structure, StringComparison.Ordinal);
    }
}
