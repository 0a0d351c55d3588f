using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A list that frees its pages when it is disposed: for what does not fit into memory while a program works, and is not
/// to be kept.
/// </summary>
/// <remarks>
/// In a transaction it costs nothing but its pages and does not outlive it: the commit frees it first, a rollback takes
/// it back. Outside of one, each change is a transaction of its own, as that of any list; what is left of it by a
/// crash, or was never disposed, is freed when the pool is opened again.
/// <para>
/// Structures whose states lie in its items are not freed with it: their pages would belong to nothing. Clear them
/// first, or keep them in temporary lists of their own. <see cref="Pool.Check"/> names what was left behind.
/// </para>
/// </remarks>
/// <inheritdoc cref="VMemList{T}"/>
public sealed class TemporaryList<T> : VMemList<T>, ITemporary, IDisposable
    where T : unmanaged
{
    private readonly PagePos _statePage;

    /// <summary>Begins an empty list. With a pool it is a transaction; with a transaction it touches no page.</summary>
    /// <param name="pages">Where to read and write: a pool or a transaction, that of a database too.</param>
    /// <exception cref="ArgumentException">The items are too large for a page.</exception>
    /// <exception cref="InvalidOperationException">It is a database, but no transaction of it.</exception>
    /// <exception cref="TransactionException">The pool can't be written now; the reason says why.</exception>
    public TemporaryList(PageScope pages)
        : this(pages, NewStatePage(pages))
    {
    }

    private TemporaryList(PageScope pages, PagePos statePage)
        : base(pages, Home(pages, statePage))
    {
        _statePage = statePage;
        pages.Temporaries?.Add(this);
    }

    /// <summary>Frees all its pages. Twice is allowed, and after the end of the transaction or the pool.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Dispose()
    {
        if (Chain.Home.IsFreed)
        {
            return;
        }

        if (!Scope.IsOver)
        {
            Free();
        }

        Chain.Home.IsFreed = true;
        Scope.Temporaries?.Remove(this);
    }

    /// <inheritdoc/>
    void ITemporary.Free() => Dispose();

    /// <inheritdoc/>
    Action ITemporary.Remember()
    {
        var memory = (MemoryChain)Chain.Home;
        var state = memory.State;
        return () =>
        {
            memory.State = state;
            if (memory.IsFreed)
            {
                // Disposed since: its pages, which came back, go again.
                memory.IsFreed = false;
                Dispose();
            }
        };
    }

    /// <inheritdoc/>
    void ITemporary.Forget() => ((MemoryChain)Chain.Home).Reset();

    private static PagePos NewStatePage(PageScope pages)
    {
        ArgumentNullException.ThrowIfNull(pages);
        _ = ItemBytes;
        if (pages.Temporaries is not null)
        {
            return PagePos.Nil;
        }

        // What a crash leaves is found through the start page, which is the catalog's there.
        return pages.HasCatalog
            ? throw new InvalidOperationException(
                "A database has temporary lists in transactions only: use CreateTemporaryList of one.")
            : TemporaryStates.Add(pages);
    }

    private static ChainHome Home(PageScope pages, PagePos statePage) =>
        statePage.IsNil
            ? new MemoryChain(StateKind.List, ItemBytes)
            : new LocatedChain(
                new AddressLocator(pages, ProgramPages.PayloadOf(statePage), StateKind.List),
                StateKind.List,
                ItemBytes);

    private void Free()
    {
        if (_statePage.IsNil)
        {
            Clear();
        }
        else
        {
            TemporaryStates.Free(Scope, _statePage);
        }
    }
}
