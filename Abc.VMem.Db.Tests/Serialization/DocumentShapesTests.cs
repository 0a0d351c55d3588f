#pragma warning disable CA1051 // Fields are stored too.
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;
using MessagePack;

namespace Abc.VMem.Db.Tests.Serialization;

/// <summary>Shapes of plain types: how members are found and objects made.</summary>
public sealed class DocumentShapesTests
{
    [Fact]
    public void Decode_PositionalRecord_EqualsEncoded()
    {
        var order = new Order(5, "Ada", [new Line("x", 2, 1.50m), new Line("y", 1, 2m)]) { Note = "n" };
        var read = DocumentRoundTrip.Through(order);
        Assert.Equal(order.Lines, read.Lines);
        Assert.Equal(order with { Lines = read.Lines }, read);
    }

    [Fact]
    public void Decode_RequiredAndInitOnly_EqualsEncoded()
    {
        var value = new Strict { Name = "a", Count = 3 };
        var read = DocumentRoundTrip.Through(value);
        Assert.Equal(("a", 3), (read.Name, read.Count));
    }

    [Fact]
    public void Decode_PrivateSettersAndFields_EqualEncoded()
    {
        var value = Hidden.Create("secret", 7);
        value.Field = 9;
        var read = DocumentRoundTrip.Through(value);
        Assert.Equal(("secret", 7, 9), (read.Name, read.Number, read.Field));
    }

    [Fact]
    public void Decode_GetOnlyMembers_ThroughConstructorOrNotStored()
    {
        var read = DocumentRoundTrip.Through(new GetOnly("a", 5) { Extra = 3 });
        Assert.Equal(("a", 5, 3, "A5"), (read.Name, read.Number, read.Extra, read.Computed));
        Assert.Equal(["Name", "Number", "Extra"], Names<GetOnly>());
    }

    [Fact]
    public void Decode_Structs_EqualEncoded()
    {
        var value = new Shapes
        {
            Point = new Point(1, 2),
            Nothing = null,
            Mutable = new Mutable { X = 5, Label = "l" },
            Points = [new Point(3, 4)],
            ByName = new() { ["a"] = new Point(5, 6) },
        };
        var read = DocumentRoundTrip.Through(value);
        Assert.Equal(value.Point, read.Point);
        Assert.Null(read.Nothing);
        Assert.Equal(value.Mutable, read.Mutable);
        Assert.Equal(value.Points, read.Points);
        Assert.Equal(value.ByName, read.ByName);
    }

    [Fact]
    public void Decode_RecursiveMember_SharesTable()
    {
        var tree = new Node { Name = "a", Next = new Node { Name = "b" }, Children = [new Node { Name = "c" }] };
        var read = DocumentRoundTrip.Through(tree);
        Assert.Equal(("b", "c"), (read.Next!.Name, read.Children![0].Name));
        Assert.Single(DocumentRoundTrip.SchemaOf<Node>().Tables);
    }

    [Fact]
    public void Decode_BaseClassMembers_ComeFirst()
    {
        var read = DocumentRoundTrip.Through(new Derived { Id = 1, Name = "d", Shared = "s" });
        Assert.Equal((1, "d", "s"), (read.Id, read.Name, read.Shared));
        Assert.Equal(["Id", "Shared", "Name"], Names<Derived>());
    }

    [Fact]
    public void Extend_ListsAndDocuments_ComeLast() =>
        Assert.Equal(["A", "B", "List", "Inner"], Names<Mixed>());

    [Fact]
    public void Decode_Attributes_AreHonoured()
    {
        var read = DocumentRoundTrip.Through(new Attributed { Kept = "k", Ignored = "i", Also = "a", Renamed = 4 });
        Assert.Equal(("k", null, null, 4), (read.Kept, read.Ignored, read.Also, read.Renamed));
        Assert.Equal(["Kept", "short"], Names<Attributed>());
        Assert.Equal(["A"], Names<KeyAsName>());
    }

    [Fact]
    public void Decode_OwnLayouts_KeepTheLibrarys()
    {
        var value = new Layouts
        {
            Keyed = new IntKeyed { A = 1, Price = 2.50m, When = new DateTime(5, DateTimeKind.Local) },
            Shape = new Circle { Radius = 2 },
            Custom = new Celsius(3.5),
        };
        var read = DocumentRoundTrip.Through(value);
        Assert.Equal((1, 2.50m), (read.Keyed!.A, read.Keyed.Price));
        Assert.Equal(DateTimeKind.Local, read.Keyed.When.Kind);
        Assert.Equal(2, Assert.IsType<Circle>(read.Shape).Radius);
        Assert.Equal(3.5, read.Custom.Degrees);
        Assert.Equal(1, DocumentRoundTrip.Through(new IntKeyed { A = 1 }).A);
    }

    [Fact]
    public void Decode_AnonymousType_EqualsEncoded()
    {
        var value = new { A = 1, B = "b" };
        Assert.Equal(value, DocumentRoundTrip.Through(value));
    }

