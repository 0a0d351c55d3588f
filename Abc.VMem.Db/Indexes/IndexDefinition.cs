using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Indexes;

/// <summary>
/// What the catalog says of an index. An entry's key = the encodings of its parts, one after the other, then the
/// primary key; its value is empty. An encoded part longer than <see cref="MaxPartBytes"/> is cut there. Immutable.
/// </summary>
internal sealed class IndexDefinition
{
    /// <summary>Longest encoded part; a longer one is cut, and whoever reads must check the document.</summary>
    public const int MaxPartBytes = 240;

    /// <summary>Most parts of one index.</summary>
    public const int MaxParts = 16;

    /// <summary>Name, unique in the collection; by default the paths joined with "_".</summary>
    public required string Name { get; init; }

    /// <summary>The parts, most significant first; at most one of them is multikey.</summary>
    public required IReadOnlyList<IndexPart> Parts { get; init; }

    /// <summary>Whether two documents can't share a value (nulls excepted).</summary>
    public required bool IsUnique { get; init; }

    /// <summary>Where the state of the map of entries lives.</summary>
    public PageAddress State { get; init; }

    /// <summary>Whether a document can have several entries, or none (an empty list).</summary>
    public bool IsMultikey => Parts.Any(part => part.Path.IsMultikey);

    /// <summary>The same index with its map at a place.</summary>
    public IndexDefinition At(PageAddress state) => new()
    {
        Name = Name,
        Parts = Parts,
        IsUnique = IsUnique,
        State = state,
    };

    /// <summary>Whether two definitions ask for the same entries under the same rule.</summary>
    public bool HasSameShape(IndexDefinition other) =>
        IsUnique == other.IsUnique
        && Parts.Count == other.Parts.Count
        && Parts.Zip(other.Parts).All(pair =>
            pair.First.Path.Equals(pair.Second.Path) && pair.First.Codec.Name == pair.Second.Codec.Name);

    /// <summary>"name (path, path) unique", for messages.</summary>
    public override string ToString() =>
        $"{Name} ({string.Join(", ", Parts.Select(part => $"{part.Path} {part.Codec.Name}"))})"
        + (IsUnique ? " unique" : "");
}
