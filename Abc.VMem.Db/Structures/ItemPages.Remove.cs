using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Removing one item, and merging pages.</summary>
internal static partial class ItemPages
{
    /// <summary>Removes an item.</summary>
    /// <param name="pages">Where to write.</param>
    /// <param name="state">The state.</param>
    /// <param name="at">The item.</param>
    /// <param name="balance">Where a page that falls to half is merged with a neighbour.</param>
    /// <param name="leads">Learns which pages are touched; null = nobody asks.</param>
    /// <returns>Where the item after it is, or the end.</returns>
    /// <exception cref="ArgumentException">The position names no item; nothing was changed.</exception>
    public static ItemPosition Remove(
        PageWriter pages, ref ChainState state, ItemPosition at, PageBalance balance, LeadTrace? leads = null)
    {
        var place = RequireItem(pages, in state, at, nameof(at));
        if (place.Count == 1)
        {
            RemovePage(pages, ref state, at.Page, leads);
            state.ItemCount--;
            return FirstOf(place.Next);
        }

        TakeOut(pages, ref state, at.Page, at.Index, at.Index + 1, leads);
        var next = at.Index < place.Count - 1 ? at : FirstOf(place.Next);
        if ((balance & SideOf(place, at.Index)) != 0)
        {
            Merge(pages, ref state, at.Page, ref next, leads);
        }

        return next;
    }

    /// <summary>Which balance a removal asks.</summary>
    private static PageBalance SideOf(in ItemPlace place, int index) =>
        place.Previous.IsNil && index == 0 ? PageBalance.Begin
        : place.Next.IsNil && index == place.Count - 1 ? PageBalance.End
        : PageBalance.Inner;

    /// <summary>Removes some of a page's items, not all.</summary>
    private static void TakeOut(
        PageWriter pages, ref ChainState state, PagePos position, int from, int to, LeadTrace? leads)
    {
        using var page = pages.Write(position);
        leads?.Touch(position, page.Payload);
        var count = page.Header.ItemCount;
        Items(page.Payload, to, count, state.ItemBytes).CopyTo(page.Payload[(from * state.ItemBytes)..]);
        page.Header.ItemCount = (ushort)(count - (to - from));
        state.ItemCount -= to - from;
        WalkMarks.Removed(pages, position, from, to);
    }

    /// <summary>
    /// Merges a page with the next one: if it fell to half and both fit into a page, or if both take less than three
    /// quarters of one. Then with the one before: if both take less than three quarters. While the whole container is
    /// below half full, with either if both fit.
    /// </summary>
    /// <remarks>
    /// So two neighbours fill three quarters of a page between them. A later insertion that splits one of two can bring
    /// that down, but then fills one and a half: three pages in a row always hold more than one.
    /// </remarks>
    private static void Merge(
        PageWriter pages, ref ChainState state, PagePos position, ref ItemPosition next, LeadTrace? leads)
    {
        var capacity = Capacity(in state);
        var isSparse = state.ItemCount * 2 < state.PageCount * (long)capacity;
        var low = isSparse ? capacity : ((3 * capacity) - 1) / 4;
        var place = PlaceOf(pages, in state, position);
        if (place.Count > low)
        {
            return;
        }

        var count = place.Count;
        var room = count * 2 <= capacity ? capacity : low;
        if (!place.Next.IsNil && count + CountOf(pages, in state, place.Next) is var joined && joined <= room)
        {
            MergePages(pages, ref state, position, place.Next, ref next, leads);
            count = joined;
        }

        if (!place.Previous.IsNil && count + CountOf(pages, in state, place.Previous) <= low)
        {
            MergePages(pages, ref state, place.Previous, position, ref next, leads);
        }
    }

    /// <summary>Moves the items of a page behind those of the page before it, and frees it.</summary>
    private static void MergePages(
        PageWriter pages,
        ref ChainState state,
        PagePos into,
        PagePos from,
        ref ItemPosition next,
        LeadTrace? leads)
    {
        int moved;
        using (var target = pages.Write(into))
        {
            leads?.Touch(into, target.Payload);
            using var source = pages.Read(from);
            moved = target.Header.ItemCount;
            var count = CountOf(in source.Header, in state);
            Items(source.Payload, 0, count, state.ItemBytes).CopyTo(target.Payload[(moved * state.ItemBytes)..]);
            target.Header.ItemCount += (ushort)count;
        }

        WalkMarks.MovedAll(pages, from, new(into, moved));
        if (next.Page == from)
        {
            next = new(into, moved + next.Index);
        }

        RemovePage(pages, ref state, from, leads);
    }

    private static void RemovePage(PageWriter pages, ref ChainState state, PagePos position, LeadTrace? leads)
    {
        if (leads is not null)
        {
            using var page = pages.Read(position);
            leads.Remove(position, page.Payload);
        }

        LinkedChain.Unlink(pages, ref state, position);
    }

    /// <summary>Moves the items of a page into the page before it; they fit.</summary>
    public static void MergePages(PageWriter pages, ref ChainState state, PagePos into, PagePos from)
    {
        var next = ItemPosition.End;
        MergePages(pages, ref state, into, from, ref next, null);
    }

    private static ItemPlace PlaceOf(PageReader pages, in ChainState state, PagePos position)
    {
        using var page = pages.Read(position);
        LinkedChain.Verify(in page.Header, in state);
        return new(CountOf(in page.Header, in state), page.Header.Previous, page.Header.Next);
    }
}
