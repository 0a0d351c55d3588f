using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Removing a range: on each level the nodes inside it go as one chain, and the two at its edges lose entries. So the
/// writes depend on the height of the tree, not on the range.
/// </summary>
internal static partial class BTree
{
    /// <summary>Removes the keys in [from, to); reads the nodes of the range.</summary>
    /// <returns>How many there were.</returns>
    public static long RemoveRange(PageWriter pages, PageAddress state, byte[] from, byte[] to)
    {
        var map = ReadState(pages, state);
        if (map.Height == 0 || from.AsSpan().SequenceCompareTo(to) >= 0)
        {
            return 0;
        }

        Span<LevelCut> cuts = stackalloc LevelCut[MaxHeight];
        var levels = PlanCuts(pages, in map, from, to, cuts);
        var count = cuts[0].Removed;
        if (count == map.Count)
        {
            Clear(pages, state);
            return count;
        }

        var changes = pages.ChangeCount;
        try
        {
            AppendHints.Forget(pages, state, map.Root);
            FreeOverflow(pages, ref map, in cuts[0]);
            for (var level = 0; level < levels; level++)
            {
                Cut(pages, in cuts[level], level);
            }

            map.Count -= count;
            MergeEdges(pages, ref map, from);
            MergeEdges(pages, ref map, to);
            CollapseRoot(pages, ref map);
            WriteState(pages, state, map);
            return count;
        }
        catch (Exception exception) when (pages.ChangeCount != changes)
        {
            pages.Doom(exception);
            throw;
        }
    }

    /// <summary>Plans the cut of every level up to the first one that loses no node.</summary>
    /// <returns>The levels planned.</returns>
    /// <exception cref="CorruptDatabaseException">A level is no list of what the one above says.</exception>
    private static int PlanCuts(
        PageReader pages, in MapState map, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, Span<LevelCut> cuts)
    {
        MapPath left = default;
        MapPath right = default;
        FindPath(pages, map, from, ref left);
        FindPath(pages, map, to, ref right);
        FindEntry(pages, from, ref left);
        FindEntry(pages, to, ref right);
        var (kept, dropped) = (left[0].Index, right[0].Index);
        for (var level = 0; level < map.Height; level++)
        {
            cuts[level] = PlanCut(pages, (left[level].Page, kept), (right[level].Page, dropped), level, map.Count);
            ref readonly var cut = ref cuts[level];
            if (level > 0 && cut.Removed != cuts[level - 1].GoneCount)
            {
                MapErrors.ThrowNode(cut.Left, "as many children as the level below has pages", cut.Removed);
            }

            if (cut.GoneCount == 0)
            {
                return level + 1;
            }

            if (level + 1 < map.Height)
            {
                kept = left[level + 1].Index + (cut.IsLeftGone ? 0 : 1);
                dropped = right[level + 1].Index + (cut.IsRightGone ? 1 : 0);
            }
        }

        return map.Height;
    }

    private static LevelCut PlanCut(
        PageReader pages, (PagePos Page, int Kept) left, (PagePos Page, int Dropped) right, int level, long max)
    {
        var cut = new LevelCut
        {
            Left = left.Page,
            Kept = left.Kept,
            Right = right.Page,
            Dropped = right.Dropped,
            GoneFirst = PagePos.Nil,
            GoneLast = PagePos.Nil,
        };
        var (position, previous) = (left.Page, PagePos.Nil);
        while (true)
        {
            using var page = pages.Read(position);
            var node = new NodeView(page.Bytes, position, level);
            var (isLeft, isRight) = (position == left.Page, position == right.Page);
            if (!isLeft && node.Previous != previous)
            {
                MapErrors.ThrowNode(position, "a page linked to its neighbour", node.Previous.Value);
            }

            var removed = (isRight ? right.Dropped : node.Count) - (isLeft ? left.Kept : 0);
            cut.Removed += Math.Max(0, removed);
            if (removed == node.Count)
            {
                cut.GoneFirst = cut.GoneCount++ == 0 ? position : cut.GoneFirst;
                cut.GoneLast = position;
                cut.IsLeftGone |= isLeft;
                cut.IsRightGone |= isRight;
            }

            if (isRight)
            {
                return cut;
            }

            if (node.Next.IsNil || cut.Removed > max)
            {
                // A cycle, or a chain that misses the node which the branches lead to.
                MapErrors.ThrowNode(
                    position, "nodes in one chain, with as many entries as the state says", cut.Removed);
            }

            (previous, position) = (position, node.Next);
            pages.Prefetch(position);
        }
    }

