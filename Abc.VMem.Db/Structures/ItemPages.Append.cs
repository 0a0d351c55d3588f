using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Appending, one by one and by the page.</summary>
internal static partial class ItemPages
{
    /// <summary>Appends an item, to a fresh page when the last one is full.</summary>
    public static ItemPosition Append(
        PageWriter pages, ref ChainState state, ReadOnlySpan<byte> item, LeadTrace? leads = null)
    {
        if (state.PageCount > 0)
        {
            using var last = pages.Write(state.Back);
            ref var header = ref last.Header;
            LinkedChain.Verify(in header, in state);
            var count = CountOf(in header, in state);
            if ((count + 1) * state.ItemBytes <= Page.PayloadBytes)
            {
                item.CopyTo(Item(last.Payload, count, state.ItemBytes));
                header.ItemCount++;
                state.ItemCount++;
                return new(state.Back, count);
            }
        }

        var page = AddPage(pages, ref state, PagePos.Nil, item, leads);
        state.ItemCount++;
        return new(page, 0);
    }

    /// <summary>Appends items; fills page after page.</summary>
    public static void AppendRange(PageWriter pages, ref ChainState state, ReadOnlySpan<byte> items)
    {
        if (state.PageCount > 0 && !items.IsEmpty)
        {
            items = items[FillLast(pages, ref state, items)..];
        }

        var pageBytes = Capacity(in state) * state.ItemBytes;
        while (!items.IsEmpty)
        {
            var chunk = items[..Math.Min(pageBytes, items.Length)];
            AddPage(pages, ref state, PagePos.Nil, chunk, null);
            state.ItemCount += chunk.Length / state.ItemBytes;
            items = items[chunk.Length..];
        }
    }

    /// <summary>Puts into the last page what fits.</summary>
    /// <returns>The bytes that did.</returns>
    private static int FillLast(PageWriter pages, ref ChainState state, ReadOnlySpan<byte> items)
    {
        using var last = pages.Write(state.Back);
        ref var header = ref last.Header;
        LinkedChain.Verify(in header, in state);
        var count = CountOf(in header, in state);
        var added = Math.Min(Capacity(in state) - count, items.Length / state.ItemBytes);
        items[..(added * state.ItemBytes)].CopyTo(last.Payload[(count * state.ItemBytes)..]);
        header.ItemCount += (ushort)added;
        state.ItemCount += added;
        return added * state.ItemBytes;
    }

    /// <summary>
    /// Links a new page with items, which the caller counts in the state, before another one; before nil = at the end.
    /// </summary>
    /// <param name="pages">Where to write.</param>
    /// <param name="state">The state.</param>
    /// <param name="before">The page after it, or nil.</param>
    /// <param name="items">At least one; they fit.</param>
    /// <param name="leads">Learns of the page; null = nobody asks.</param>
    public static PagePos AddPage(
        PageWriter pages, ref ChainState state, PagePos before, ReadOnlySpan<byte> items, LeadTrace? leads)
    {
        LinkedChain.RequireRoom(in state, 1);
        using var page = pages.Allocate(PageType.Items);
        leads?.Add(page.Position);
        page.Header.ItemTag = TagOf(state.Kind, state.ItemBytes);
        items.CopyTo(page.Payload);
        page.Header.ItemCount = (ushort)(items.Length / state.ItemBytes);
        LinkedChain.Link(pages, ref state, before, in page);
        return page.Position;
    }
}
