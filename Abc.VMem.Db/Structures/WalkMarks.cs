using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Moves the marks of enumerations along with the items of a page that is changed, so that an enumeration ends where it
/// would have ended. Costs nothing while no enumeration is under way.
/// </summary>
internal static class WalkMarks
{
    private static readonly List<WalkMark> None = [];

    /// <summary>Whether the running transaction enumerates anything.</summary>
    public static bool Any(PageWriter pages) => pages.Walks is { Count: > 0 };

    /// <summary>Items were inserted.</summary>
    public static void Inserted(PageWriter pages, PagePos page, int index, int count)
    {
        foreach (var mark in pages.Walks ?? None)
        {
            if (mark.Page == page && IsBehind(mark, index))
            {
                mark.Index += count;
            }
        }
    }

    /// <summary>The items [from, to) were removed.</summary>
    public static void Removed(PageWriter pages, PagePos page, int from, int to)
    {
        foreach (var mark in pages.Walks ?? None)
        {
            if (mark.Page == page && mark.Kind != WalkMarkKind.Page)
            {
                mark.Index -= Math.Min(to, mark.Index) - Math.Min(from, mark.Index);
            }
        }
    }

    /// <summary>The items from an index on were moved to another page.</summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="from">The page.</param>
    /// <param name="index">First item that was moved.</param>
    /// <param name="to">Where it is now.</param>
    public static void MovedTail(PageWriter pages, PagePos from, int index, ItemPosition to)
    {
        foreach (var mark in pages.Walks ?? None)
        {
            if (mark.Page == from && IsBehind(mark, index))
            {
                (mark.Page, mark.Index) = (to.Page, mark.Index - index + to.Index);
            }
        }
    }

    /// <summary>All items were moved to another page, which is not in another place of the chain.</summary>
    public static void MovedAll(PageWriter pages, PagePos from, ItemPosition to)
    {
        foreach (var mark in pages.Walks ?? None)
        {
            if (mark.Page == from && mark.Kind != WalkMarkKind.Page)
            {
                (mark.Page, mark.Index) = (to.Page, mark.Index + to.Index);
            }
        }
    }

    /// <summary>A page left its chain. An enumeration that stands there can't go on; one that ends there ends with what
    /// is left before or behind.</summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="page">The page.</param>
    /// <param name="previous">The page before it that is still in the chain, or nil.</param>
    /// <param name="next">The page after it that is still in the chain, or nil.</param>
    public static void Left(PageWriter pages, PagePos page, PagePos previous, PagePos next)
    {
        foreach (var mark in pages.Walks ?? None)
        {
            if (mark.Page != page)
            {
                continue;
            }

            if (mark.Kind == WalkMarkKind.BeforeItem && !next.IsNil)
            {
                (mark.Page, mark.Index) = (next, 0);
            }
            else if (mark.Kind != WalkMarkKind.Page && !previous.IsNil)
            {
                using var before = pages.Read(previous);
                (mark.Page, mark.Index) = (previous, before.Header.ItemCount);
            }
            else
            {
                mark.IsBroken = true;
            }
        }
    }

    /// <summary>A page's items are others now: no enumeration can go on that stands or ends there.</summary>
    public static void Break(PageWriter pages, PagePos page) => Left(pages, page, PagePos.Nil, PagePos.Nil);

    private static bool IsBehind(WalkMark mark, int index) =>
        mark.Kind switch
        {
            WalkMarkKind.AfterItem => mark.Index > index,
            WalkMarkKind.BeforeItem => mark.Index >= index,
            _ => false,
        };
}
