using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// One pass over a structure that leaves out items: page by page, each merged into the one before if both fit.
/// </summary>
internal sealed class ItemSweep
{
    private readonly long _total;
    private PagePos _previous = PagePos.Nil;
    private PagePos _current = PagePos.Nil;
    private PagePos _next;
    private uint _left;
    private int _count;
    private int _previousCount;
    private long _read;
    private bool _hasRemoved;

    /// <summary>Stands before the first page.</summary>
    public ItemSweep(in ChainState state) =>
        (_total, _next, _left) = (state.ItemCount, LinkedChain.Front(in state), state.PageCount);

    /// <summary>Copies the items of the next page; false after the last.</summary>
    public bool TryRead(PageReader pages, in ChainState state, Span<byte> items, out int count)
    {
        count = 0;
        if (_next.IsNil)
        {
            return _left == 0 && _read == _total ? false : throw ChainErrors.State(in state);
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
        _read += count;
        page.Payload[..(count * state.ItemBytes)].CopyTo(items);
        (_current, _next) = (_next, header.Next);
        return true;
    }

    /// <summary>Leaves only these items of the page that was read.</summary>
    /// <returns>Whether the state was changed.</returns>
    public bool Replace(PageWriter pages, ref ChainState state, ReadOnlySpan<byte> items)
    {
        var kept = items.Length / state.ItemBytes;
        var removed = _count - kept;
        _hasRemoved |= removed > 0;
        var isMerged = _hasRemoved && !_previous.IsNil && _previousCount + kept <= ItemPages.Capacity(in state);
        var leaves = isMerged || kept == 0;
        Edit(pages, ref state, items, removed, isMerged);
        (_previous, _previousCount) =
            isMerged ? (_previous, _previousCount + kept)
            : kept == 0 ? (_previous, _previousCount)
            : (_current, kept);
        return leaves || removed > 0;
    }

    private void Edit(
        PageWriter pages, ref ChainState state, ReadOnlySpan<byte> items, int removed, bool isMerged)
    {
        if (removed > 0)
        {
            WalkMarks.Break(pages, _current);
            state.ItemCount -= removed;
        }

        if (items.IsEmpty)
        {
            LinkedChain.Unlink(pages, ref state, _current);
            return;
        }

        if (removed > 0)
        {
            using var page = pages.Write(_current);
            items.CopyTo(page.Payload);
            page.Header.ItemCount = (ushort)(items.Length / state.ItemBytes);
        }

        if (isMerged)
        {
            ItemPages.MergePages(pages, ref state, _previous, _current);
        }
    }
}
