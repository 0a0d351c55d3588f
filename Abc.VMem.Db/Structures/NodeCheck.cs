using System.Collections;
using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Verification of one node: order, fences, padding, and that every byte of the cells belongs to one cell at most.
/// </summary>
internal static class NodeCheck
{
    /// <summary>Verifies a node whose keys have to be in [lower, upper).</summary>
    [SkipLocalsInit]
    public static void Run(
        ReadOnlySpan<byte> page, NodeView node, ReadOnlySpan<byte> lower, bool hasUpper, ReadOnlySpan<byte> upper)
    {
        Span<byte> previous = stackalloc byte[BTree.KeyRoom];
        Span<byte> key = stackalloc byte[BTree.KeyRoom];
        int previousLength = -1;
        for (int i = node.IsLeaf ? 0 : 1; i < node.Count; i++)
        {
            int length = node.CopyKey(i, key);
            bool isAbove = previousLength < 0
                ? IsFirstAbove(node, key[..length], lower)
                : key[..length].SequenceCompareTo(previous[..previousLength]) > 0;
            if (!isAbove || (hasUpper && key[..length].SequenceCompareTo(upper) >= 0))
            {
                MapErrors.ThrowNode(node.Position, "keys in order and within the separators above", i);
            }

            CheckHead(node, i, key[..length]);
            key[..length].CopyTo(previous);
            previousLength = length;
        }

        CheckPadding(page, node);
        CheckCells(page, node);
    }

    /// <summary>A leaf's first key may equal its lower fence; a branch's first separator must be above it.</summary>
    private static bool IsFirstAbove(NodeView node, ReadOnlySpan<byte> key, ReadOnlySpan<byte> lower)
    {
        int order = key.SequenceCompareTo(lower);
        return node.IsLeaf ? order >= 0 : order > 0;
    }

    private static void CheckHead(NodeView node, int index, ReadOnlySpan<byte> key)
    {
        if (KeyHead.Of(key, node.PrefixLength) != node.Heads[index])
        {
            MapErrors.ThrowNode(node.Position, "heads padded with zeros", index);
        }
    }

    private static void CheckPadding(ReadOnlySpan<byte> page, NodeView node)
    {
        int heads = NodeLayout.HeadsOffset(node.PrefixLength);
        int room = NodeLayout.Room(node.Count);
        bool isSound = !node.Heads[node.Count..].ContainsAnyExcept(ulong.MaxValue)
            && !page[(NodeLayout.PrefixOffset + node.PrefixLength)..heads].ContainsAnyExcept((byte)0);
        if (!node.IsLeaf)
        {
            isSound &= node.Heads[0] == 0 && node.Slot(0) == 0;
            isSound &= !page[(heads + (8 * (room + node.Count)))..(heads + (16 * room))].ContainsAnyExcept((byte)0);
        }

        int gap = NodeLayout.SlotsEnd(heads, node.Count, node.IsLeaf);
        int cells = Layout.At<NodeHeader>(page, PageHeader.Bytes).CellsStart;
        if (!isSound || page[gap..cells].ContainsAnyExcept((byte)0))
        {
            MapErrors.ThrowNode(node.Position, "padding and gap as the format says", "other bytes");
        }
    }

    private static void CheckCells(ReadOnlySpan<byte> page, NodeView node)
    {
        ref readonly var header = ref Layout.At<NodeHeader>(page, PageHeader.Bytes);
        var taken = new BitArray(Page.Size);
        int sum = header.DeadBytes;
        for (int i = node.IsLeaf ? 0 : 1; i < node.Count; i++)
        {
            int offset = node.Slot(i);
            int bytes = CellBytes(node, i);
            sum += bytes;
            for (int at = offset; at < offset + bytes; at++)
            {
                if (at < header.CellsStart || taken[at])
                {
                    MapErrors.ThrowNode(node.Position, "cells that do not overlap", i);
                }

                taken[at] = true;
            }
        }

        if (sum != Page.Size - header.CellsStart)
        {
            MapErrors.ThrowNode(node.Position, "live and dead cells that fill the space behind the gap", sum);
        }
    }

    private static int CellBytes(NodeView node, int index)
    {
        if (node.IsLeaf)
        {
            return node.Cell(index).Bytes;
        }

        node.Suffix(index, out int length);
        return NodeLayout.BranchCellBytes(length);
    }
}
