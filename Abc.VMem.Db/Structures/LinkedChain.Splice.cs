using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Moving and freeing whole chains.</summary>
internal static partial class LinkedChain
{
    /// <summary>Moves all pages of another chain to before a page; before nil = to the end.</summary>
    public static void Splice(PageWriter pages, ref ChainState state, PagePos before, ref ChainState other)
    {
        if (other.PageCount == 0)
        {
            return;
        }

        BreakWalks(pages, in other, other.Front, other.PageCount, PagePos.Nil, PagePos.Nil);
        Join(pages, ref state, before, ref other);
    }

    /// <summary>As <see cref="Splice"/>, for a chain that no enumeration knows.</summary>
    public static void Join(PageWriter pages, ref ChainState state, PagePos before, ref ChainState other)
    {
        if (other.PageCount == 0)
        {
            return;
        }

        RequireRoom(in state, other.PageCount);
        var previous = before.IsNil ? Back(in state) : Links(pages, in state, before).Previous;
        var outside = other;
        SetPrevious(pages, ref outside, other.Front, PagePos.Nil, previous);
        SetNext(pages, ref outside, other.Back, PagePos.Nil, before);
        SetNext(pages, ref state, previous, before, other.Front);
        SetPrevious(pages, ref state, before, previous, other.Back);
        state.PageCount += other.PageCount;
        state.ItemCount += other.ItemCount;
        (other.PageCount, other.ItemCount) = (0, 0);
    }

    /// <summary>Frees all pages.</summary>
    public static void Clear(PageWriter pages, ref ChainState state)
    {
        if (state.PageCount > 0)
        {
            // The free list takes the whole chain unseen: at least its ends must be what the state says.
            Links(pages, in state, state.Front);
            Links(pages, in state, state.Back);
            BreakWalks(pages, in state, state.Front, state.PageCount, PagePos.Nil, PagePos.Nil);
            pages.FreeChain(state.Front, state.Back, state.PageCount);
            (state.PageCount, state.ItemCount) = (0, 0);
        }
    }

    /// <summary>Takes a run of pages, which the caller has walked, out of the chain and frees it.</summary>
    /// <param name="pages">Where to write.</param>
    /// <param name="state">The state; the caller counts the items.</param>
    /// <param name="first">First page of the run.</param>
    /// <param name="last">Last page of the run.</param>
    /// <param name="count">Pages in the run.</param>
    public static void Cut(PageWriter pages, ref ChainState state, PagePos first, PagePos last, uint count)
    {
        var previous = Links(pages, in state, first).Previous;
        var next = Links(pages, in state, last).Next;
        if ((previous.IsNil && next.IsNil) != (count == state.PageCount))
        {
            throw ChainErrors.State(in state);
        }

        // A walk in the run is found while the run is still linked.
        BreakWalks(pages, in state, first, count, previous, next);
        SetNext(pages, ref state, previous, first, next);
        SetPrevious(pages, ref state, next, last, previous);
        state.PageCount -= count;
        pages.FreeChain(first, last, count);
    }

    // Only while walks are under way must pages be read to find those that are in the run.
    private static void BreakWalks(
        PageWriter pages, in ChainState state, PagePos first, uint count, PagePos previous, PagePos next)
    {
        if (!WalkMarks.Any(pages))
        {
            return;
        }

        var steps = new ChainSteps(in state, first);
        for (uint i = 0; i < count && !steps.Next.IsNil; i++)
        {
            WalkMarks.Left(pages, steps.Next, previous, next);
            using var page = pages.Read(steps.Next);
            steps.Enter(in page);
        }
    }
}
