using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>One pass over a structure that leaves out items: page by page, each merged into the one before if both
/// fit.</summary>
internal struct ItemSweep
{
    private PagePos _previous = PagePos.Nil;
    private PagePos _current = PagePos.Nil;
    private PagePos _next;
    private int _count;
    private uint _left;
    private bool _hasRemoved;

    /// <summary>Stands before the first page.</summary>
    public ItemSweep(in ChainState state) => (_next, _left) = (LinkedChain.Front(in state), state.PageCount);

    /// <summary>Copies the items of the next page; false after the last.</summary>
    public bool TryRead(PageReader pages, in ChainState state, Span<byte> items, out int count)
    {
        count = 0;
        if (_next.IsNil)
        {
            return false;
        }

        using var page = pages.Read(_next);
        ref readonly var header = ref page.Header;
        LinkedChain.Verify(in header, in state);
        if (header.Previous != _previous || _left == 0)
        {
            ChainErrors.ThrowLink(in header, $"a link back to {_previous}");
        }

        _left--;
        _count = count = ItemPages.CountOf(in header, in state);
        page.Payload[..(count * state.ItemBytes)].CopyTo(items);
        (_current, _next) = (_next, header.Next);
        return true;
    }

    /// <summary>Leaves only these items in the page that was read.</summary>
    /// <returns>Whether anything was changed.</returns>
    public bool Replace(PageWriter pages, ref ChainState state, ReadOnlySpan<byte> items)
    {
        var kept = items.Length / state.ItemBytes;
        if (kept == _count)
        {
            return TryMerge(pages, ref state);
        }

        _hasRemoved = true;
        state.ItemCount -= _count - kept;
        if (kept == 0)
        {
            LinkedChain.Unlink(pages, ref state, _current);
            return true;
        }

        using (var page = pages.Write(_current))
        {
            items.CopyTo(page.Payload);
            page.Header.ItemCount = (ushort)kept;
        }

        TryMerge(pages, ref state);
        return true;
    }

    private bool TryMerge(PageWriter pages, ref ChainState state)
    {
        if (_hasRemoved && !_previous.IsNil && ItemPages.TryMerge(pages, ref state, _previous, _current))
        {
            return true;
        }

        _previous = _current;
        return false;
    }
}
