using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Serialization;

/// <summary>What can't be stored is refused, with the name of the member.</summary>
public sealed class DocumentRefusalTests
{
    [Fact]
    public void Instance_MemberOfUnstorableType_ThrowsNamingTheMember()
    {
        RefuseType<Box<object>>("Box<Object>.Value");
        RefuseType<Box<IComparable>>("Box<IComparable>.Value");
        RefuseType<Box<Stream>>("Box<Stream>.Value");
        RefuseType<Box<Type>>("Box<Type>.Value");
        RefuseType<Box<Action>>("Box<Action>.Value");
        RefuseType<Box<nint>>("Box<IntPtr>.Value");
        RefuseType<Box<int[,]>>("Box<Int32[,]>.Value");
        RefuseType<Box<Task<int>>>("Box<Task<Int32>>.Value");
        RefuseType<Box<List<Dictionary<string, object>>>>("Box<List<Dictionary<String, Object>>>.Value[][]");
        RefuseType<Outer>("Outer.Inner.Inside.Bad");
        RefuseType<Box<NoConstructor>>("Box<NoConstructor>.Value");
        RefuseType<Box<Endless<int>>>("Box<Endless<Int32>>.Value", exactly: false);
        RefuseType<int>("Int32");
        RefuseType<List<int>>("List<Int32>");
    }

    [Fact]
    public void Encode_OtherRuntimeType_ThrowsNamingTheMember()
    {
        RefuseValue(new Box<Animal> { Value = new Dog() }, "Box<Animal>.Value");
        RefuseValue(new Box<List<Animal>> { Value = [new Animal(), new Dog()] }, "Box<List<Animal>>.Value");
        RefuseValue<Animal>(new Dog(), "Animal");
        RefuseValue(new Box<List<int>> { Value = new Numbers() }, "Box<List<Int32>>.Value");
    }

    [Fact]
    public void Encode_LoneSurrogate_ThrowsNamingTheMember()
    {
        RefuseValue(new Box<string> { Value = "a\uD800b" }, "Box<String>.Value");
        RefuseValue(new Box<string> { Value = new string('a', 5000) + '\uDC00' }, "Box<String>.Value");
        RefuseValue(new Box<List<string>> { Value = ["\uDC00\uD800"] }, "Box<List<String>>.Value");
        RefuseValue(
            new Box<List<Box<string>>> { Value = [new() { Value = "ok" }, new() { Value = "\uD800" }] },
            "Box<List<Box<String>>>.Value[].Value");
        RefuseValue(
            new Box<Dictionary<string, Box<string>>> { Value = new() { ["a"] = new() { Value = "\uD800" } } },
            "Box<Dictionary<String, Box<String>>>.Value[].Value");
    }

    [Fact]
    public void Encode_Cycle_ThrowsNamingTheMember()
    {
        var node = new Node();
        node.Next = node;
        RefuseValue(node, "Node.Next.Next", exactly: false);
    }

    [Fact]
    public void Encode_Depth128_IsTheLimit()
    {
        Assert.Equal(127, Depth(DocumentRoundTrip.Through(Chain(127))));
        RefuseValue(Chain(128), "Node.Next", exactly: false);
    }

    [Fact]
    public void Encode_CollectionThatChangesMeanwhile_Throws() =>
        RefuseValue(new Box<ICollection<int>> { Value = new Liar() }, "Box<ICollection<Int32>>.Value");

    [Fact]
    public void Encode_SchemaNotExtended_Throws() => Assert.Throws<ArgumentException>(
        () => DocumentRoundTrip.Encode(new Node(), DocumentRoundTrip.SchemaOf<Box<int>>()));

    [Fact]
    public void Encode_Null_Throws() => Assert.Throws<ArgumentNullException>(
        () => DocumentRoundTrip.Encode<Node>(null!, DocumentRoundTrip.SchemaOf<Node>()));

    private static Node Chain(int depth)
    {
        var node = new Node();
        for (; depth > 0; depth--)
        {
            node = new Node { Next = node };
        }

        return node;
    }

    private static int Depth(Node? node)
    {
        var depth = -1;
        for (; node is not null; node = node.Next)
        {
            depth++;
        }

        return depth;
    }

    private static void RefuseType<T>(string member, bool exactly = true)
    {
        var error = Assert.Throws<DocumentException>(() => DocumentSerializer<T>.Instance);
        Check(error, member, exactly);

        // Again: the failure is not remembered as a broken type.
        Assert.Throws<DocumentException>(() => DocumentSerializer<T>.Instance);
    }

    private static void RefuseValue<T>(T document, string member, bool exactly = true)
    {
        var schema = DocumentRoundTrip.SchemaOf<T>();
        Check(Assert.Throws<DocumentException>(() => DocumentRoundTrip.Encode(document, schema)), member, exactly);
    }

    private static void Check(DocumentException error, string member, bool exactly)
    {
        Assert.StartsWith(member, error.Member, StringComparison.Ordinal);
        Assert.True(!exactly || error.Member == member, error.Member);
        Assert.Contains(error.Member, error.Message, StringComparison.Ordinal);
    }

    public sealed class Outer
    {
        public Middle? Inner { get; set; }
    }

    public sealed class Middle
    {
        public Inside Inside { get; set; }
    }

    public struct Inside
    {
        public object? Bad { get; set; }
    }

    public class NoConstructor
    {
        public NoConstructor(int something) => Value = something;

        public int Value { get; set; }
    }

    public sealed class Endless<T>
    {
        public Endless<List<T>>? Next { get; set; }
    }

    public class Animal
    {
        public string? Name { get; set; }
    }

    public sealed class Dog : Animal;

    public sealed class Numbers : List<int>;

    public sealed class Node
    {
        public Node? Next { get; set; }
    }

    // Says that it has one element more than it has, like a collection that another thread removes from.
    private sealed class Liar : ICollection<int>
    {
        public int Count => 3;

        public bool IsReadOnly => true;

        public void Add(int item) => throw new NotSupportedException();

        public void Clear() => throw new NotSupportedException();

        public bool Contains(int item) => item < 2;

        public void CopyTo(int[] array, int arrayIndex) => throw new NotSupportedException();

        public bool Remove(int item) => throw new NotSupportedException();

        public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, 2).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
