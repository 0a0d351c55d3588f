using System.Linq.Expressions;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Serialization;

/// <summary>Documents of one version of a class, read and written by another.</summary>
public sealed partial class DocumentEvolutionTests
{
    [Fact]
    public void Decode_MemberAdded_IsDefaultInForceThen()
    {
        var schema = DocumentSchema.Empty;
        var old = DocumentRoundTrip.Store(new V1 { Name = "a" }, ref schema);
        schema = DocumentSerializer<V2>.Instance.Extend(schema);
        var read = DocumentRoundTrip.Decode<V2>(old, schema);
        Assert.Equal(("a", 18, "none", 2), (read.Name, read.Age, read.Note, read.Tags.Count));
        Assert.Equal("street", read.Home.Street);

        // A later version has other defaults: documents from before the member keep what they were read as.
        var later = DocumentRoundTrip.Decode<V2WithOtherDefaults>(old, schema);
        Assert.Equal((18, "none"), (later.Age, later.Note));
        Assert.Equal(18, Field<V2, int>(old, schema, v => v.Age));
        Assert.Equal("street", Field<V2, string>(old, schema, v => v.Home.Street));
    }

    [Fact]
    public void Decode_MemberAddedToRecord_IsParameterDefault()
    {
        var schema = DocumentSchema.Empty;
        var old = DocumentRoundTrip.Store(new Point1(1), ref schema);
        schema = DocumentSerializer<Point2>.Instance.Extend(schema);
        var read = DocumentRoundTrip.Decode<Point2>(old, schema);
        Assert.Equal((1, 7, DayOfWeek.Friday), (read.X, read.Y, read.Day));
        Assert.Equal(["a"], read.Tags);
    }

    [Fact]
    public void Extend_ConstructorOrGetterThatRefuses_DefaultIsNull()
    {
        var schema = DocumentSchema.Empty;
        var old = DocumentRoundTrip.Store(new V1 { Name = "a" }, ref schema);
        schema = DocumentSerializer<Refusing>.Instance.Extend(schema);
        Assert.Equal(0, Field<Refusing, int>(old, schema, r => r.Number));
        schema = DocumentSerializer<Box<Touchy>>.Instance.Extend(DocumentSchema.Empty);
        Assert.Equal(5, DocumentRoundTrip.Through(new Touchy { Text = "5" }).Number);
    }

    [Fact]
    public void Decode_SchemaNotExtended_KeepsInitializers()
    {
        var schema = DocumentSchema.Empty;
        var old = DocumentRoundTrip.Store(new V1 { Name = "a" }, ref schema);
        Assert.Equal(30, DocumentRoundTrip.Decode<V2WithOtherDefaults>(old, schema).Age);
        var point = DocumentRoundTrip.Store(new Point1(1), ref schema);
        Assert.Equal(7, DocumentRoundTrip.Decode<Point2>(point, schema).Y);
    }

    [Fact]
    public void Encode_OlderVersionOfTheApp_KeepsWhatItDoesNotKnow()
    {
        var schema = DocumentSchema.Empty;
        schema = DocumentSerializer<V1>.Instance.Extend(schema);
        var stored = DocumentRoundTrip.Store(
            new V2 { Name = "a", Age = 40, Note = "n", Tags = ["t"], Home = new Home2 { Street = "s", Zip = "z" } },
            ref schema);
        var old = DocumentRoundTrip.Decode<V1>(stored, schema);
        old.Name = "b";
        var replaced = DocumentRoundTrip.Encode(old, schema, stored);
        var read = DocumentRoundTrip.Decode<V2>(replaced, schema);
        Assert.Equal(("b", 40, "n", "s", "z"), (read.Name, read.Age, read.Note, read.Home.Street, read.Home.Zip));
        Assert.Equal(["t"], read.Tags);

        // Without the stored document they are absent, so the defaults in force then.
        var fresh = DocumentRoundTrip.Decode<V2>(DocumentRoundTrip.Encode(old, schema), schema);
        Assert.Equal((18, "street"), (fresh.Age, fresh.Home.Street));
    }

    [Fact]
    public void Encode_OlderVersion_KeepsUnknownInNestedDocument()
    {
        var schema = DocumentSchema.Empty;
        var stored = DocumentRoundTrip.Store(
            new Box<Home2> { Value = new Home2 { Street = "s", Zip = "z" } }, ref schema);
        var old = DocumentRoundTrip.Decode<Box<Home1>>(stored, schema);
        old.Value.Street = "t";
        var read = DocumentRoundTrip.Decode<Box<Home2>>(DocumentRoundTrip.Encode(old, schema, stored), schema);
        Assert.Equal(("t", "z"), (read.Value.Street, read.Value.Zip));
    }

    [Fact]
    public void Encode_OlderVersion_KeepsUnknownInDictionaryValues()
    {
        var schema = DocumentSchema.Empty;
        var stored = DocumentRoundTrip.Store(
            new Box<Dictionary<string, Home2>>
            {
                Value = new() { ["a"] = new() { Zip = "1" }, ["b"] = new() { Zip = "2" } },
            },
            ref schema);
        var old = DocumentRoundTrip.Decode<Box<Dictionary<string, Home1>>>(stored, schema);
        old.Value.Remove("a");
        old.Value["c"] = new Home1();
        var read = DocumentRoundTrip.Decode<Box<Dictionary<string, Home2>>>(
            DocumentRoundTrip.Encode(old, schema, stored), schema);
        Assert.Equal("2", read.Value["b"].Zip);
        Assert.Equal("none", read.Value["c"].Zip);
        Assert.Equal(2, read.Value.Count);
    }