    [Fact]
    public void Decode_TypesThatAreNotPublic_EqualEncoded()
    {
        var read = DocumentRoundTrip.Through(new Secret { Inner = new SecretValue(3), Kind = SecretKind.B });
        Assert.Equal((3, SecretKind.B), (read.Inner.Value, read.Kind));
    }

    [Fact]
    public void Decode_InheritedRecord_EqualsEncoded()
    {
        var value = new Special(1, "b");
        Assert.Equal(value, DocumentRoundTrip.Through(value));
    }

    [Fact]
    public void Instance_UsedByManyThreadsAtOnce_IsSafe()
    {
        var schema = DocumentRoundTrip.SchemaOf<Order>();
        var order = new Order(5, "Ada", [new Line("x", 2, 1.50m)]);
        Parallel.For(0, 2000, i =>
        {
            var own = i % 3 == 0 ? DocumentSchema.FromBytes(schema.ToBytes()) : schema;
            var read = DocumentRoundTrip.Decode<Order>(DocumentRoundTrip.Encode(order with { Id = i }, own), own);
            Assert.Equal(i, read.Id);
        });
    }

    private static string[] Names<T>() =>
        [.. DocumentRoundTrip.SchemaOf<T>().Tables[0].Fields.Select(field => field.Name)];

    public sealed record Line(string Sku, int Quantity, decimal Price);

    public sealed record Order(int Id, string Customer, List<Line> Lines)
    {
        public string? Note { get; init; }
    }

    public sealed class Strict
    {
        public required string Name { get; set; }

        public int Count { get; init; }
    }

    public sealed class Hidden
    {
        public int Field;

        private Hidden()
        {
        }

        public string? Name { get; private set; }

        public int Number { get; private init; }

        public static Hidden Create(string name, int number) => new() { Name = name, Number = number };
    }

    public sealed class GetOnly(string name, int number)
    {
        public string Name { get; } = name;

        public int Number { get; } = number;

        public int Extra { get; set; }

        public string Computed => Name.ToUpperInvariant() + Number;
    }

    public readonly record struct Point(int X, int Y);

    public struct Mutable
    {
        public int X;

        public string? Label { get; set; }
    }

    public sealed class Shapes
    {
        public Point Point { get; set; }

        public Point? Nothing { get; set; }

        public Mutable? Mutable { get; set; }

        public Point[]? Points { get; set; }

        public Dictionary<string, Point>? ByName { get; set; }
    }

    public sealed class Node
    {
        public string? Name { get; set; }

        public Node? Next { get; set; }

        public List<Node>? Children { get; set; }
    }

    public abstract class Base
    {
        public int Id { get; set; }

        public abstract string? Shared { get; set; }

        public virtual string? Name { get; set; }
    }

    public sealed class Derived : Base
    {
        public override string? Shared { get; set; }

        public new string? Name { get; set; }
    }

    public sealed class Mixed
    {
        public List<int>? List { get; set; }

        public int A { get; set; }

        public Point Inner { get; set; }

        public string? B { get; set; }
    }

    public sealed class Attributed
    {
        public string? Kept { get; set; }

        [IgnoreMember]
        public string? Ignored { get; set; }

        [System.Runtime.Serialization.IgnoreDataMember]
        public string? Also { get; set; }

        [Key("short")]
        public int Renamed { get; set; }
    }

    [MessagePackObject(keyAsPropertyName: true)]
    public sealed class KeyAsName
    {
        public int A { get; set; }
    }

    [MessagePackObject]
    public sealed class IntKeyed
    {
        [Key(0)]
        public int A { get; set; }

        [Key(1)]
        public decimal Price { get; set; }

        [Key(2)]
        public DateTime When { get; set; }
    }

    [Union(0, typeof(Circle))]
    public interface IShape;

    [MessagePackObject]
    public sealed class Circle : IShape
    {
        [Key(0)]
        public double Radius { get; set; }
    }

    [MessagePackFormatter(typeof(CelsiusFormatter))]
    public readonly record struct Celsius(double Degrees);

    public sealed class CelsiusFormatter : MessagePack.Formatters.IMessagePackFormatter<Celsius>
    {
        public void Serialize(ref MessagePackWriter writer, Celsius value, MessagePackSerializerOptions options) =>
            writer.Write(value.Degrees);

        public Celsius Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
            new(reader.ReadDouble());
    }

    public sealed class Layouts
    {
        public IntKeyed? Keyed { get; set; }

        public IShape? Shape { get; set; }

        public Celsius Custom { get; set; }
    }

    public record General(int A);

    public sealed record Special(int A, string B) : General(A);

    private enum SecretKind
    {
        A,
        B,
    }

    private sealed class Secret
    {
        public SecretValue Inner { get; set; }

        public SecretKind Kind { get; set; }
    }

    private readonly struct SecretValue(int value)
    {
        public int Value { get; } = value;
    }
}
