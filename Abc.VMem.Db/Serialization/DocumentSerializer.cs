using System.Buffers;

namespace Abc.VMem.Db.Serialization;

/// <summary>Turns objects of one type into documents and back. Cached per type, thread-safe.</summary>
internal sealed class DocumentSerializer<T>
{
    /// <summary>The serializer of the type.</summary>
    /// <exception cref="DocumentException">A member of the type can't be stored; the message names it.</exception>
    public static DocumentSerializer<T> Instance => throw new NotImplementedException();

    /// <summary>The schema with every member of the type; the same instance when nothing was missing.</summary>
    public DocumentSchema Extend(DocumentSchema schema) => throw new NotImplementedException();

    /// <summary>Encodes a document under a schema that <see cref="Extend"/> returned.</summary>
    /// <param name="document">The document.</param>
    /// <param name="schema">Field tables to encode with.</param>
    /// <param name="previous">The stored document that this one replaces, or empty: fields unknown to the type are kept from it.</param>
    /// <param name="output">Receives the bytes.</param>
    /// <exception cref="DocumentException">A value can't be stored: wrong runtime type, cycle, lone surrogate…</exception>
    public void Encode(T document, DocumentSchema schema, ReadOnlySpan<byte> previous, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Decodes a document.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no document of this schema.</exception>
    /// <exception cref="DocumentException">A stored value can't be converted to the member's type; the message names it.</exception>
    public T Decode(ReadOnlyMemory<byte> document, DocumentSchema schema) => throw new NotImplementedException();
}
