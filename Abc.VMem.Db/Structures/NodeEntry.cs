using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// An entry on its way into a node: key and value (or its overflow reference), or separator and child.
/// </summary>
internal readonly ref struct NodeEntry
{
    /// <summary>The whole key.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Leaf: the value, or the reference to its overflow chain.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Leaf: whether the payload is a reference.</summary>
    public bool IsOverflow { get; init; }

    /// <summary>Branch: the child.</summary>
    public PagePos Child { get; init; }
}
