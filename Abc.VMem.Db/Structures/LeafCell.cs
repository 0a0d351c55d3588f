using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>One entry of a leaf, bounds already checked. Valid while its page is.</summary>
internal readonly ref struct LeafCell
{
    /// <summary>Offset of the cell in its page.</summary>
    public required int Offset { get; init; }

    /// <summary>Length of the key after the node's prefix.</summary>
    public required int SuffixLength { get; init; }

    /// <summary>Key bytes after prefix and head.</summary>
    public required ReadOnlySpan<byte> Rest { get; init; }

    /// <summary>The value, or the reference to its overflow chain.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Whether the payload is a reference.</summary>
    public required bool IsOverflow { get; init; }

    /// <summary>Bytes of the whole cell.</summary>
    public int Bytes => NodeLayout.LeafCellHeaderBytes + Rest.Length + Payload.Length;

    /// <summary>The reference; only when <see cref="IsOverflow"/>.</summary>
    public OverflowReference Overflow => Layout.At<OverflowReference>(Payload, 0);
}
