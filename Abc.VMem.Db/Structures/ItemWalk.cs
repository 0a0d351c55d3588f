using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Walks the items of a structure, page by page: copies a page's items, so that no page is pinned between two items.
/// In a transaction it notices when the structure is changed where it stands, and ends with the item that was the last
/// at its start: items appended meanwhile could otherwise keep it going for ever.
/// </summary>
/// <typeparam name="T">Type of the items.</typeparam>
internal sealed class ItemWalk<T> : IDisposable
    where T : unmanaged
{
    private readonly PageReader _pages;
    private readonly PageWriter? _writer;
    private readonly ChainHome _home;
    private readonly ItemPosition _to;
    private readonly bool _isBackward;
    private readonly T[] _items;
    private readonly WalkMark _here = new();
    private readonly WalkMark _limit;
    private ChainState _state;
    private ChainSteps _steps;
    private int _startIndex;
    private (int From, int To) _seen;
    private long _changes;

    /// <summary>Stands before the first page.</summary>
    /// <param name="pages">Where to read.</param>
    /// <param name="home">Where the structure's state is.</param>
    /// <param name="from">First item; before the first = all.</param>
    /// <param name="to">The item to end before; the end = all. Only forward.</param>
    /// <param name="isBackward">Whether to go from the last item to the first, all of them.</param>
    /// <exception cref="ArgumentException">A position names no item.</exception>
    public ItemWalk(PageReader pages, ChainHome home, ItemPosition from, ItemPosition to, bool isBackward)
    {
        (_pages, _home, _to, _isBackward) = (pages, home, to, isBackward);
        _writer = pages as PageWriter;
        _state = home.Read(pages);
        _changes = pages.ChangeCount;
        Require(to, nameof(to));
        if (from == ItemPosition.BeforeFirst)
        {
            _steps = ChainSteps.All(in _state, isBackward);
        }
        else
        {
            Require(from, nameof(from));
            (_steps, _startIndex) = (new ChainSteps(in _state, from.Page), from.Index);
        }

        _items = _steps.Next.IsNil ? [] : new T[ItemPages.Capacity(in _state)];
        _limit = Limit();
        if (_writer is { } writer)
        {
            (writer.Walks ??= []).AddRange([_here, _limit]);
        }
    }

    /// <summary>Items of the page where the walk stands, in their order.</summary>
    public T[] Items => _items;

    /// <summary>Index of the first of them that is in the range.</summary>
    public int First { get; private set; }

    /// <summary>Index behind the last of them that is in the range.</summary>
    public int End { get; private set; }

    /// <summary>The page where the walk stands.</summary>
    public PagePos Page => _here.Page;

    /// <summary>Moves to the next page.</summary>
    /// <returns>Whether there is one with items of the range.</returns>
    /// <exception cref="InvalidOperationException">The structure was changed where the walk stands.</exception>
    public bool MoveNextPage()
    {
        VerifyUnchanged();
        if (!_here.Page.IsNil && _here.Page == _limit.Page)
        {
            return false;
        }

        if (_steps.Next.IsNil)
        {
            return _to == ItemPosition.End ? false : throw EndsBefore();
        }

        var position = _steps.Next;
        using (var page = _pages.Read(position))
        {
            _steps.EnterItems(in page);
            ItemsOf(in page).CopyTo(_items);
            _seen = Visible(in page);
        }

        _here.Page = position;
        (First, End) = (Math.Max(_startIndex, _seen.From), _seen.To);
        _startIndex = 0;
        return First <= End ? First < End : throw EndsBefore();
    }

    /// <summary>Refuses to go on when the page where the walk stands is no longer what it was.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public void VerifyUnchanged()
    {
        if (_writer is not null && _writer.ChangeCount != _changes)
        {
            Follow();
        }
    }

    /// <summary>Ends the walk.</summary>
    public void Dispose()
    {
        if (_writer is { Walks: { } walks })
        {
            walks.Remove(_here);
            walks.Remove(_limit);
        }
    }

    private void Require(ItemPosition position, string parameter)
    {
        if (position != ItemPosition.End)
        {
            ItemPages.RequireItem(_pages, in _state, position, parameter);
        }
    }

    // Where the walk ends: before an item, or behind the last one of now.
    private WalkMark Limit()
    {
        if (_to != ItemPosition.End)
        {
            return new() { Kind = WalkMarkKind.BeforeItem, Page = _to.Page, Index = _to.Index };
        }

        if (_isBackward || _state.PageCount == 0)
        {
            return new() { Kind = WalkMarkKind.BeforeItem, Page = LinkedChain.Front(in _state) };
        }

        var count = _writer is null ? int.MaxValue : ItemPages.CountOf(_pages, in _state, _state.Back);
        return new() { Kind = WalkMarkKind.AfterItem, Page = _state.Back, Index = count };
    }

    /// <summary>The items of a page that are on the walk's side of the limit.</summary>
    private (int From, int To) Visible(in PinnedPage page)
    {
        var count = ItemPages.CountOf(in page.Header, in _state);
        var limit = page.Position == _limit.Page ? Math.Min(_limit.Index, count) : _isBackward ? 0 : count;
        return _isBackward ? (limit, count) : (0, limit);
    }

    private ReadOnlySpan<T> ItemsOf(in PinnedPage page) =>
        Layout.Array<T>(page.Payload, 0, ItemPages.CountOf(in page.Header, in _state));

    // What lies ahead is read when the walk comes there. What it has read must still be so, or the next page of this
    // one would not be the next of what was handed out. Behind the limit anything may have come.
    private void Follow()
    {
        _state = _home.Read(_pages);
        if (_here.IsBroken || _limit.IsBroken || _state.PageCount == 0)
        {
            throw ChainErrors.Changed();
        }

        using var page = _pages.Read(_here.Page);
        var (from, to) = Visible(in page);
        ReadOnlySpan<T> seen = _items.AsSpan(_seen.From.._seen.To);
        if (!Layout.BytesOf(ItemsOf(in page)[from..to]).SequenceEqual(Layout.BytesOf(seen)))
        {
            throw ChainErrors.Changed();
        }

        _steps = new ChainSteps(in _state, _here.Page, _isBackward);
        _steps.Enter(in page);
        _changes = _pages.ChangeCount;
    }

    private ArgumentException EndsBefore() => new($"The range ends at {_to}, which is before its first item.");
}
