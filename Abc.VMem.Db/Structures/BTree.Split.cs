using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Splitting upward.</summary>
internal static partial class BTree
{
    /// <summary>
    /// Copies what separates the entries before an index from those at and after it; returns its length. In a leaf that
    /// is the shortest byte string above the one key and not above the other.
    /// </summary>
    [SkipLocalsInit]
    private static int CopySeparator(scoped in NodeEntries entries, int at, Span<byte> destination)
    {
        // The sequence's inserted separator may lie in the destination: it is copied by way of a buffer.
        Span<byte> key = stackalloc byte[KeyRoom];
        Span<byte> below = stackalloc byte[KeyRoom];
        int length = entries.CopyKey(at, key);
        if (entries.IsLeaf)
        {
            int belowLength = entries.CopyKey(at - 1, below);

            // One byte more than what both share: the upper key is longer than that, since it is greater.
            length = Math.Min(length, key[..length].CommonPrefixLength(below[..belowLength]) + 1);
        }

        key[..length].CopyTo(destination);
        return length;
    }

    /// <summary>
    /// Puts an entry alone into a new last page of its level; the page before it stays as full as it is.
    /// </summary>
    private static PagePos AddRight(PageWriter pages, scoped in WritablePage left, scoped in NodeEntry entry)
    {
        using var right = pages.Allocate(left.Header.Type, left.Header.Level);
        NodeEdit.Initialize(right.Bytes, entry.Key);
        NodeEdit.TryInsert(right.Bytes, 0, entry, left.Header.Level == 0);
        right.Header.Previous = left.Position;
        left.Header.Next = right.Position;
        return right.Position;
    }

    /// <summary>Moves the entries from an index on to a new page.</summary>
    private static PagePos Split(
        PageWriter pages, scoped in WritablePage left, scoped in NodeEntries entries, int at)
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
            if (node.CanGain(entry.Key) && entries.Fit(0, entries.Count))
            {
                entries.Build(branch.Bytes, 0, entries.Count);
                return;
            }

            bool appends = index == node.Count && node.Next.IsNil;
            int at = appends ? node.Count : entries.ChooseSplit();
            child = appends ? AddRight(pages, branch, entry) : Split(pages, branch, entries, at);
            length = CopySeparator(entries, at, separator);
        }

        GrowRoot(pages, ref state, separator[..length], child);
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
    private static WritablePage WriteSibling(PageWriter pages, PagePos position, int level)
    {
        using (var page = pages.Read(position))
        {
            _ = new NodeView(page.Bytes, position, level);
        }

        return pages.Write(position);
    }
}
