using System.Buffers;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>Encodes and decodes with the schema that the types themselves make.</summary>
internal static class DocumentRoundTrip
{
    /// <summary>The schema of a type that is the first to be stored.</summary>
    public static DocumentSchema SchemaOf<T>() => DocumentSerializer<T>.Instance.Extend(DocumentSchema.Empty);

    /// <summary>The document of an object.</summary>
    public static byte[] Encode<T>(T document, DocumentSchema schema, byte[]? previous = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        DocumentSerializer<T>.Instance.Encode(document, schema, previous, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The object of a document.</summary>
    public static T Decode<T>(byte[] document, DocumentSchema schema) =>
        DocumentSerializer<T>.Instance.Decode(document, schema);

    /// <summary>Stores an object and reads it again, the schema through its stored form.</summary>
    public static T Through<T>(T document)
    {
        var schema = DocumentSchema.FromBytes(SchemaOf<T>().ToBytes());
        Assert.Same(schema, DocumentSerializer<T>.Instance.Extend(schema));
        return Decode<T>(Encode(document, schema), schema);
    }

    /// <summary>Stores a value as a member and reads it again.</summary>
    public static T Value<T>(T value) => Through(new Box<T> { Value = value }).Value;

    /// <summary>Extends a schema by a type and stores an object under it.</summary>
    public static byte[] Store<T>(T document, ref DocumentSchema schema, byte[]? previous = null)
    {
        schema = DocumentSerializer<T>.Instance.Extend(schema);
        return Encode(document, schema, previous);
    }
}

/// <summary>A document with one member.</summary>
public sealed class Box<T>
{
    public T Value { get; set; } = default!;
}
