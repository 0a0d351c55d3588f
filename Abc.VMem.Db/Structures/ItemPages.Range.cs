using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Inserting and removing many items.</summary>
internal static partial class ItemPages
{
    /// <summary>
    /// Inserts items before another one. The items before them stay where they are; those after them in their page move
    /// behind the last new one, to a page of their own when they don't fit.
    /// </summary>
    /// <returns>Where the item is now that the items were inserted before.</returns>
    /// <exception cref="ArgumentException">The position names no item; nothing was changed.</exception>
    public static ItemPosition InsertRange(
        PageWriter pages, ref ChainState state, ItemPosition at, ReadOnlySpan<byte> items)
    {
        if (at == ItemPosition.End)
        {
            AppendRange(pages, ref state, items);
            return at;
        }

        var place = RequireItem(pages, in state, at, nameof(at));
        var added = items.Length / state.ItemBytes;
        if (added == 0)
        {
            return at;
        }

        var none = default(ChainState);
        return added <= Capacity(in state) - place.Count
            ? PlaceRange(pages, ref state, at, items)
            : InsertPages(pages, ref state, at, items, ref none);
    }

    /// <summary>Removes the items of a range: [from, to).</summary>
    /// <returns>Where the item after the range is, or the end.</returns>
    /// <exception cref="ArgumentException">A position names no item, or the range ends before it begins; nothing was
    /// changed.</exception>
    public static ItemPosition RemoveRange(
        PageWriter pages, ref ChainState state, ItemPosition from, ItemPosition to, PageBalance balance)
    {
        if (to != ItemPosition.End)
        {
            RequireItem(pages, in state, to, nameof(to));
        }

        if (from == to)
        {
            return to;
        }

        var place = RequireItem(pages, in state, from, nameof(from));
        var (inner, innerPages, last) = CountInner(pages, in state, from, to);
        if (from.Page == to.Page)
        {
            TakeOut(pages, ref state, from.Page, from.Index, to.Index, null);
            return Balanced(pages, ref state, from.Page, from, balance, SideOf(place, from.Index));
        }

        // Whole pages first, so that what is left of the two at the edges become neighbours.
        var kept = from.Index > 0 ? from.Page : PagePos.Nil;
        if (innerPages > 0)
        {
            var first = kept.IsNil ? from.Page : place.Next;
            LinkedChain.Cut(pages, ref state, first, last, innerPages);
            state.ItemCount -= inner;
        }

        if (!kept.IsNil)
        {
            TakeOut(pages, ref state, kept, from.Index, place.Count, null);
        }

        if (to.Index > 0)
        {
            TakeOut(pages, ref state, to.Page, 0, to.Index, null);
        }

        var next = to == ItemPosition.End ? to : new(to.Page, 0);
        var page = kept.IsNil ? next.Page : kept;
        return page.IsNil ? next : Balanced(pages, ref state, page, next, balance, PageBalance.All);
    }

    /// <summary>
    /// Inserts items that were collected before an item or at the end. They were collected for this place, and the
    /// structure was not changed since.
    /// </summary>
    /// <returns>Where the item is now that the items were inserted before.</returns>
    public static ItemPosition InsertRun(PageWriter pages, ref ChainState state, ItemPosition at, ItemRun run)
    {
        var items = run.Loose;
        if (run.Body.PageCount == 0)
        {
            return InsertRange(pages, ref state, at, items);
        }

        if (at != ItemPosition.End)
        {
            return InsertPages(pages, ref state, at, items, ref run.Body);
        }

        if (state.PageCount > 0)
        {
            items = items[FillLast(pages, ref state, items)..];
        }

        LinkedChain.Join(pages, ref state, PagePos.Nil, ref run.Body);
        AppendRange(pages, ref state, items);
        return at;
    }

    /// <summary>Items that the page at a place takes from there on, those there now apart.</summary>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    public static int RoomAt(PageReader pages, in ChainState state, ItemPosition at)
    {
        if (at != ItemPosition.End)
        {
            RequireItem(pages, in state, at, nameof(at));
            return Capacity(in state) - at.Index;
        }

        return state.PageCount == 0 ? 0 : Capacity(in state) - CountOf(pages, in state, state.Back);
    }

    /// <summary>Moves all pages of another structure to before an item, which is there, or to the end.</summary>
    /// <returns>Where the item is now.</returns>
    public static ItemPosition Splice(
        PageWriter pages, ref ChainState state, ItemPosition at, ref ChainState other)
    {
        if (other.PageCount == 0)
        {
            return at;
        }

        if (at.Index > 0)
        {
            at = new(MoveTail(pages, ref state, at.Page, at.Index, null), 0);
        }

        LinkedChain.Splice(pages, ref state, at.Page, ref other);
        return at;
    }

