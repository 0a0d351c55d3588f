using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Inserting one item.</summary>
internal static partial class ItemPages
{
    /// <summary>Inserts an item before another one, or at the end.</summary>
    /// <param name="pages">Where to write.</param>
    /// <param name="state">The state.</param>
    /// <param name="at">The item that it comes before, or the end.</param>
    /// <param name="item">The item.</param>
    /// <param name="balance">Where a full page gives half of its items to a new one.</param>
    /// <param name="leads">Learns which pages are touched; null = nobody asks.</param>
    /// <exception cref="ArgumentException">The position names no item; nothing was changed.</exception>
    public static ItemPosition Insert(
        PageWriter pages,
        ref ChainState state,
        ItemPosition at,
        ReadOnlySpan<byte> item,
        PageBalance balance,
        LeadTrace? leads = null)
    {
        if (at == ItemPosition.End)
        {
            return InsertAtEnd(pages, ref state, item, balance, leads);
        }

        var place = RequireItem(pages, in state, at, nameof(at));
        if ((place.Count + 1) * state.ItemBytes <= Page.PayloadBytes)
        {
            return Place(pages, ref state, at, item, leads);
        }

        var side = place.Previous.IsNil && at.Index == 0 ? PageBalance.Begin : PageBalance.Inner;
        return Splits(in state, balance, side)
            ? InsertBySplit(pages, ref state, at, item, leads)
            : InsertByPage(pages, ref state, at, item, leads);
    }

    private static ItemPosition InsertAtEnd(
        PageWriter pages, ref ChainState state, ReadOnlySpan<byte> item, PageBalance balance, LeadTrace? leads)
    {
        if (state.PageCount > 0 && Splits(in state, balance, PageBalance.End)
            && CountOf(pages, in state, state.Back) == Capacity(in state))
        {
            Split(pages, ref state, state.Back, leads);
        }

        return Append(pages, ref state, item, leads);
    }

    // Of a single item there is no half.
    private static bool Splits(in ChainState state, PageBalance balance, PageBalance side) =>
        (balance & side) != 0 && Capacity(in state) > 1;

    // The item goes to the old page as long as it follows nothing that moved.
    private static ItemPosition InsertBySplit(
        PageWriter pages, ref ChainState state, ItemPosition at, ReadOnlySpan<byte> item, LeadTrace? leads)
    {
        var kept = Split(pages, ref state, at.Page, leads);
        if (at.Index > kept.Index)
        {
            at = new(kept.Page, at.Index - kept.Index);
        }

        return Place(pages, ref state, at, item, leads);
    }

    /// <summary>Moves the upper half of a full page to a new page after it.</summary>
    /// <returns>The new page, and how many items the old one keeps.</returns>
    private static ItemPosition Split(PageWriter pages, ref ChainState state, PagePos position, LeadTrace? leads)
    {
        var capacity = Capacity(in state);
        var kept = capacity - (capacity / 2);
        return new(MoveTail(pages, ref state, position, kept, leads), kept);
    }

    /// <summary>Begins a fresh page, without moving more than the items after the new one.</summary>
    private static ItemPosition InsertByPage(
        PageWriter pages, ref ChainState state, ItemPosition at, ReadOnlySpan<byte> item, LeadTrace? leads)
    {
        if (at.Index > 0)
        {
            MoveTail(pages, ref state, at.Page, at.Index, leads);
            return Place(pages, ref state, at, item, leads);
        }

        var page = AddPage(pages, ref state, at.Page, item, leads);
        state.ItemCount++;
        return new(page, 0);
    }

    /// <summary>Moves the items of a page from an index on to a new page after it.</summary>
    private static PagePos MoveTail(
        PageWriter pages, ref ChainState state, PagePos position, int from, LeadTrace? leads)
    {
        using var page = pages.Write(position);
        leads?.Touch(position, page.Payload);
        var count = CountOf(in page.Header, in state);
        var tail = Items(page.Payload, from, count, state.ItemBytes);
        var added = AddPage(pages, ref state, page.Header.Next, tail, leads);
        page.Header.ItemCount = (ushort)from;
        WalkMarks.MovedTail(pages, position, from, new(added, 0));
        return added;
    }

    /// <summary>Inserts into a page that has room; also behind its last item.</summary>
    private static ItemPosition Place(
        PageWriter pages, ref ChainState state, ItemPosition at, ReadOnlySpan<byte> item, LeadTrace? leads)
    {
        using var page = pages.Write(at.Page);
        leads?.Touch(at.Page, page.Payload);
        var count = page.Header.ItemCount;
        Items(page.Payload, at.Index, count, state.ItemBytes)
            .CopyTo(Items(page.Payload, at.Index + 1, count + 1, state.ItemBytes));
        item.CopyTo(Item(page.Payload, at.Index, state.ItemBytes));
        page.Header.ItemCount++;
        state.ItemCount++;
        WalkMarks.Inserted(pages, at.Page, at.Index, 1);
        return at;
    }
}
