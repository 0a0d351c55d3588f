using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Checking a chain.</summary>
internal static partial class LinkedChain
{
    /// <summary>
    /// Walks a chain and verifies it: every link both ways, types, items of every page, and the state's counts.
    /// </summary>
    /// <param name="pages">Where to read.</param>
    /// <param name="state">The state, as it is stored; all zero = nothing to check.</param>
    /// <param name="visit">Called with every page, before it is read. What it throws ends the walk.</param>
    /// <exception cref="CorruptDatabaseException">Something does not agree; pages before it have been
    /// visited.</exception>
    public static void Check(PageReader pages, in ChainState state, Action<PagePos> visit)
    {
        if (state.PageCount == 0 && state.Kind == StateKind.None)
        {
            return;
        }

        ChainHome.Check(in state);
        var (items, count) = (0L, 0u);
        var steps = ChainSteps.All(in state);
        while (!steps.Next.IsNil)
        {
            visit(steps.Next);
            using var page = pages.Read(steps.Next);
            if (state.ItemBytes == 0)
            {
                steps.Enter(in page);
            }
            else
            {
                items += steps.EnterItems(in page);
            }

            count++;
        }

        if (count != state.PageCount || items != state.ItemCount)
        {
            throw ChainErrors.Damaged(
                state.Back,
                FormattableString.Invariant($"{state.PageCount} pages with {state.ItemCount} items"),
                FormattableString.Invariant($"{count} with {items}"));
        }
    }
}
