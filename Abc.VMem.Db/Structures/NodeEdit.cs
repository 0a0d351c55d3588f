using System.Buffers.Binary;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Small changes inside one node, which move few bytes because the log stores the bytes that differ. The page was
/// checked by a <see cref="NodeView"/> before. What needs more room or another prefix is left to <see
/// cref="NodeEntries"/>.
/// </summary>
internal static class NodeEdit
{
    /// <summary>Makes a node, still without entries, of an allocated page; its first key is its prefix.</summary>
    public static void Initialize(Span<byte> page, ReadOnlySpan<byte> prefix)
    {
        prefix.CopyTo(page[NodeLayout.PrefixOffset..]);
        Layout.At<NodeHeader>(page, PageHeader.Bytes) = new NodeHeader
        {
            PrefixLength = (ushort)prefix.Length,
            CellsStart = Page.Size,
        };
    }

    /// <summary>
    /// Inserts an entry; false, and no change, when the prefix does not fit or the gap is too small.
    /// </summary>
    public static bool TryInsert(Span<byte> page, int index, in NodeEntry entry, bool isLeaf)
    {
        ref var header = ref Layout.At<PageHeader>(page, 0);
        ref var node = ref Layout.At<NodeHeader>(page, PageHeader.Bytes);
        int prefixLength = node.PrefixLength;
        if (!entry.Key.StartsWith(page.Slice(NodeLayout.PrefixOffset, prefixLength)))
        {
            return false;
        }

        int count = header.ItemCount;
        int suffixLength = entry.Key.Length - prefixLength;
        int heads = NodeLayout.HeadsOffset(prefixLength);
        int cellBytes = isLeaf
            ? NodeLayout.LeafCellBytes(suffixLength, entry.Payload.Length)
            : NodeLayout.BranchCellBytes(suffixLength);
        if (NodeLayout.SlotsEnd(heads, count + 1, isLeaf) + cellBytes > node.CellsStart)
        {
            return false;
        }

        node.CellsStart -= (ushort)cellBytes;
        int slot = WriteCell(page, node.CellsStart, entry, suffixLength, isLeaf);
        OpenSlot(page, heads, count, index, isLeaf);
        SetEntry(page, heads, count + 1, index, KeyHead.Of(entry.Key, prefixLength), slot, entry.Child, isLeaf);
        header.ItemCount++;
        return true;
    }

    /// <summary>Gives an entry of a leaf another payload; false, and no change, when the gap is too small.</summary>
    public static bool TryReplace(Span<byte> page, int index, in NodeEntry entry)
    {
        ref var node = ref Layout.At<NodeHeader>(page, PageHeader.Bytes);
        var view = new NodeView(page, Layout.At<PageHeader>(page, 0).Position, 0);
        var cell = view.Cell(index);
        int oldBytes = cell.Bytes;
        int offset = cell.Offset;
        int newBytes = NodeLayout.LeafCellBytes(cell.SuffixLength, entry.Payload.Length);
        if (newBytes <= oldBytes)
        {
            node.DeadBytes += (ushort)(oldBytes - newBytes);
            WriteCell(page, offset, entry, cell.SuffixLength, isLeaf: true);
            return true;
        }

        int heads = NodeLayout.HeadsOffset(node.PrefixLength);
        if (NodeLayout.SlotsEnd(heads, view.Count, isLeaf: true) + newBytes > node.CellsStart)
        {
            return false;
        }

        node.DeadBytes += (ushort)oldBytes;
        node.CellsStart -= (ushort)newBytes;
        int slot = WriteCell(page, node.CellsStart, entry, cell.SuffixLength, isLeaf: true);
        int slots = NodeLayout.SlotsOffset(heads, view.Count, isLeaf: true);
        Layout.Array<ushort>(page, slots, view.Count)[index] = (ushort)slot;
        return true;
    }

    /// <summary>
    /// Removes an entry of a node that has more than one; in a branch also the first, with its child.
    /// </summary>
    public static void Remove(Span<byte> page, int index, int level)
    {
        bool isLeaf = level == 0;
        ref var header = ref Layout.At<PageHeader>(page, 0);
        ref var node = ref Layout.At<NodeHeader>(page, PageHeader.Bytes);
        var view = new NodeView(page, header.Position, level);
        int heads = NodeLayout.HeadsOffset(node.PrefixLength);
        int count = view.Count;
        if (!isLeaf && index == 0)
        {
            // The second child becomes the first, and its separator goes.
            var children = Layout.Array<PagePos>(page, heads + (8 * NodeLayout.Room(count)), count);
            children[0] = children[1];
            index = 1;
        }

        FreeCell(page, view, index);
        CloseSlot(page, heads, count, index, isLeaf);
        header.ItemCount--;
    }

