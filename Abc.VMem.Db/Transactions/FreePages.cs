using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// The stack of free pages, last in first out. Its elements are linked by their headers' Previous: a trunk page, which
/// lists
/// positions of single free pages on top of its own, or a page of a chain that was freed whole and is otherwise
/// untouched.
/// </summary>
internal static class FreePages
{
    /// <summary>Positions that a trunk page lists.</summary>
    public const int TrunkCapacity = Page.PayloadBytes / sizeof(long);

    /// <summary>Takes the page that was freed last; false when there is none.</summary>
    public static bool TryTake(PageWriter pages, out PagePos position)
    {
        if (!TryPeek(pages, out position))
        {
            return false;
        }

        var top = Front(pages);
        var front = TryPopTrunk(pages, top, out _, out var next) ? top : next;
        SetFront(pages, front, countChange: -1);
        return true;
    }

    /// <summary>The page that would be taken next; false when there is none. Changes nothing.</summary>
    public static bool TryPeek(PageReader pages, out PagePos position)
    {
        RootPageLayout layout;
        using (var root = pages.Read(PagePos.Root))
        {
            layout = Layout.At<RootPageLayout>(root.Payload, 0);
        }

        position = layout.FreeFront;
        if (position.IsNil)
        {
            return false;
        }

        RequireInside(position, in layout);

        using var top = pages.Read(position);
        if (top.Header.Type == PageType.FreeTrunk && ListedCount(in top) is var count and > 0)
        {
            position = Layout.Array<PagePos>(top.Payload, 0, TrunkCapacity)[count - 1];
            RequireInside(position, in layout);
        }

        return true;
    }

    /// <summary>Pushes one page, untouched, onto the list of the trunk on top; false when that has no room.</summary>
    /// <exception cref="InvalidOperationException">The page is known to be free already.</exception>
    public static bool TryList(PageWriter pages, PagePos position)
    {
        var top = Front(pages);
        if (top.IsNil || !TryPushTrunk(pages, top, position))
        {
            return false;
        }

        SetFront(pages, top, countChange: 1);
        return true;
    }

    /// <summary>Pushes one page as a trunk that lists no other yet.</summary>
    public static void AddTrunk(PageWriter pages, PagePos position)
    {
        var top = Front(pages);
        using (var trunk = pages.Write(position))
        {
            trunk.Payload.Clear();
            ref var header = ref trunk.Header;
            (header.Type, header.Level, header.LayoutVersion) = (PageType.FreeTrunk, 0, 1);
            (header.ItemCount, header.ItemTag) = (0, 0);
            (header.Previous, header.Next) = (top, PagePos.Nil);
        }

        SetFront(pages, position, countChange: 1);
    }

    /// <summary>Pushes a chain of pages, touching its first one only; its last one will be taken first.</summary>
    public static void PushChain(PageWriter pages, PagePos front, PagePos back, long pageCount)
    {
        var top = Front(pages);
        PagePos oldPrevious;
        using (var first = pages.Read(front))
        {
            oldPrevious = first.Header.Previous;
        }

        if (oldPrevious != top)
        {
            using var first = pages.Write(front);
            first.Header.Previous = top;
        }

        SetFront(pages, back, pageCount);
    }

    /// <summary>Visits every free page, top first.</summary>
    /// <param name="pages">Where to read.</param>
    /// <param name="visit">Called with the position, and whether the page is only listed (its content says
    /// nothing).</param>
    /// <exception cref="CorruptDatabaseException">The stack is damaged: a wrong count, a cycle, a listed position
    /// outside the pool.</exception>
    public static void Visit(PageReader pages, Action<PagePos, bool> visit)
    {
        RootPageLayout root;
        using (var page = pages.Read(PagePos.Root))
        {
            root = Layout.At<RootPageLayout>(page.Payload, 0);
        }

        var count = 0L;
        for (var top = root.FreeFront; !top.IsNil;)
        {
            count = Counted(count, root, top);
            visit(top, false);
            using var page = pages.Read(top);
            for (var i = 0; page.Header.Type == PageType.FreeTrunk && i < ListedCount(in page); i++)
            {
                var listed = Layout.Array<PagePos>(page.Payload, 0, TrunkCapacity)[i];
                count = Counted(count, root, listed);
                visit(listed, true);
            }

            top = page.Header.Previous;
        }

        if (count != root.FreeCount)
        {
            throw Damaged(PagePos.Root, $"{root.FreeCount} free pages", $"{count}");
        }
    }

