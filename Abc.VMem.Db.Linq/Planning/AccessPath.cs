using Abc.VMem.Db.Indexes;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// One way to the documents that the conditions leave: which paths of which key are narrowed by which of them.
/// </summary>
internal abstract record AccessPath
{
    /// <summary>The parts of the key that are narrowed, most significant first.</summary>
    public required IReadOnlyList<NarrowedPart> Parts { get; init; }

    /// <summary>How promising the path is; greater is tried first.</summary>
    public required int Score { get; init; }
}

/// <summary>The primary keys. Without parts: all of them.</summary>
internal sealed record PrimaryPath : AccessPath;

/// <summary>An index.</summary>
internal sealed record IndexPath : AccessPath
{
    /// <summary>The index.</summary>
    public required IndexDefinition Index { get; init; }

    /// <summary>How the index gives the order asked for; null when it does not.</summary>
    public IndexOrder? Order { get; init; }
}

/// <summary>A part of a key and the conditions that narrow it, as positions among the query's conjuncts.</summary>
internal sealed record NarrowedPart(KeyPart Part, IReadOnlyList<int> Conjuncts);

/// <summary>How an index's order is the one asked for.</summary>
/// <param name="PartCount">Leading parts whose order is used, equality parts included.</param>
/// <param name="IsDescending">Whether the index is walked backwards.</param>
/// <param name="KeysDone">How many keys of the order these parts fulfil; runs of equal entries are sorted by the
/// others.</param>
/// <param name="FixedParts">Leading parts that must be narrowed to one value each.</param>
internal sealed record IndexOrder(int PartCount, bool IsDescending, int KeysDone, int FixedParts);