    /// <summary>Writes a cell and returns the slot that leads to it.</summary>
    public static int WriteCell(Span<byte> page, int offset, in NodeEntry entry, int suffixLength, bool isLeaf)
    {
        var rest = suffixLength > NodeLayout.HeadBytes
            ? entry.Key[(entry.Key.Length - suffixLength + NodeLayout.HeadBytes)..]
            : default;
        if (isLeaf)
        {
            int bits = LeafCell.Header(suffixLength, entry.Payload.Length, entry.IsOverflow);
            page[offset + 2] = (byte)(bits >> 16);
            BinaryPrimitives.WriteUInt16LittleEndian(page[offset..], (ushort)bits);
            rest.CopyTo(page[(offset + NodeLayout.LeafCellHeaderBytes)..]);
            entry.Payload.CopyTo(page[(offset + NodeLayout.LeafCellHeaderBytes + rest.Length)..]);
            return offset;
        }

        if (suffixLength <= NodeLayout.HeadBytes)
        {
            return suffixLength;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(page[offset..], (ushort)suffixLength);
        rest.CopyTo(page[(offset + NodeLayout.BranchCellHeaderBytes)..]);
        return offset;
    }

    /// <summary>Sets head, slot and (in a branch) child of an entry.</summary>
    public static void SetEntry(
        Span<byte> page, int heads, int count, int index, ulong head, int slot, PagePos child, bool isLeaf)
    {
        Layout.Array<ulong>(page, heads, count)[index] = head;
        Layout.Array<ushort>(page, NodeLayout.SlotsOffset(heads, count, isLeaf), count)[index] = (ushort)slot;
        if (!isLeaf)
        {
            Layout.Array<PagePos>(page, heads + (8 * NodeLayout.Room(count)), count)[index] = child;
        }
    }

    /// <summary>Makes an entry of a branch lead to another page.</summary>
    public static void SetChild(Span<byte> page, int index, PagePos child)
    {
        int count = Layout.At<PageHeader>(page, 0).ItemCount;
        int heads = NodeLayout.HeadsOffset(Layout.At<NodeHeader>(page, PageHeader.Bytes).PrefixLength);
        Layout.Array<PagePos>(page, heads + (8 * NodeLayout.Room(count)), count)[index] = child;
    }

    private static void FreeCell(Span<byte> page, in NodeView view, int index)
    {
        ref var node = ref Layout.At<NodeHeader>(page, PageHeader.Bytes);
        int offset = view.Slot(index);
        int bytes;
        if (view.IsLeaf)
        {
            bytes = view.Cell(index).Bytes;
        }
        else
        {
            view.Suffix(index, out int suffixLength);
            bytes = NodeLayout.BranchCellBytes(suffixLength);
        }

        if (bytes > 0 && offset == node.CellsStart)
        {
            page.Slice(offset, bytes).Clear();
            node.CellsStart += (ushort)bytes;
        }
        else
        {
            node.DeadBytes += (ushort)bytes;
        }
    }

    /// <summary>Moves the arrays of a node of count entries so that there is room for one more at an index.</summary>
    private static void OpenSlot(Span<byte> page, int heads, int count, int index, bool isLeaf)
    {
        int room = NodeLayout.Room(count);
        int newRoom = NodeLayout.Room(count + 1);
        int slots = NodeLayout.SlotsOffset(heads, count, isLeaf);
        int newSlots = NodeLayout.SlotsOffset(heads, count + 1, isLeaf);
        if (newRoom != room)
        {
            // From back to front: what lies behind moves first.
            page.Slice(slots, 2 * count).CopyTo(page[newSlots..]);
            if (!isLeaf)
            {
                page.Slice(heads + (8 * room), 8 * count).CopyTo(page[(heads + (8 * newRoom))..]);
                page.Slice(heads + (16 * newRoom) - 64, 64).Clear();
            }

            Layout.Array<ulong>(page, heads, newRoom)[room..].Fill(ulong.MaxValue);
        }

        Shift<ulong>(page, heads, count, index);
        Shift<ushort>(page, newSlots, count, index);
        if (!isLeaf)
        {
            Shift<ulong>(page, heads + (8 * newRoom), count, index);
        }
    }

    private static void Shift<T>(Span<byte> page, int offset, int count, int index)
        where T : unmanaged
    {
        var items = Layout.Array<T>(page, offset, count + 1);
        items[index..count].CopyTo(items[(index + 1)..]);
    }

    /// <summary>
    /// Moves the arrays of a node of count entries over the entry at an index; what they leave is zeroed.
    /// </summary>
    private static void CloseSlot(Span<byte> page, int heads, int count, int index, bool isLeaf)
    {
        int room = NodeLayout.Room(count);
        int newRoom = NodeLayout.Room(count - 1);
        int slots = NodeLayout.SlotsOffset(heads, count, isLeaf);
        int newSlots = NodeLayout.SlotsOffset(heads, count - 1, isLeaf);
        Unshift(Layout.Array<ulong>(page, heads, count), index, ulong.MaxValue);
        Unshift<ushort>(Layout.Array<ushort>(page, slots, count), index, 0);
        if (!isLeaf)
        {
            Unshift<ulong>(Layout.Array<ulong>(page, heads + (8 * room), count), index, 0);
        }

        if (newRoom != room)
        {
            if (!isLeaf)
            {
                page.Slice(heads + (8 * room), 8 * (count - 1)).CopyTo(page[(heads + (8 * newRoom))..]);
            }

            page.Slice(slots, 2 * (count - 1)).CopyTo(page[newSlots..]);
            page[(newSlots + (2 * (count - 1)))..(slots + (2 * count))].Clear();
        }
    }

    private static void Unshift<T>(Span<T> items, int index, T vacant)
    {
        items[(index + 1)..].CopyTo(items[index..]);
        items[^1] = vacant;
    }
}
