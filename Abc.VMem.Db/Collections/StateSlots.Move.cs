using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Collections;

/// <summary>Pages of slots that move; for compaction.</summary>
internal static partial class StateSlots
{
    /// <summary>
    /// Moves a misplaced page of slots, and has the definitions follow; false when one moved, which is a step's work,
    /// or there is no room.
    /// </summary>
    public static bool TryMove(PageMover mover, Catalog catalog)
    {
        var pages = mover.Pages;
        var previous = PagePos.Start;
        var next = FrontOf(pages);
        for (var count = 0; !next.IsNil; count++)
        {
            Bound(count, next);
            var at = next;
            using (var page = pages.Read(at))
            {
                Require(page, at);
                next = page.Header.Next;
            }

            if (mover.IsMisplaced(at))
            {
                if (!mover.TryMove(at, out var to))
                {
                    return false;
                }

                SetNext(pages, previous, to);
                catalog.MoveSlots(pages, at, to);
                return false;
            }

            previous = at;
        }

        return true;
    }

    private static PagePos FrontOf(PageReader pages)
    {
        using var page = pages.Read(PagePos.Start);
        return Layout.At<StartPageLayout>(page.Payload, 0).StatesFront;
    }

    private static void SetNext(PageWriter pages, PagePos position, PagePos next)
    {
        using var page = pages.Write(position);
        if (position == PagePos.Start)
        {
            Layout.At<StartPageLayout>(page.Payload, 0).StatesFront = next;
        }
        else
        {
            page.Header.Next = next;
        }
    }
}
