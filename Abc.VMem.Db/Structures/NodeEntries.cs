using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Entries of one node, or of two neighbours, with at most one entry inserted or replaced: what a node is rebuilt,
/// split or merged from. The views must lie over copies, since the pages themselves are built anew.
/// </summary>
internal readonly ref struct NodeEntries
{
    private const int KeyRoom = BTree.MaxKeyBytes + NodeLayout.HeadBytes;

    private readonly NodeView _first;
    private readonly NodeView _second;
    private readonly NodeEntry _edit;
    private readonly int _editIndex;
    private readonly int _inserted;

    /// <summary>A node with an entry inserted at, or in place of, an index.</summary>
    public NodeEntries(NodeView node, int index, NodeEntry entry, bool replaces)
    {
        _first = node;
        _editIndex = index;
        _edit = entry;
        _inserted = replaces ? 0 : 1;
    }

    /// <summary>
    /// Two neighbours; in a branch, the separator between them comes down to the right one's first child.
    /// </summary>
    public NodeEntries(NodeView left, NodeView right, ReadOnlySpan<byte> separator)
    {
        _first = left;
        _second = right;
        _editIndex = -1;
        if (!left.IsLeaf)
        {
            _editIndex = left.Count;
            _edit = new NodeEntry { Key = separator, Child = right.Child(0) };
        }
    }

    /// <summary>Number of entries.</summary>
    public int Count => _first.Count + _second.Count + _inserted;

    /// <summary>Whether they are entries of leaves.</summary>
    public bool IsLeaf => _first.IsLeaf;

    /// <summary>
    /// Copies a key and returns its length; the destination has room for the longest key and a head.
    /// </summary>
    public int CopyKey(int index, Span<byte> destination)
    {
        if (index == _editIndex)
        {
            _edit.Key.CopyTo(destination);
            return _edit.Key.Length;
        }

        var node = Locate(ref index);
        return node.CopyKey(index, destination);
    }

    /// <summary>
    /// Whether the entries in [from, to) fit in one page's capacity, of which the given bytes may be used.
    /// </summary>
    public bool Fit(int from, int to, int bytes = NodeLayout.CapacityBytes)
    {
        int prefixLength = CommonPrefix(from, to, default);
        int cells = 0;
        for (int i = IsLeaf ? from : from + 1; i < to; i++)
        {
            cells += CellBytes(i, prefixLength);
        }

        return NodeLayout.NodeBytes(IsLeaf, prefixLength, to - from, cells) <= bytes;
    }

    /// <summary>Where to split so that both parts fit, near the middle by bytes.</summary>
    public int ChooseSplit()
    {
        if (TrySplitInMiddle(out int middle))
        {
            return middle;
        }

        for (int distance = 0; distance < Count; distance++)
        {
            if (CanSplit(middle - distance))
            {
                return middle - distance;
            }

            if (CanSplit(middle + distance))
            {
                return middle + distance;
            }
        }

        // Can't happen in a sound node: a cell is about a quarter of a page at most, and a key that breaks the prefix
        // comes first or last, where the others fit as before.
        MapErrors.ThrowNode(_first.Position, "cells that fit in a page", "cells that overlap");
        return 0;
    }

    /// <summary>
    /// Builds a node from the entries in [from, to); page header and links stay, the gap becomes zero.
    /// </summary>
    [SkipLocalsInit]
    public void Build(Span<byte> page, int from, int to)
    {
        Span<byte> key = stackalloc byte[KeyRoom];
        int prefixLength = CommonPrefix(from, to, key);
        int count = to - from;
        int heads = NodeLayout.HeadsOffset(prefixLength);
        key[..prefixLength].CopyTo(page[NodeLayout.PrefixOffset..]);
        page[(NodeLayout.PrefixOffset + prefixLength)..heads].Clear();
        ClearPadding(page, heads, count);
        int cells = Page.Size;
        for (int i = from; i < to; i++)
        {
            if (TryCopy(i, prefixLength, page, heads, count, i - from, ref cells))
            {
                continue;
            }

            var entry = Entry(i, key);
            if (i == from && !IsLeaf)
            {
                NodeEdit.SetEntry(page, heads, count, 0, 0, 0, entry.Child, isLeaf: false);
                continue;
            }

            if (!entry.Key.StartsWith(page.Slice(NodeLayout.PrefixOffset, prefixLength)))
            {
                MapErrors.ThrowNode(_first.Position, "keys in order", "a key between two that share more");
            }

            int suffixLength = entry.Key.Length - prefixLength;
            cells -= BytesOfCell(suffixLength, entry.Payload.Length);
            int slot = NodeEdit.WriteCell(page, cells, entry, suffixLength, IsLeaf);
            ulong head = KeyHead.Of(entry.Key, prefixLength);
            NodeEdit.SetEntry(page, heads, count, i - from, head, slot, entry.Child, IsLeaf);
        }

        page[NodeLayout.SlotsEnd(heads, count, IsLeaf)..cells].Clear();
        Layout.At<PageHeader>(page, 0).ItemCount = (ushort)count;
        Layout.At<NodeHeader>(page, PageHeader.Bytes) = new NodeHeader
        {
            PrefixLength = (ushort)prefixLength,
            CellsStart = (ushort)cells,
        };
    }

    /// <summary>Copies head and cell as they are, when the prefix stays; false when it does not.</summary>
    private bool TryCopy(
        int index, int prefixLength, Span<byte> page, int heads, int count, int target, ref int cells)
    {
        if (index == _editIndex || (target == 0 && !IsLeaf))
        {
            return false;
        }

        var node = Locate(ref index);
        if (node.PrefixLength != prefixLength)
        {
            return false;
        }

        var cell = node.CellBytes(index);
        cells -= cell.Length;
        cell.CopyTo(page[cells..]);
        int slot = cell.IsEmpty ? node.Slot(index) : cells;
        var child = IsLeaf ? default : node.Child(index);
        NodeEdit.SetEntry(page, heads, count, target, node.Heads[index], slot, child, IsLeaf);
        return true;
    }

    private void ClearPadding(Span<byte> page, int heads, int count)
    {
        int room = NodeLayout.Room(count);
        Layout.Array<ulong>(page, heads, room)[count..].Fill(ulong.MaxValue);
        if (!IsLeaf)
        {
            Layout.Array<ulong>(page, heads + (8 * room), room)[count..].Clear();
        }
    }

    private bool CanSplit(int at) => at > 0 && at < Count && Fit(0, at) && Fit(at, Count);

    /// <summary>
    /// The index, not the first, where the bytes before come closest to the bytes after; true when both parts fit even
    /// with the prefix that all entries share.
    /// </summary>
    private bool TrySplitInMiddle(out int index)
    {
        int prefixLength = CommonPrefix(0, Count, default);
        int total = 0;
        for (int i = 0; i < Count; i++)
        {
            total += EntryBytes(i, prefixLength);
        }

        int before = EntryBytes(0, prefixLength);
        index = 1;
        while (index < Count - 1)
        {
            int bytes = EntryBytes(index, prefixLength);
            if (2 * before + bytes > total)
            {
                break;
            }

            before += bytes;
            index++;
        }

        // The prefix, padded; it may be longer in a part, which costs a head's length at most, since what it gains goes
        // from the cells; and the rooms, rounded up.
        int overhead = prefixLength + 7 + NodeLayout.HeadBytes + (IsLeaf ? 7 * 8 : 7 * 16);
        return Math.Max(before, total - before) + overhead <= NodeLayout.CapacityBytes;
    }

    private int EntryBytes(int index, int prefixLength) =>
        (IsLeaf ? 10 : 18) + (IsLeaf || index > 0 ? CellBytes(index, prefixLength) : 0);

    private int CellBytes(int index, int prefixLength)
    {
        if (index == _editIndex)
        {
            return BytesOfCell(_edit.Key.Length - prefixLength, _edit.Payload.Length);
        }

        var node = Locate(ref index);
        if (!IsLeaf)
        {
            return NodeLayout.BranchCellBytes(node.KeyLength(index) - prefixLength);
        }

        var cell = node.Cell(index);
        return NodeLayout.LeafCellBytes(node.PrefixLength + cell.SuffixLength - prefixLength, cell.Payload.Length);
    }

    private int BytesOfCell(int suffixLength, int payloadLength) => IsLeaf
        ? NodeLayout.LeafCellBytes(suffixLength, payloadLength)
        : NodeLayout.BranchCellBytes(suffixLength);

    /// <summary>
    /// Length of what the keys in [from, to) share, a branch's first entry left out; copied when there is room.
    /// </summary>
    [SkipLocalsInit]
    private int CommonPrefix(int from, int to, Span<byte> destination)
    {
        from += IsLeaf ? 0 : 1;
        if (from >= to)
        {
            return 0;
        }

        Span<byte> first = stackalloc byte[KeyRoom];
        Span<byte> last = stackalloc byte[KeyRoom];
        int firstLength = CopyKey(from, first);
        int lastLength = CopyKey(to - 1, last);
        int length = first[..firstLength].CommonPrefixLength(last[..lastLength]);
        if (!destination.IsEmpty)
        {
            first[..length].CopyTo(destination);
        }

        return length;
    }

    private NodeEntry Entry(int index, Span<byte> key)
    {
        if (index == _editIndex)
        {
            return _edit;
        }

        var node = Locate(ref index);
        int length = node.CopyKey(index, key);
        if (!node.IsLeaf)
        {
            return new NodeEntry { Key = key[..length], Child = node.Child(index) };
        }

        var cell = node.Cell(index);
        return new NodeEntry { Key = key[..length], Payload = cell.Payload, IsOverflow = cell.IsOverflow };
    }

    private NodeView Locate(scoped ref int index)
    {
        index -= index > _editIndex ? _inserted : 0;
        if (index < _first.Count)
        {
            return _first;
        }

        index -= _first.Count;
        return _second;
    }
}
