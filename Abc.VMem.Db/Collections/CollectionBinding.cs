using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Collections;

/// <summary>A collection's definition as one class of the program uses it. Immutable, thread-safe.</summary>
internal sealed class CollectionBinding
{
    private EntryExtractor[]? _extractors;

    /// <summary>The class of the documents.</summary>
    public required Type DocumentType { get; init; }

    /// <summary>
    /// The definition with the program's own key encoding; version 0 when the collection is not stored yet.
    /// </summary>
    public required CollectionDefinition Definition { get; init; }

    /// <summary>
    /// The stored field tables with every member of the class; the same instance when none is missing.
    /// </summary>
    public required DocumentSchema EncodingSchema { get; init; }

    /// <summary>Whether the catalog knows the collection.</summary>
    public bool IsStored => Definition.Version != 0;

    /// <summary>Whether a write has to extend the stored field tables.</summary>
    public bool ExtendsSchema => !ReferenceEquals(Definition.Schema, EncodingSchema);

    /// <summary>
    /// What makes entries, in the order of the definition's indexes, for documents under <see cref="EncodingSchema"/>.
    /// </summary>
    public EntryExtractor[] Extractors => _extractors ??=
        [.. Definition.Indexes.Select(index => EntryExtractor.Bind(index, EncodingSchema, DocumentType))];
}
