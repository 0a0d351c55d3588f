using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// One pass over a structure that leaves out items: page by page, each merged into the one before if both fit. When the
/// transaction comes near what it may rewrite, the rest goes to fresh pages, and the old ones are freed at once.
/// </summary>
internal sealed class ItemSweep
{
    // Rewritten at most when a page leaves: itself, both neighbours, the root, a free list's trunk and the state. When
    // items leave a page: itself and the state. Then ending the pass takes the last page kept, the first one freed,
    // the root and the state.
    private const int RewritesToUnlink = 8;
    private const int RewritesToEdit = 5;

    private readonly long _total;
    private PagePos _previous = PagePos.Nil;
    private PagePos _current = PagePos.Nil;
    private PagePos _next;
    private PagePos _firstReplaced = PagePos.Nil;
    private ItemRun? _run;
    private uint _left;
    private uint _replaced;
    private int _count;
    private int _previousCount;
    private long _read;
    private long _kept;
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
        if (header.Previous != (_run is null ? _previous : _current) || _left == 0)
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
        if (_run is null && (leaves || removed > 0)
            && pages.RewritesLeft < (leaves ? RewritesToUnlink : RewritesToEdit))
        {
            var room = _previous.IsNil ? 0 : ItemPages.Capacity(in state) - _previousCount;
            (_run, _firstReplaced) = (new ItemRun(in state, room, ahead: 3), _current);
        }

        if (_run is not null)
        {
            _run.Add(pages, items);
            _replaced++;
            return false;
        }

        Edit(pages, ref state, items, removed, isMerged);
        (_previous, _previousCount) =
            isMerged ? (_previous, _previousCount + kept)
            : kept == 0 ? (_previous, _previousCount)
            : (_current, kept);
        _kept += kept;
        return leaves || removed > 0;
    }

    /// <summary>Ends the pass: puts what went to fresh pages in the place of the pages that it was on.</summary>
    public void Finish(PageWriter pages, ref ChainState state)
    {
        if (_run is null)
        {
            return;
        }

        LinkedChain.Cut(pages, ref state, _firstReplaced, _current, _replaced, isReplaced: true);
        state.ItemCount = _kept;
        ItemPages.InsertRun(pages, ref state, ItemPosition.End, _run);
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
