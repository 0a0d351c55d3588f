using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Splitting upward.</summary>
internal static partial class BTree
{
    /// <summary>Moves the upper part of a leaf to a new page; returns the length of the shortest separator.</summary>
    [SkipLocalsInit]
    private static int SplitLeaf(
        PageWriter pages, scoped in WritablePagePtr leaf, scoped in NodeEntries entries, bool appends,
        Span<byte> separator, out PagePos right)
    {
        int at = entries.ChooseSplit(appends);
        Span<byte> below = stackalloc byte[KeyRoom];
        int belowLength = entries.CopyKey(at - 1, below);
        int length = entries.CopyKey(at, separator);
        int shared = below[..belowLength].CommonPrefixLength(separator[..length]);
        right = Split(pages, leaf, entries, at);

        // One byte more than what both share; the upper key is longer than that, since it is greater.
        return shared + 1;
    }

    private static PagePos Split(
        PageWriter pages, scoped in WritablePagePtr left, scoped in NodeEntries entries, int at)
    {
        using var right = pages.Allocate(left.Header.Type, left.Header.Level);
        entries.Build(right.Bytes, at, entries.Count);
        entries.Build(left.Bytes, 0, at);
        right.Header.Next = left.Header.Next;
        right.Header.Previous = left.Position;
        left.Header.Next = right.Position;
        if (!right.Header.Next.IsNil)
        {
            using var next = WriteSibling(pages, right.Header.Next, left.Header.Level);
            next.Header.Previous = right.Position;
        }

        return right.Position;
    }

    /// <summary>
    /// Hangs a new page, right of the one on the path, into its parent; splits and grows upward as needed.
    /// </summary>
    [SkipLocalsInit]
    private static void InsertChild(
        PageWriter pages, ref MapState state, ref MapPath path, Span<byte> separator, int length, PagePos child)
    {
        Span<byte> copy = stackalloc byte[Page.Size];
        for (int level = 1; level < state.Height; level++)
        {
            int index = path[level].Index + 1;
            var entry = new NodeEntry { Key = separator[..length], Child = child };
            using var branch = pages.Write(path[level].Page);
            if (NodeEdit.TryInsert(branch.Bytes, index, entry, isLeaf: false))
            {
                return;
            }

            branch.Bytes.CopyTo(copy);
            var node = new NodeView(copy, path[level].Page, level);
            var entries = new NodeEntries(node, index, entry, replaces: false);
            if (entries.Fit(0, entries.Count))
            {
                entries.Build(branch.Bytes, 0, entries.Count);
                return;
            }

            int at = entries.ChooseSplit(index == node.Count && node.Next.IsNil);
            child = Split(pages, branch, entries, at);
            length = CopySeparator(entries, at, separator);
        }

        GrowRoot(pages, ref state, separator[..length], child);
    }

    /// <summary>Copies a separator into the buffer that the sequence's own inserted separator may lie in.</summary>
    [SkipLocalsInit]
    private static int CopySeparator(scoped in NodeEntries entries, int index, Span<byte> destination)
    {
        Span<byte> key = stackalloc byte[KeyRoom];
        int length = entries.CopyKey(index, key);
        key[..length].CopyTo(destination);
        return length;
    }

    private static void GrowRoot(PageWriter pages, ref MapState state, ReadOnlySpan<byte> separator, PagePos child)
    {
        if (state.Height == MaxHeight)
        {
            throw new LimitExceededException("Levels of a map", MaxHeight, MaxHeight + 1, "Use a second map.");
        }

        using var root = pages.Allocate(PageType.MapBranch, state.Height);
        NodeEdit.Initialize(root.Bytes, separator);
        NodeEdit.TryInsert(root.Bytes, 0, new NodeEntry { Key = separator, Child = state.Root }, isLeaf: false);
        NodeEdit.TryInsert(root.Bytes, 1, new NodeEntry { Key = separator, Child = child }, isLeaf: false);
        state.Root = root.Position;
        state.Height++;
    }

    /// <summary>A page whose link to a neighbour has to change; refuses what is no node of the level.</summary>
    private static WritablePagePtr WriteSibling(PageWriter pages, PagePos position, int level)
    {
        using (var page = pages.Read(position))
        {
            _ = new NodeView(page.Bytes, position, level);
        }

        return pages.Write(position);
    }
}
