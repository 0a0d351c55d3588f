using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Walks the pages of a linked list. In a transaction it notices when the page where it stands leaves the list, and
/// ends with the page that was the last at its start.
/// </summary>
internal sealed class PageWalk : IDisposable
{
    private readonly PageReader _pages;
    private readonly ChainHome _home;
    private readonly bool _isBackward;
    private readonly WalkMark _here = new();
    private readonly WalkMark _limit;
    private ChainState _state;
    private ChainSteps _steps;
    private long _changes;

    /// <summary>Stands before the first page.</summary>
    public PageWalk(PageReader pages, ChainHome home, bool isBackward)
    {
        (_pages, _home, _isBackward) = (pages, home, isBackward);
        _state = home.Read(pages);
        _changes = pages.ChangeCount;
        _steps = ChainSteps.All(in _state, isBackward);
        _limit = new()
        {
            Kind = isBackward ? WalkMarkKind.BeforeItem : WalkMarkKind.AfterItem,
            Page = isBackward ? LinkedChain.Front(in _state) : LinkedChain.Back(in _state),
        };
        if (pages is PageWriter writer)
        {
            (writer.Walks ??= []).AddRange([_here, _limit]);
        }
    }

    /// <summary>The page where the walk stands.</summary>
    public PagePos Page => _here.Page;

    /// <summary>Moves to the next page; false behind the last.</summary>
    /// <exception cref="InvalidOperationException">The page where the walk stands has left the list.</exception>
    public bool MoveNext()
    {
        if (_pages.ChangeCount != _changes)
        {
            Follow();
        }

        if (_steps.Next.IsNil || (!_here.Page.IsNil && _here.Page == _limit.Page))
        {
            return false;
        }

        var position = _steps.Next;
        using var page = _pages.Read(position);
        _steps.Enter(in page);
        _here.Page = position;
        return true;
    }

    /// <summary>Ends the walk.</summary>
    public void Dispose()
    {
        if (_pages is PageWriter { Walks: { } walks })
        {
            walks.Remove(_here);
            walks.Remove(_limit);
        }
    }

    private void Follow()
    {
        _state = _home.Read(_pages);
        if (_here.IsBroken || _limit.IsBroken || _state.PageCount == 0)
        {
            throw ChainErrors.Changed();
        }

        using var page = _pages.Read(_here.Page);
        _steps = new ChainSteps(in _state, _here.Page, _isBackward);
        _steps.Enter(in page);
        _changes = _pages.ChangeCount;
    }
}
