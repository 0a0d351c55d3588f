using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Moves the misplaced pages of one list, stack or string, in steps, front to back. Between two steps it may change:
/// when its state or the page where the last step stopped is another one, the next one begins again.
/// </summary>
/// <remarks>
/// The page alone does not tell: freed with its whole chain it is as it was, and its links lead through free pages.
/// </remarks>
internal sealed class ChainMover
{
    // A list that others change all the time where the walk stands is left as it is.
    private const int MostStarts = 8;

    private PagePos _next;
    private long _sequence;
    private ChainState _state;
    private int _starts;

    /// <summary>Begins at the front.</summary>
    public void Begin() => (_next, _starts) = (default, 0);

    /// <summary>Goes on, until the step is full; true when the structure is done.</summary>
    /// <exception cref="CorruptDatabaseException">The structure is damaged.</exception>
    public bool Step(PageMover mover, PageAddress address)
    {
        var state = Read(mover.Pages, address);
        if (state.PageCount == 0 || !TryResume(mover.Pages, in state, out var position))
        {
            return true;
        }

        for (uint count = 0; !position.IsNil; count++)
        {
            if (mover.IsFull)
            {
                Remember(mover.Pages, in state, position);
                return false;
            }

            PagePos next;
            using (var page = mover.Pages.Read(position))
            {
                LinkedChain.Verify(in page.Header, in state);
                next = page.Header.Next;
            }

            mover.CountRead();
            if (count >= state.PageCount)
            {
                throw ChainErrors.State(in state);
            }

            if (mover.IsMisplaced(position) && !TryMove(mover, address, ref state, position))
            {
                Remember(mover.Pages, in state, position);
                return false;
            }

            position = next;
        }

        return true;
    }

    private static ChainState Read(PageReader pages, PageAddress address)
    {
        ChainState state;
        using (var page = pages.Read(address.Page))
        {
            state = Layout.At<ChainState>(page.Bytes, address.Offset);
        }

        if (state.PageCount > 0)
        {
            ChainHome.Check(in state);
        }

        return state;
    }

    private static bool TryMove(PageMover mover, PageAddress address, ref ChainState state, PagePos position)
    {
        if (!mover.TryMoveLinked(position, out var to, isMarked: true))
        {
            return false;
        }

        if (position == state.Front || position == state.Back)
        {
            state.Front = position == state.Front ? to : state.Front;
            state.Back = position == state.Back ? to : state.Back;
            using var page = mover.Pages.Write(address.Page);
            Layout.At<ChainState>(page.Bytes, address.Offset) = state;
        }

        return true;
    }

    private bool TryResume(PageReader pages, in ChainState state, out PagePos position)
    {
        position = state.Front;
        if (_next != default && IsSame(in state, in _state))
        {
            using var page = pages.Read(_next);
            if (page.Header.Sequence == _sequence)
            {
                position = _next;
                return true;
            }
        }

        return _starts++ < MostStarts;
    }

    private static bool IsSame(in ChainState one, in ChainState other) =>
        one.Front == other.Front && one.Back == other.Back
        && one.PageCount == other.PageCount && one.ItemCount == other.ItemCount;

    private void Remember(PageReader pages, in ChainState state, PagePos position)
    {
        using var page = pages.Read(position);
        (_next, _sequence, _state) = (position, page.Header.Sequence, state);
    }
}
