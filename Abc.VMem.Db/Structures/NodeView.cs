using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Reads a node of a map: a leaf, or a branch whose entry 0 has no separator (its head is 0, its suffix empty). The
/// constructor checks that the arrays lie in the page; every cell is checked when it is read. Valid while its page is.
/// </summary>
internal readonly ref partial struct NodeView
{
    private readonly ReadOnlySpan<byte> _page;
    private readonly int _headsOffset;
    private readonly int _slotsOffset;

    /// <summary>Lays a view over a whole page that has to be a node of the given level.</summary>
    /// <exception cref="CorruptDatabaseException">It is none.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NodeView(ReadOnlySpan<byte> page, PagePos position, int level)
    {
        ref readonly var header = ref Layout.At<PageHeader>(page, 0);
        ref readonly var node = ref Layout.At<NodeHeader>(page, PageHeader.Bytes);
        _page = page;
        Position = position;
        IsLeaf = level == 0;
        Count = header.ItemCount;
        PrefixLength = node.PrefixLength;
        _headsOffset = NodeLayout.HeadsOffset(PrefixLength);
        _slotsOffset = NodeLayout.SlotsOffset(_headsOffset, Count, IsLeaf);
        var type = IsLeaf ? PageType.MapLeaf : PageType.MapBranch;
        if (header.Type != type || header.Level != level || Count == 0 || PrefixLength > BTree.MaxKeyBytes
            || _slotsOffset + (2 * Count) > node.CellsStart || node.CellsStart > Page.Size)
        {
            ThrowHeader(page, position, level);
        }
    }

    /// <summary>Entries, ≥ 1.</summary>
    public int Count { get; }

    /// <summary>Length of the prefix.</summary>
    public int PrefixLength { get; }

    /// <summary>Whether the node is a leaf.</summary>
    public bool IsLeaf { get; }

    /// <summary>Position of the page, for errors.</summary>
    public PagePos Position { get; }

    /// <summary>What all keys (of a branch: all separators) start with.</summary>
    public ReadOnlySpan<byte> Prefix => _page.Slice(NodeLayout.PrefixOffset, PrefixLength);

    /// <summary>The heads with their padding.</summary>
    public ReadOnlySpan<ulong> Heads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Layout.Array<ulong>(_page, _headsOffset, NodeLayout.Room(Count));
    }

    /// <summary>Bytes of the page's capacity in use.</summary>
    public int UsedBytes
    {
        get
        {
            ref readonly var node = ref Layout.At<NodeHeader>(_page, PageHeader.Bytes);
            int arrays = _slotsOffset + (2 * Count) - NodeLayout.PrefixOffset;
            return arrays + Page.Size - node.CellsStart - node.DeadBytes;
        }
    }

    /// <summary>Whether building the node anew could make room for a key that the gap is too small for.</summary>
    public bool CanGain(ReadOnlySpan<byte> key) =>
        Layout.At<NodeHeader>(_page, PageHeader.Bytes).DeadBytes > 0 || !key.StartsWith(Prefix);

    /// <summary>Next page of the level, or nil.</summary>
    public PagePos Next => Layout.At<PageHeader>(_page, 0).Next;

    /// <summary>Previous page of the level, or nil.</summary>
    public PagePos Previous => Layout.At<PageHeader>(_page, 0).Previous;

    /// <summary>Position of a child; only in a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PagePos Child(int index) =>
        Layout.Array<PagePos>(_page, _headsOffset + (8 * NodeLayout.Room(Count)), Count)[index];

    /// <summary>An entry; only in a leaf.</summary>
    /// <exception cref="CorruptDatabaseException">The cell does not lie in the page.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LeafCell Cell(int index)
    {
        if (!LeafCell.TryRead(_page, Slot(index), PrefixLength, out var cell))
        {
            ThrowCell(Position, index);
        }

        return cell;
    }

    /// <summary>
    /// Copies a key and returns its length; the destination has room for the longest key and a head.
    /// </summary>
    public int CopyKey(int index, Span<byte> destination)
    {
        var rest = Suffix(index, out int length);
        Prefix.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[PrefixLength..], Heads[index]);
        rest.CopyTo(destination[(PrefixLength + NodeLayout.HeadBytes)..]);
        return PrefixLength + length;
    }

    /// <summary>The bytes of an entry's cell, none when a branch has no cell for it.</summary>
    public ReadOnlySpan<byte> CellBytes(int index)
    {
        if (IsLeaf)
        {
            var cell = Cell(index);
            return _page.Slice(cell.Offset, cell.Bytes);
        }

        Suffix(index, out int length);
        int bytes = NodeLayout.BranchCellBytes(length);
        return bytes == 0 ? default : _page.Slice(Slot(index), bytes);
    }

    /// <summary>Length of a key.</summary>
    public int KeyLength(int index)
    {
        Suffix(index, out int length);
        return PrefixLength + length;
    }

    /// <summary>
    /// Where the cell of an entry is; in a branch 0..8 is the suffix's length, and there is no cell.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Slot(int index) => Layout.Array<ushort>(_page, _slotsOffset, Count)[index];

    /// <summary>Key bytes after prefix and head, and the length of all bytes after the prefix.</summary>
    public ReadOnlySpan<byte> Suffix(int index, out int length)
    {
        if (IsLeaf)
        {
            var cell = Cell(index);
            length = cell.SuffixLength;
            return cell.Rest;
        }

        length = Slot(index);
        return length <= NodeLayout.HeadBytes ? default : BranchSuffix(index, ref length);
    }

    private ReadOnlySpan<byte> BranchSuffix(int index, scoped ref int length)
    {
        int offset = length;
        if (offset < NodeLayout.PrefixOffset || offset > Page.Size - NodeLayout.BranchCellHeaderBytes)
        {
            ThrowCell(Position, index);
        }

        length = BinaryPrimitives.ReadUInt16LittleEndian(_page[offset..]);
        int start = offset + NodeLayout.BranchCellHeaderBytes;
        if (length <= NodeLayout.HeadBytes || PrefixLength + length > BTree.MaxKeyBytes
            || start + length - NodeLayout.HeadBytes > Page.Size)
        {
            ThrowCell(Position, index);
        }

        return _page.Slice(start, length - NodeLayout.HeadBytes);
    }

    // Static, like all that is not inlined on the hot path: a view whose address is taken does not stay in registers.
    [DoesNotReturn]
    internal static void ThrowCell(PagePos position, int index) =>
        MapErrors.ThrowNode(position, "a cell inside the page for every entry", index);

    [DoesNotReturn]
    private static void ThrowHeader(ReadOnlySpan<byte> page, PagePos position, int level)
    {
        ref readonly var header = ref Layout.At<PageHeader>(page, 0);
        ref readonly var node = ref Layout.At<NodeHeader>(page, PageHeader.Bytes);
        MapErrors.ThrowNode(
            position,
            FormattableString.Invariant($"a node of level {level} whose arrays end before its cells"),
            FormattableString.Invariant(
                $"{header.Type} of level {header.Level}, {header.ItemCount} entries")
            + FormattableString.Invariant($", prefix {node.PrefixLength}, cells from {node.CellsStart}"));
    }
}
