using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Follows a chain page by page, one way or the other, and verifies it: every page points back to the one before, and
/// no more pages come than the state counts, so that a damaged chain ends too.
/// </summary>
internal struct ChainSteps
{
    private readonly ChainState _state;
    private readonly bool _isBackward;
    private PagePos _from;
    private uint _left;

    /// <summary>Stands before a page that the caller knows to be in the chain; nil = behind all pages.</summary>
    public ChainSteps(in ChainState state, PagePos start, bool isBackward = false)
    {
        (_state, _isBackward, _left) = (state, isBackward, state.PageCount);
        (_from, Next) = (PagePos.Nil, start);
    }

    /// <summary>Stands before the first page of a whole chain.</summary>
    public static ChainSteps All(in ChainState state, bool isBackward = false) =>
        new(in state, isBackward ? LinkedChain.Back(in state) : LinkedChain.Front(in state), isBackward);

    /// <summary>The page to enter next; nil after the last.</summary>
    public PagePos Next { get; private set; }

    /// <summary>Verifies the links of the next page and moves behind it.</summary>
    public void Enter(in PinnedPage page)
    {
        ref readonly var header = ref page.Header;
        LinkedChain.Verify(in header, in _state);
        var (back, ahead) = _isBackward ? (header.Next, header.Previous) : (header.Previous, header.Next);
        if (!_from.IsNil && back != _from)
        {
            ChainErrors.ThrowLink(in header, $"a link back to {_from}");
        }

        if (_left == 0)
        {
            ChainErrors.ThrowLink(in header, FormattableString.Invariant($"no more than {_state.PageCount} pages"));
        }

        _left--;
        (_from, Next) = (Next, ahead);
    }

    /// <summary>As <see cref="Enter"/>, for a page of items.</summary>
    /// <returns>The items in it.</returns>
    public int EnterItems(in PinnedPage page)
    {
        Enter(in page);
        return ItemPages.CountOf(in page.Header, in _state);
    }
}
