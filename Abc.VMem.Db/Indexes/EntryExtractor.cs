using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Indexes;

/// <summary>Makes the entries of a document for one index, from the document's bytes. Immutable, thread-safe.</summary>
internal sealed class EntryExtractor
{
    /// <summary>The index.</summary>
    public IndexDefinition Index => throw new NotImplementedException();

    /// <summary>Binds an index to field tables.</summary>
    public static EntryExtractor Bind(IndexDefinition index, DocumentSchema schema, Type? documentType) =>
        throw new NotImplementedException();

    /// <summary>Appends the document's entries, distinct and sorted; returns how many.</summary>
    public int Extract(ReadOnlySpan<byte> document, ReadOnlySpan<byte> primaryKey, EntrySet entries) =>
        throw new NotImplementedException();
}