    private static void Cut(PageWriter pages, in LevelCut cut, int level)
    {
        if (cut.Left == cut.Right)
        {
            RemoveEntries(pages, cut.Left, level, cut.IsLeftGone ? 0 : cut.Kept, cut.IsLeftGone ? 0 : cut.Dropped);
        }
        else
        {
            RemoveEntries(pages, cut.Left, level, cut.Kept, cut.IsLeftGone ? 0 : int.MaxValue);
            RemoveEntries(pages, cut.Right, level, 0, cut.IsRightGone ? 0 : cut.Dropped);
        }

        if (cut.GoneCount > 0)
        {
            Link(pages, HeaderOf(pages, cut.GoneFirst).Previous, HeaderOf(pages, cut.GoneLast).Next, level);
            pages.FreeChain(cut.GoneFirst, cut.GoneLast, cut.GoneCount);
        }
    }

    /// <summary>Removes the entries from one index up to, not including, another one; not all.</summary>
    private static void RemoveEntries(PageWriter pages, PagePos position, int level, int from, int to)
    {
        to = Math.Min(to, CountOf(pages, position, level));
        if (from >= to)
        {
            return;
        }

        using var page = pages.Write(position);
        for (var index = to - 1; index >= from; index--)
        {
            NodeEdit.Remove(page.Bytes, index, level);
        }
    }

    private static void Link(PageWriter pages, PagePos previous, PagePos next, int level)
    {
        if (!previous.IsNil)
        {
            using var page = WriteSibling(pages, previous, level);
            page.Header.Next = next;
        }

        if (!next.IsNil)
        {
            using var page = WriteSibling(pages, next, level);
            page.Header.Previous = previous;
        }
    }

    private static PageHeader HeaderOf(PageReader pages, PagePos position)
    {
        using var page = pages.Read(position);
        return page.Header;
    }

    private static void FreeOverflow(PageWriter pages, ref MapState map, in LevelCut leaves)
    {
        var position = leaves.Left;
        while (map.OverflowPages > 0)
        {
            using var page = pages.Read(position);
            var node = new NodeView(page.Bytes, position, 0);
            var end = position == leaves.Right ? leaves.Dropped : node.Count;
            for (var index = position == leaves.Left ? leaves.Kept : 0; index < end; index++)
            {
                var cell = node.Cell(index);
                if (cell.IsOverflow)
                {
                    OverflowChain.CheckedLength(cell.Overflow);
                    OverflowChain.Free(pages, cell.Overflow);
                    map.OverflowPages -= OverflowChain.PageCount(cell.Overflow.Length);
                }
            }

            if (position == leaves.Right)
            {
                break;
            }

            position = node.Next;
        }

        if (map.OverflowPages < 0)
        {
            MapErrors.ThrowNode(map.Root, "as many overflow pages as the state says", map.OverflowPages);
        }
    }

    /// <summary>
    /// Merges the nodes on the way to a key that have become sparse with neighbours.
    /// </summary>
    private static void MergeEdges(PageWriter pages, ref MapState map, ReadOnlySpan<byte> key)
    {
        for (var level = 0; level + 1 < map.Height; level++)
        {
            MapPath path = default;
            FindPath(pages, map, key, ref path);
            if (UsedBytes(pages, path[level].Page, level) <= SparseBytes)
            {
                MergeUpward(pages, ref map, ref path, level);
            }
        }
    }

    /// <summary>What one level loses.</summary>
    private struct LevelCut
    {
        /// <summary>The node with the last entry before the range.</summary>
        public PagePos Left;

        /// <summary>Entries of the left node before the range.</summary>
        public int Kept;

        /// <summary>The node with the first entry behind the range; may be the left one.</summary>
        public PagePos Right;

        /// <summary>Index in the right node of the first entry behind the range.</summary>
        public int Dropped;

        /// <summary>Entries in the range.</summary>
        public long Removed;

        /// <summary>First node that loses all entries, or nil.</summary>
        public PagePos GoneFirst;

        /// <summary>Last node that loses all entries, or nil.</summary>
        public PagePos GoneLast;

        /// <summary>Nodes that lose all entries: one run of the level's list.</summary>
        public long GoneCount;

        /// <summary>Whether the left node is one of them.</summary>
        public bool IsLeftGone;

        /// <summary>Whether the right node is one of them.</summary>
        public bool IsRightGone;
    }
}