    private static ItemPosition Balanced(
        PageWriter pages,
        ref ChainState state,
        PagePos page,
        ItemPosition next,
        PageBalance balance,
        PageBalance side)
    {
        if ((balance & side) != 0)
        {
            Merge(pages, ref state, page, ref next, null);
        }

        return next;
    }

    /// <summary>Counts the pages, and their items, that lie wholly in a range.</summary>
    private static (long Items, uint Pages, PagePos Last) CountInner(
        PageReader pages, in ChainState state, ItemPosition from, ItemPosition to)
    {
        var (items, count, last) = (0L, 0u, PagePos.Nil);
        var steps = new ChainSteps(in state, from.Page);
        while (steps.Next != to.Page && !steps.Next.IsNil)
        {
            var position = steps.Next;
            using var page = pages.Read(position);
            var inPage = steps.EnterItems(in page);
            if (position != from.Page || from.Index == 0)
            {
                (items, count, last) = (items + inPage, count + 1, position);
            }
        }

        return steps.Next == to.Page && (from.Page != to.Page || from.Index < to.Index)
            ? (items, count, last)
            : throw new ArgumentException($"The range ends at {to}, which is before {from}.", nameof(to));
    }

    private static ItemPosition PlaceRange(
        PageWriter pages, ref ChainState state, ItemPosition at, ReadOnlySpan<byte> items)
    {
        using var page = pages.Write(at.Page);
        var added = items.Length / state.ItemBytes;
        var count = page.Header.ItemCount;
        var tail = Items(page.Payload, at.Index, count, state.ItemBytes);
        tail.CopyTo(page.Payload[((at.Index + added) * state.ItemBytes)..]);
        items.CopyTo(page.Payload[(at.Index * state.ItemBytes)..]);
        page.Header.ItemCount = (ushort)(count + added);
        state.ItemCount += added;
        WalkMarks.Inserted(pages, at.Page, at.Index, added);
        return at with { Index = at.Index + added };
    }

    /// <summary>Inserts items that the page has no room for.</summary>
    /// <param name="pages">Where to write.</param>
    /// <param name="state">The state.</param>
    /// <param name="at">The item that they come before.</param>
    /// <param name="items">The items.</param>
    /// <param name="body">Pages that come behind the items that fill the page; may have none.</param>
    private static ItemPosition InsertPages(
        PageWriter pages, ref ChainState state, ItemPosition at, ReadOnlySpan<byte> items, ref ChainState body)
    {
        var pageBytes = Capacity(in state) * state.ItemBytes;
        var (tail, next) = Cut(pages, ref state, at, ref items);
        LinkedChain.Join(pages, ref state, next, ref body);
        state.ItemCount += items.Length / state.ItemBytes;
        while (items.Length >= pageBytes || items.Length + tail.Length > pageBytes)
        {
            var chunk = items[..Math.Min(pageBytes, items.Length)];
            AddPage(pages, ref state, next, chunk, null);
            items = items[chunk.Length..];
        }

        // What is left of both fits into one page.
        Span<byte> rest = stackalloc byte[Page.PayloadBytes];
        items.CopyTo(rest);
        tail.CopyTo(rest[items.Length..]);
        var page = AddPage(pages, ref state, next, rest[..(items.Length + tail.Length)], null);
        var moved = new ItemPosition(page, items.Length / state.ItemBytes);
        WalkMarks.MovedTail(pages, at.Page, at.Index, moved);
        return moved;
    }

    /// <summary>Takes the items of a page from a position on out of it, and fills the page with new items.</summary>
    /// <returns>The items taken out, and the page after.</returns>
    private static (byte[] Tail, PagePos Next) Cut(
        PageWriter pages, ref ChainState state, ItemPosition at, ref ReadOnlySpan<byte> items)
    {
        using var page = pages.Write(at.Page);
        var count = page.Header.ItemCount;
        var tail = Items(page.Payload, at.Index, count, state.ItemBytes).ToArray();
        var filled = Math.Min(Capacity(in state) - at.Index, items.Length / state.ItemBytes);
        items[..(filled * state.ItemBytes)].CopyTo(page.Payload[(at.Index * state.ItemBytes)..]);
        page.Header.ItemCount = (ushort)(at.Index + filled);
        state.ItemCount += filled;
        items = items[(filled * state.ItemBytes)..];
        return (tail, page.Header.Next);
    }
}
