using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// States of temporary structures outside of transactions: each begins a page of its own in a list that the start page
/// leads to, so that the next open finds what a crash left.
/// </summary>
internal static class TemporaryStates
{
    /// <summary>Makes room for the state of a temporary structure.</summary>
    /// <returns>Its page.</returns>
    public static PagePos Add(PageScope scope) =>
        ListIn(scope).Change(0, static (pages, ref state, _) =>
        {
            using var page = pages.Allocate(PageType.Linked);
            LinkedChain.Link(pages, ref state, PagePos.Nil, in page);
            return page.Position;
        });

    /// <summary>Frees a temporary structure and its state.</summary>
    public static void Free(PageScope scope, PagePos position) =>
        ListIn(scope).Change(position, static (pages, ref state, position) =>
        {
            LinkedChain.RequireMember(pages, in state, position, nameof(position));
            return Free(pages, ref state, position);
        });

    /// <summary>
    /// Frees all temporary structures; a transaction for each, whatever there is. Nobody wants them: when one is
    /// damaged, it and the rest are forgotten, and a check finds their pages leaked. Before that is believed, all is
    /// read a second time: a disk that errs once must not cost pages for ever.
    /// </summary>
    public static void FreeAll(PageScope scope)
    {
        if (!TryFreeEach(scope) && !TryFreeEach(scope))
        {
            Forget(scope);
        }
    }

    private static bool TryFreeEach(PageScope scope)
    {
        try
        {
            var list = ListIn(scope);
            while (list.Read(0, static (pages, in state, _) => state.PageCount > 0))
            {
                list.Change(0, static (pages, ref state, _) => Free(pages, ref state, state.Front));
            }

            return true;
        }
        catch (CorruptDatabaseException)
        {
            return false;
        }
    }

    private static void Forget(PageScope scope)
    {
        var pages = scope.EnterWrite();
        try
        {
            using (var start = pages.Write(PagePos.Start))
            {
                Layout.At<ProgramHead>(start.Payload, 0).Temporaries = default;
            }

            scope.ExitWrite(pages);
        }
        catch
        {
            scope.AbandonWrite(pages);
            throw;
        }
    }

    private static int Free(PageWriter pages, ref ChainState state, PagePos position)
    {
        ChainState items;
        using (var page = pages.Read(position))
        {
            items = Layout.At<ChainState>(page.Payload, 0);
        }

        if (items.Kind != StateKind.None || items.PageCount != 0)
        {
            ChainHome.Check(in items);
            LinkedChain.Clear(pages, ref items);
        }

        LinkedChain.Unlink(pages, ref state, position);
        return 0;
    }

    private static ChainAccess ListIn(PageScope scope) =>
        new(scope, new LocatedChain(new HeadLocator(), StateKind.LinkedPages, 0));

    /// <summary>The state in the head of the start page, where no program puts one.</summary>
    private sealed class HeadLocator : StateLocator
    {
        public override bool TryFind(PageReader pages, out PageAddress address)
        {
            address = ProgramHead.TemporariesAddress;
            return true;
        }

        public override bool TryRead(PageReader pages, out PageAddress address, out ChainState state)
        {
            // Nobody else writes there: a structure with items is damage, not a mistake of the caller.
            base.TryRead(pages, out address, out state);
            return state.ItemBytes == 0 ? true : throw ChainErrors.State(state);
        }

        public override PageAddress FindOrCreate(PageWriter pages) => ProgramHead.TemporariesAddress;
    }
}
