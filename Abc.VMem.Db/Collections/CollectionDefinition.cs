using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Collections;

/// <summary>What the catalog says of a collection at one catalog version. Immutable.</summary>
internal sealed class CollectionDefinition
{
    /// <summary>Name of the collection.</summary>
    public required string Name { get; init; }

    /// <summary>Sequence number of the transaction that last changed this definition: keys caches of plans.</summary>
    public required long Version { get; init; }

    /// <summary>Member that holds the key, such as "Id"; null when the key is computed by a lambda that is no member path.</summary>
    public required FieldPath? KeyPath { get; init; }

    /// <summary>Encoding of primary keys.</summary>
    public required KeyCodec KeyCodec { get; init; }

    /// <summary>Field tables of the documents.</summary>
    public required DocumentSchema Schema { get; init; }

    /// <summary>The indexes, by name order.</summary>
    public required IReadOnlyList<IndexDefinition> Indexes { get; init; }
}

/// <summary>One part of an index's key.</summary>
/// <param name="Path">The member; multikey when it has a "[]" step.</param>
/// <param name="Codec">Encoding of its values, an index part: null marker first.</param>
internal sealed record IndexPart(FieldPath Path, KeyCodec Codec);

/// <summary>
/// What the catalog says of an index. An entry's key = the encodings of its parts, one after the other, then the primary
/// key; its value is empty. An encoded part longer than <see cref="MaxPartBytes"/> is cut there. Immutable.
/// </summary>
internal sealed class IndexDefinition
{
    /// <summary>Longest encoded part; a longer one is cut, and whoever reads must check the document.</summary>
    public const int MaxPartBytes = 240;

    /// <summary>Name, unique in the collection; by default the paths joined with "_".</summary>
    public required string Name { get; init; }

    /// <summary>The parts, most significant first; at most one of them is multikey.</summary>
    public required IReadOnlyList<IndexPart> Parts { get; init; }

    /// <summary>Whether two documents can't share a value (nulls excepted).</summary>
    public required bool IsUnique { get; init; }

    /// <summary>Whether a document can have several entries, or none (an empty list).</summary>
    public bool IsMultikey => Parts.Any(part => part.Path.IsMultikey);
}
