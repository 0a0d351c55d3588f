using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Removing: find the path, take the entry out, merge upward.</summary>
internal static partial class BTree
{
    /// <summary>Removes an entry; false when it was not there.</summary>
    public static bool Remove(PageWriter pages, PageAddress state, ReadOnlySpan<byte> key)
    {
        var map = ReadState(pages, state);
        if (map.Height == 0)
        {
            return false;
        }

        MapPath path = default;
        FindPath(pages, map, key, ref path);
        if (!FindEntry(pages, key, ref path))
        {
            return false;
        }

        long changes = pages.ChangeCount;
        try
        {
            AppendHints.Forget(pages, state, map.Root);
            RemoveEntry(pages, ref map, ref path);
            WriteState(pages, state, map);
            return true;
        }
        catch (Exception exception) when (pages.ChangeCount != changes)
        {
            pages.Doom(exception);
            throw;
        }
    }

    private static void RemoveEntry(PageWriter pages, ref MapState state, ref MapPath path)
    {
        OverflowReference overflow = default;
        bool isLast;
        using (var page = pages.Read(path[0].Page))
        {
            var node = new NodeView(page.Bytes, path[0].Page, 0);
            var cell = node.Cell(path[0].Index);
            if (cell.IsOverflow)
            {
                overflow = cell.Overflow;
                OverflowChain.CheckedLength(overflow);
            }

            isLast = node.Count == 1;
        }

        if (overflow.Length != 0)
        {
            OverflowChain.Free(pages, overflow);
            state.OverflowPages -= OverflowChain.PageCount(overflow.Length);
        }

        state.Count--;
        if (isLast)
        {
            RemovePage(pages, ref state, ref path, 0);
        }
        else if (RemoveFromNode(pages, path[0], 0))
        {
            MergeUpward(pages, ref state, ref path, 0);
        }
    }

    /// <summary>Takes an entry out of a node that has more; returns whether the node became sparse.</summary>
    private static bool RemoveFromNode(PageWriter pages, MapStep entry, int level)
    {
        using var node = pages.Write(entry.Page);
        NodeEdit.Remove(node.Bytes, entry.Index, level);
        return new NodeView(node.Bytes, entry.Page, level).UsedBytes <= SparseBytes;
    }

    /// <summary>Frees a page that lost its only entry, and every ancestor that has no other child.</summary>
    private static void RemovePage(PageWriter pages, ref MapState state, ref MapPath path, int level)
    {
        while (true)
        {
            Unlink(pages, path[level].Page, level);
            pages.Free(path[level].Page);
            if (++level == state.Height)
            {
                CheckEmpty(state);
                state = default;
                return;
            }

            if (CountOf(pages, path[level].Page, level) > 1)
            {
                break;
            }
        }

        if (RemoveFromNode(pages, path[level], level))
        {
            MergeUpward(pages, ref state, ref path, level);
        }
    }

    /// <summary>
    /// Merges a sparse node with its next or previous neighbour under the same parent, then looks at the parent. At
    /// the root: while it has a single child, the child becomes the root.
    /// </summary>
    private static void MergeUpward(PageWriter pages, ref MapState state, ref MapPath path, int level)
    {
        for (; level + 1 < state.Height; level++)
        {
            var parent = path[level + 1];
            int rightIndex = TryMerge(pages, parent, level);
            if (rightIndex < 0)
            {
                return;
            }

            if (!RemoveFromNode(pages, parent with { Index = rightIndex }, level + 1))
            {
                return;
            }
        }

        CollapseRoot(pages, ref state);
    }

    private static void CollapseRoot(PageWriter pages, ref MapState state)
    {
        while (state.Height > 1)
        {
            PagePos child;
            using (var page = pages.Read(state.Root))
            {
                var node = new NodeView(page.Bytes, state.Root, state.Height - 1);
                if (node.Count > 1)
                {
                    return;
                }

                child = node.Child(0);
            }

            pages.Free(state.Root);
            state.Root = child;
            state.Height--;
        }
    }

    /// <summary>Takes a page out of the list of its level.</summary>
    private static void Unlink(PageWriter pages, PagePos position, int level)
    {
        PagePos previous;
        PagePos next;
        using (var page = pages.Read(position))
        {
            var node = new NodeView(page.Bytes, position, level);
            (previous, next) = (node.Previous, node.Next);
        }

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

    private static int CountOf(PageReader pages, PagePos position, int level)
    {
        using var page = pages.Read(position);
        return new NodeView(page.Bytes, position, level).Count;
    }

    private static void CheckEmpty(in MapState state)
    {
        if (state.Count != 0 || state.OverflowPages != 0)
        {
            MapErrors.ThrowNode(state.Root, "a count that reaches 0 with the last entry", state.Count);
        }
    }
}
