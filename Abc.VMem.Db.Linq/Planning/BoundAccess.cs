using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>The way to the documents that one execution takes, with its ranges.</summary>
internal sealed class BoundAccess
{
    /// <summary>The way.</summary>
    public required AccessPath Path { get; init; }

    /// <summary>
    /// Ranges of whole keys or entries, ascending, apart from each other; empty when nothing can be found.
    /// </summary>
    public required KeyRange[] Ranges { get; init; }

    /// <summary>Conjuncts that every entry in the ranges fulfils, so that no document is read to check them.</summary>
    public required bool[] Covered { get; init; }

    /// <summary>Whether the entries come in the order of the primary keys.</summary>
    public required bool IsKeyOrdered { get; init; }

    /// <summary>Whether a document comes at most once.</summary>
    public required bool IsDistinct { get; init; }

    /// <summary>How the entries' order is the one asked for; null when it is not.</summary>
    public required IndexOrder? Order { get; init; }

    /// <summary>
    /// The primary keys that are asked for, ascending, whether or not they exist; null for ranges of them.
    /// </summary>
    public byte[][]? PointKeys { get; init; }

    /// <summary>Positions of the conjuncts that narrow the ranges, for Explain.</summary>
    public required IReadOnlyList<int> Used { get; init; }
}