    [Fact]
    public void Encode_OlderVersion_MovesUnknownWithTheListElement()
    {
        var schema = DocumentSchema.Empty;
        var stored = DocumentRoundTrip.Store(
            new Box<List<Line2>> { Value = [new(1, 10, "a"), new(2, 20, "b"), new(3, 30, "c"), new(4, 40, "d")] },
            ref schema);
        var old = DocumentRoundTrip.Decode<Box<List<Line1>>>(stored, schema);

        // One removed, one changed, one moved, one new.
        var lines = old.Value;
        old.Value = [lines[3], new Line1(9, 90), lines[0] with { Quantity = 11 }, lines[2]];
        var read = DocumentRoundTrip.Decode<Box<List<Line2>>>(DocumentRoundTrip.Encode(old, schema, stored), schema);
        Assert.Equal([new(4, 40, "d"), new(9, 90, "none"), new(1, 11, "a"), new(3, 30, "c")], read.Value);
    }

    [Fact]
    public void Encode_OlderVersion_ListWithoutIdentity_MatchesByContentThenPlace()
    {
        var schema = DocumentSchema.Empty;
        var stored = DocumentRoundTrip.Store(
            new Box<Home2[]> { Value = [new("a", "1"), new("b", "2"), new("c", "3")] }, ref schema);
        var old = DocumentRoundTrip.Decode<Box<Home1[]>>(stored, schema);
        old.Value = [old.Value[1], new Home1 { Street = "x" }, old.Value[2]];
        var read = DocumentRoundTrip.Decode<Box<Home2[]>>(DocumentRoundTrip.Encode(old, schema, stored), schema);
        Assert.Equal(["2", "none", "3"], read.Value.Select(h => h.Zip));

        old.Value = [new Home1 { Street = "a" }, new Home1 { Street = "y" }, new Home1 { Street = "c" }];
        read = DocumentRoundTrip.Decode<Box<Home2[]>>(DocumentRoundTrip.Encode(old, schema, stored), schema);
        Assert.Equal(["1", "2", "3"], read.Value.Select(h => h.Zip));
    }

    [Fact]
    public void Extend_IntegerWidthAndNullability_KeepTheOrdinal()
    {
        var schema = DocumentSchema.Empty;
        var stored = DocumentRoundTrip.Store(new Box<int> { Value = 5 }, ref schema);
        var same = schema;
        Assert.Equal(5L, DocumentRoundTrip.Decode<Box<long>>(stored, schema).Value);
        Assert.Equal((byte?)5, DocumentRoundTrip.Decode<Box<byte?>>(stored, schema).Value);
        Assert.Equal(DayOfWeek.Friday, DocumentRoundTrip.Decode<Box<DayOfWeek>>(stored, schema).Value);
        DocumentRoundTrip.Store(new Box<ulong?>(), ref schema);
        DocumentRoundTrip.Store(new Box<System.Numerics.BigInteger>(), ref schema);
        Assert.Same(same, schema);
    }

    [Fact]
    public void Decode_IntegerTooLarge_ThrowsNamingTheMember()
    {
        var schema = DocumentSchema.Empty;
        var stored = DocumentRoundTrip.Store(new Box<long> { Value = long.MaxValue }, ref schema);
        var error = Assert.Throws<DocumentException>(() => DocumentRoundTrip.Decode<Box<int>>(stored, schema));
        Assert.Equal("Box<Int32>.Value", error.Member);
        Assert.Contains("9223372036854775807", error.Message, StringComparison.Ordinal);
        stored = DocumentRoundTrip.Store(new Box<int?>(), ref schema);
        error = Assert.Throws<DocumentException>(() => DocumentRoundTrip.Decode<Box<int>>(stored, schema));
        Assert.Equal("Box<Int32>.Value", error.Member);
    }

    private static T? Field<TDocument, T>(byte[] document, DocumentSchema schema, Expression<Func<TDocument, T>> path)
    {
        var reader = FieldReader.Bind(schema, typeof(TDocument), FieldPath.FromExpression(path))!;
        return reader.Decode<T>(reader.Read(document));
    }

    public sealed class V1
    {
        public string Name { get; set; } = "";
    }

    public sealed class V2
    {
        public string Name { get; set; } = "";

        public int Age { get; set; } = 18;

        public List<string> Tags { get; set; } = ["x", "y"];

        public string? Note { get; set; } = "none";

        public Home2 Home { get; set; } = new() { Street = "street" };
    }

    public sealed class V2WithOtherDefaults
    {
        public string Name { get; set; } = "";

        public int Age { get; set; } = 30;

        public string? Note { get; set; }
    }

    public sealed record Point1(int X);

    public sealed record Point2(int X, int Y = 7, DayOfWeek Day = DayOfWeek.Friday)
    {
        public string[] Tags { get; init; } = ["a"];
    }

    public sealed class Home1
    {
        public string Street { get; set; } = "";
    }

    public sealed class Home2
    {
        public Home2()
        {
        }

        public Home2(string street, string zip) => (Street, Zip) = (street, zip);

        public string Street { get; set; } = "";

        public string? Zip { get; set; } = "none";
    }

    public sealed record Line1(int Id, int Quantity);

    public sealed record Line2(int Id, int Quantity, string Note = "none");

    public sealed record Refusing(string Name, int Number)
    {
        public string Name { get; init; } = Name ?? throw new ArgumentNullException(nameof(Name));
    }

    public sealed class Touchy
    {
        public string? Text { get; set; }

        public int Number
        {
            get => int.Parse(Text!, System.Globalization.CultureInfo.InvariantCulture);
            set => Text = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
