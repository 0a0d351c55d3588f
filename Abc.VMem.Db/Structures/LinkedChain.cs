using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Operations on a doubly linked list of pages: each writes a page or two, whatever the length of the list. They change
/// the state in memory; the caller keeps it.
/// </summary>
internal static partial class LinkedChain
{
    /// <summary>In a list of up to so many pages, each is an end or linked to one: no other list's page is.</summary>
    private const int MaxAdjacentPages = 4;

    /// <summary>The first page, or nil.</summary>
    public static PagePos Front(in ChainState state) => state.PageCount == 0 ? PagePos.Nil : state.Front;

    /// <summary>The last page, or nil.</summary>
    public static PagePos Back(in ChainState state) => state.PageCount == 0 ? PagePos.Nil : state.Back;

    /// <summary>Type of the chain's pages.</summary>
    public static PageType TypeOf(in ChainState state) =>
        state.Kind == StateKind.LinkedPages ? PageType.Linked : PageType.Items;

    /// <summary>The neighbours of a page that the chain itself led to; nil at the ends.</summary>
    public static (PagePos Previous, PagePos Next) Links(PageReader pages, in ChainState state, PagePos position)
    {
        using var page = pages.Read(position);
        Verify(in page.Header, in state);
        return (page.Header.Previous, page.Header.Next);
    }

    /// <summary>Verifies type and ends of a page that the chain itself led to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Verify(in PageHeader header, in ChainState state)
    {
        if (!IsPlausible(in header, in state))
        {
            ChainErrors.ThrowLink(in header, "a page of the list, linked to both neighbours");
        }
    }

    /// <summary>Refuses a page that the caller named when it is known not to be in the list.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page.</exception>
    /// <exception cref="InvalidOperationException">It is not in the list; nothing was changed.</exception>
    public static (PagePos Previous, PagePos Next) RequireMember(
        PageReader pages, in ChainState state, PagePos position, string parameter)
    {
        ProgramPages.RequireInside(pages, position, parameter);
        using var page = pages.Read(position);
        return MayBeMember(in page.Header, in state)
            ? (page.Header.Previous, page.Header.Next)
            : throw ChainErrors.NotInList(position);
    }

    /// <summary>Whether a page that the caller named can be in the chain, as far as the page itself tells.</summary>
    public static bool MayBeMember(in PageHeader header, in ChainState state) =>
        state.PageCount > 0 && IsPlausible(in header, in state)
        && (state.PageCount > MaxAdjacentPages || IsBesideEnd(in header, in state));

    /// <summary>Links a page, pinned by the caller, before another one; before nil = at the end.</summary>
    public static void Link(PageWriter pages, ref ChainState state, PagePos before, in WritablePage page)
    {
        RequireRoom(in state, 1);
        var previous = before.IsNil ? Back(in state) : Links(pages, in state, before).Previous;
        page.Header.Previous = previous;
        page.Header.Next = before;
        SetNext(pages, ref state, previous, before, page.Position);
        SetPrevious(pages, ref state, before, previous, page.Position);
        state.PageCount++;
    }

    /// <summary>Takes a page out of the chain and frees it.</summary>
    /// <returns>The page after it, or nil.</returns>
    public static PagePos Unlink(PageWriter pages, ref ChainState state, PagePos position)
    {
        var (previous, next) = Links(pages, in state, position);
        SetNext(pages, ref state, previous, position, next);
        SetPrevious(pages, ref state, next, position, previous);
        state.PageCount--;
        WalkMarks.Left(pages, position, previous, next);
        using (var page = pages.Write(position))
        {
            // So a second attempt to free it is noticed.
            page.Header.Type = PageType.None;
        }

        pages.Free(position);
        return next;
    }

    /// <summary>Refuses a state that counts more pages than the pool has, before memory is taken for them.</summary>
    /// <exception cref="CorruptDatabaseException">It does.</exception>
    public static void RequirePossible(PageReader pages, in ChainState state)
    {
        if (state.PageCount >= pages.PageCount)
        {
            throw ChainErrors.State(in state);
        }
    }

    /// <summary>Refuses pages beyond what a state can count.</summary>
    /// <exception cref="LimitExceededException">Too many.</exception>
    public static void RequireRoom(in ChainState state, uint more)
    {
        if (state.PageCount > uint.MaxValue - more)
        {
            throw new LimitExceededException(
                "Pages of one structure", uint.MaxValue, (long)state.PageCount + more, "Use several structures.");
        }
    }

    private static bool IsBesideEnd(in PageHeader header, in ChainState state) =>
        header.Previous.IsNil || header.Next.IsNil
        || header.Previous == state.Front || header.Next == state.Back;

    // The ends of the list, and only they, are without a neighbour.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPlausible(in PageHeader header, in ChainState state) =>
        header.Type == TypeOf(in state)
        && header.Previous.IsNil == (header.Position == state.Front)
        && header.Next.IsNil == (header.Position == state.Back);

    /// <summary>Points a page, or the state when it is nil, to another next page than the expected one.</summary>
    private static void SetNext(
        PageWriter pages, ref ChainState state, PagePos position, PagePos expected, PagePos next)
    {
        if (position.IsNil)
        {
            state.Front = next;
            return;
        }

        using var page = pages.Write(position);
        ref var header = ref page.Header;
        if (header.Next != expected || header.Type != TypeOf(in state))
        {
            ChainErrors.ThrowLink(in header, $"a page of the list, with next {expected}");
        }

        header.Next = next;
    }

    /// <summary>As <see cref="SetNext"/>, backward.</summary>
    private static void SetPrevious(
        PageWriter pages, ref ChainState state, PagePos position, PagePos expected, PagePos previous)
    {
        if (position.IsNil)
        {
            state.Back = previous;
            return;
        }

        using var page = pages.Write(position);
        ref var header = ref page.Header;
        if (header.Previous != expected || header.Type != TypeOf(in state))
        {
            ChainErrors.ThrowLink(in header, $"a page of the list, with previous {expected}");
        }

        header.Previous = previous;
    }
}
