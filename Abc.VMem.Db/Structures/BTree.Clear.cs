using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Clearing and counting.</summary>
internal static partial class BTree
{
    /// <summary>Frees all pages, level by level; the state becomes all zero.</summary>
    /// <remarks>Reads the branches only; the leaves too when there are overflow chains.</remarks>
    public static void Clear(PageWriter pages, PageAddress state)
    {
        var map = ReadState(pages, state);
        if (map.Height == 0)
        {
            return;
        }

        Span<LevelChain> levels = stackalloc LevelChain[MaxHeight];
        FindLevels(pages, map, levels);
        long changes = pages.ChangeCount;
        try
        {
            AppendHints.Forget(pages, state, map.Root);
            if (map.OverflowPages > 0)
            {
                FreeOverflow(pages, map, levels[0]);
            }

            // The longest chain first: near its limit a transaction reads the chains that it frees.
            for (int level = 0; level < map.Height; level++)
            {
                pages.FreeChain(levels[level].Front, levels[level].Back, levels[level].PageCount);
            }

            WriteState(pages, state, default);
        }
        catch (Exception exception) when (pages.ChangeCount != changes)
        {
            pages.Doom(exception);
            throw;
        }
    }

    /// <summary>
    /// Number of keys in [from, to); null = unbounded. Reads the leaves of the range, no entry inside them.
    /// </summary>
    public static long CountRange(PageReader pages, PageAddress state, byte[]? from, byte[]? to)
    {
        var map = ReadState(pages, state);
        if (map.Height == 0 || (from is not null && to is not null && from.AsSpan().SequenceCompareTo(to) >= 0))
        {
            return 0;
        }

        if (from is null && to is null)
        {
            return map.Count;
        }

        var position = from is null ? EdgeLeaf(pages, map, last: false) : FindLeaf(pages, map, from);
        var end = to is null ? PagePos.Nil : FindLeaf(pages, map, to);
        return CountBetween(pages, map, position, end, from, to);
    }

    private static long CountBetween(
        PageReader pages, in MapState map, PagePos position, PagePos end, byte[]? from, byte[]? to)
    {
        long count = 0;
        int start;
        using (var page = pages.Read(position))
        {
            start = from is null ? 0 : new NodeView(page.Bytes, position, 0).Find(from, out _);
        }

        count -= start;
        while (true)
        {
            using var page = pages.Read(position);
            var node = new NodeView(page.Bytes, position, 0);
            if (position == end)
            {
                return count + node.Find(to, out _);
            }

            count += node.Count;
            if (node.Next.IsNil && end.IsNil)
            {
                return count;
            }

            if (count > map.Count || node.Next.IsNil)
            {
                // A cycle, or a chain that misses the leaf which the branches lead to.
                MapErrors.ThrowNode(position, "leaves in one chain, with as many entries as the state says", count);
            }

            position = node.Next;
            pages.Prefetch(position);
        }
    }

    /// <summary>Front, back and length of every level's list, from the branches alone.</summary>
    private static void FindLevels(PageReader pages, in MapState map, Span<LevelChain> levels)
    {
        levels[map.Height - 1] = new LevelChain(map.Root, map.Root, 1);
        for (int level = map.Height - 1; level > 0; level--)
        {
            var position = levels[level].Front;
            PagePos front = default;
            PagePos back = default;
            long count = 0;
            for (long i = 0; i < levels[level].PageCount; i++)
            {
                using var page = pages.Read(position);
                var node = new NodeView(page.Bytes, position, level);
                front = i == 0 ? node.Child(0) : front;
                back = node.Child(node.Count - 1);
                count += node.Count;
                position = node.Next;
            }

            if (!position.IsNil || count > map.Count)
            {
                MapErrors.ThrowNode(levels[level].Front, "a list as long as its parents say", count);
            }

            CheckEnds(pages, front, back, level - 1);
            levels[level - 1] = new LevelChain(front, back, count);
        }
    }

    /// <summary>The pages between are taken on trust: that is what makes clearing cheap.</summary>
    private static void CheckEnds(PageReader pages, PagePos front, PagePos back, int level)
    {
        using (var page = pages.Read(front))
        {
            if (!new NodeView(page.Bytes, front, level).Previous.IsNil)
            {
                MapErrors.ThrowNode(front, "the first page of its level", "a page with a previous one");
            }
        }

        using var last = pages.Read(back);
        if (!new NodeView(last.Bytes, back, level).Next.IsNil)
        {
            MapErrors.ThrowNode(back, "the last page of its level", "a page with a next one");
        }
    }

    private static void FreeOverflow(PageWriter pages, in MapState map, LevelChain leaves)
    {
        long left = map.OverflowPages;
        var position = leaves.Front;
        for (long i = 0; i < leaves.PageCount && left > 0; i++)
        {
            using var page = pages.Read(position);
            var node = new NodeView(page.Bytes, position, 0);
            for (int index = 0; index < node.Count; index++)
            {
                var cell = node.Cell(index);
                if (cell.IsOverflow)
                {
                    OverflowChain.Free(pages, cell.Overflow);
                    left -= OverflowChain.PageCount(cell.Overflow.Length);
                }
            }

            position = node.Next;
        }

        if (left != 0)
        {
            MapErrors.ThrowNode(map.Root, "as many overflow pages as the state says", map.OverflowPages - left);
        }
    }

    private readonly record struct LevelChain(PagePos Front, PagePos Back, long PageCount);
}