    /// <summary>A damaged list must not give out page 0, page 1, or a page beyond the pool.</summary>
    /// <exception cref="CorruptDatabaseException">It would.</exception>
    public static void RequireInside(PagePos position, in RootPageLayout root)
    {
        if (position.Value < 2 || position.Value >= root.PageCount)
        {
            throw Damaged(position, $"a page between 2 and {root.PageCount}", position.ToString());
        }
    }

    private static long Counted(long count, in RootPageLayout root, PagePos position)
    {
        if (position.Value < 2 || position.Value >= root.PageCount || count >= root.FreeCount)
        {
            throw Damaged(position, $"at most {root.FreeCount} pages between 2 and {root.PageCount}", "another one");
        }

        return count + 1;
    }

    private static bool TryPopTrunk(PageWriter pages, PagePos top, out PagePos position, out PagePos next)
    {
        int count;
        using (var page = pages.Read(top))
        {
            (position, next) = (PagePos.Nil, page.Header.Previous);
            count = page.Header.Type == PageType.FreeTrunk ? ListedCount(in page) : 0;
        }

        if (count == 0)
        {
            return false;
        }

        using var trunk = pages.Write(top);
        var list = Layout.Array<PagePos>(trunk.Payload, 0, TrunkCapacity);
        position = list[count - 1];
        list[count - 1] = default;
        trunk.Header.ItemCount = (ushort)(count - 1);
        return true;
    }

    private static bool TryPushTrunk(PageWriter pages, PagePos top, PagePos position)
    {
        int count;
        using (var page = pages.Read(top))
        {
            if (page.Header.Type != PageType.FreeTrunk)
            {
                return false;
            }

            count = ListedCount(in page);
            if ((top == position || Layout.Array<PagePos>(page.Payload, 0, count).Contains(position))
                && Rules.Holds(Rule.FreedOnce))
            {
                throw new InvalidOperationException($"Page {position} is free already.");
            }
        }

        if (count == TrunkCapacity)
        {
            return false;
        }

        using var trunk = pages.Write(top);
        Layout.Array<PagePos>(trunk.Payload, 0, TrunkCapacity)[count] = position;
        trunk.Header.ItemCount = (ushort)(count + 1);
        return true;
    }

    /// <summary>Positions that a trunk lists.</summary>
    public static int ListedCount(in PinnedPage trunk) =>
        trunk.Header.ItemCount <= TrunkCapacity
            ? trunk.Header.ItemCount
            : throw Damaged(trunk.Position, $"at most {TrunkCapacity} positions", $"{trunk.Header.ItemCount}");

    private static PagePos Front(PageReader pages)
    {
        using var root = pages.Read(PagePos.Root);
        return Layout.At<RootPageLayout>(root.Payload, 0).FreeFront;
    }

    private static void SetFront(PageWriter pages, PagePos front, long countChange)
    {
        using var root = pages.Write(PagePos.Root);
        ref var layout = ref Layout.At<RootPageLayout>(root.Payload, 0);
        layout.FreeFront = front;
        layout.FreeCount += countChange;
    }

    /// <summary>The error of something that does not hold.</summary>
    public static CorruptDatabaseException Damaged(PagePos position, FormattableString expected, string found) =>
        new("free pages", position.Value, FormattableString.Invariant(expected), found);
}
