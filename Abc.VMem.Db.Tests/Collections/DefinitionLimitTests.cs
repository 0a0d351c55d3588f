using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;
using MessagePack;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>What could be stored and then not be read again is refused when it is defined.</summary>
public sealed class DefinitionLimitTests : IDisposable
{
    private readonly TestDatabase _test = new();

    private VMemDatabase Db => _test.Db;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void GetCollection_KeyOfEightMembers_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Db.GetCollection(
            "wide", (Wide d) => new { d.A, B = d.A, C = d.A, D = d.A, E = d.A, F = d.A, G = d.A, H = d.A }));

        var wide = Db.GetCollection("wide", (Wide d) => new { d.A, B = d.A, C = d.A, D = d.A, E = d.A, F = d.A, d.G });
        wide.Insert(new Wide { A = 1 });
        Assert.Equal(1, _test.Reopen().Check().Documents);
    }

    [Fact]
    public void IsDefined_AtTheMostIndexes_IsALimit()
    {
        var part = new IndexPart(FieldPath.Parse("A"), KeyCodecs.IndexPart(typeof(int)));
        var index = new IndexDefinition { Name = "a", Parts = [part], IsUnique = false };
        var definition = new CollectionDefinition
        {
            Name = "c",
            Version = 1,
            KeyPath = null,
            KeyCodec = KeyCodecs.Primary<int>(),
            Schema = DocumentSchema.Empty,
            Indexes = [.. Enumerable.Repeat(index, CatalogEntry.MaxIndexes)],
        };
        var another = new IndexDefinition { Name = "b", Parts = [part], IsUnique = false };

        Assert.True(IndexProposal.IsDefined(definition, index));
        Assert.Throws<LimitExceededException>(() => IndexProposal.IsDefined(definition, another));
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void Extend_ListsInLists_AsDeepAsASchemaIsRead(int levels, bool isStorable)
    {
        // The innermost level is a document.
        var type = typeof(Wide);
        for (var i = 1; i < levels; i++)
        {
            type = typeof(List<>).MakeGenericType(type);
        }

        var plan = CodecRegistry.Get(typeof(Holder<>).MakeGenericType(type)).Plan!;
        if (isStorable)
        {
            var bytes = SchemaExtension.Extend(DocumentSchema.Empty, plan).ToBytes();
            Assert.Equal(2, DocumentSchema.FromBytes(bytes).Tables.Count);
        }
        else
        {
            Assert.Throws<DocumentException>(() => SchemaExtension.Extend(DocumentSchema.Empty, plan));
        }
    }

    [Fact]
    public void Insert_DefaultOfMoreThanAMegabyte_NamesTheMember()
    {
        var error = Assert.Throws<DocumentException>(() => Db.GetCollection<Large>("large").Insert(new Large()));

        Assert.Contains("Buffer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Insert_DefaultsThatAddUpToMoreThanAMegabyte_IsADocumentException() =>
        Assert.Throws<DocumentException>(() => Db.GetCollection<ManyHalves>("large").Insert(new ManyHalves()));

    [Fact]
    public void EnsureIndex_ByTheNameInTheClass_StoresTheStoredName()
    {
        var houses = Db.GetCollection<House>("houses");
        houses.EnsureIndex("by_city", ["City"]);
        houses.Insert(new House { City = "Ulm" });
        Assert.False(houses.EnsureIndex(house => house.City, new IndexOptions { Name = "by_city" }));

        var check = Db.Check();
        Assert.True(Db.GetCollection<Wide>("houses").Delete(1));

        Assert.Equal(1, check.IndexEntries);
        Assert.Equal(0, Db.Check().IndexEntries);
    }

    internal sealed class Wide
    {
        public int Id { get; set; }

        public int A { get; set; }

        public int G { get; set; }
    }

    internal sealed class Holder<T>
    {
        public T? Value { get; set; }
    }

    internal sealed class Large
    {
        public int Id { get; set; }

        public byte[] Buffer { get; set; } = new byte[1 << 20];
    }

    internal sealed class Half
    {
        public byte[] Buffer { get; set; } = new byte[600_000];
    }

    internal sealed class ManyHalves
    {
        public int Id { get; set; }

        public List<Half> Halves { get; set; } = [new(), new()];
    }

    internal sealed class House
    {
        public int Id { get; set; }

        [Key("c")]
        public string City { get; set; } = "";
    }
}
