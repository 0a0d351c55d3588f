using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A persistent list of records without keys, of any length: items are inserted and removed anywhere by their position
/// and lie densely in pages. Made for lists larger than memory.
/// </summary>
/// <remarks>
/// An insertion into a full page moves half of its items to a new page, but at the end of the list, where a fresh page
/// begins: appending fills pages wholly. A removal merges a page with the next one when it is at most half full and
/// both fit into one, and with either neighbour when both take less than three quarters of one; while the whole list is
/// below half full, when both fit. So random insertions and removals, and removals in any order from full pages, leave
/// the pages at least half full; no order of insertions and removals leaves less than a third (but for one page each).
/// Joining lists merges nothing.
/// </remarks>
/// <inheritdoc cref="ItemsView{T}"/>
public partial class VMemList<T> : VMemListView<T>, ICollection<T>
    where T : unmanaged
{
    /// <summary>Where a list balances its insertions: at its end a fresh page begins.</summary>
    internal const PageBalance InsertBalance = PageBalance.Begin | PageBalance.Inner;

    /// <summary>Where a list balances its removals.</summary>
    internal const PageBalance RemoveBalance = PageBalance.All;

    /// <summary>Prepares to read and write; the file is not touched yet.</summary>
    /// <param name="pages">
    /// Where to read and write: a transaction, or a pool, with which each change is a transaction of its own.
    /// </param>
    /// <param name="state">Where its state is; all zero = an empty list.</param>
    /// <exception cref="ArgumentException">The items are too large for a page.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    public VMemList(PageScope pages, PageAddress state)
        : base(pages, state)
    {
    }

    internal VMemList(PageScope pages, StateLocator locator)
        : base(pages, locator)
    {
    }

    internal VMemList(PageScope pages, ChainHome home)
        : base(pages, home)
    {
    }

    /// <summary>Where it is read and written: the pool or transaction that it was constructed from.</summary>
    public PageScope Scope => Chain.Scope;

    /// <inheritdoc/>
    int ICollection<T>.Count => checked((int)Count);

    /// <inheritdoc/>
    bool ICollection<T>.IsReadOnly => false;

    /// <summary>The item at a position.</summary>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public new T this[ItemPosition position]
    {
        get => Get(position);
        set => Chain.Change((position, value), Set);
    }

    /// <summary>Appends an item.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ItemPosition Add(T item) => Chain.Change(item, Append);

    /// <inheritdoc/>
    void ICollection<T>.Add(T item) => Add(item);

    /// <summary>Inserts an item before all others.</summary>
    /// <inheritdoc cref="Add" path="/returns"/>
    /// <inheritdoc cref="Add" path="/exception"/>
    public ItemPosition AddFirst(T item) => Chain.Change(item, Prepend);

    /// <summary>Inserts an item.</summary>
    /// <param name="at">The item that it comes before, or the end.</param>
    /// <param name="item">The item.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ItemPosition Insert(ItemPosition at, T item) => Chain.Change((at, item), Insert);

    /// <summary>Removes all items. Cheap: all pages go back at once.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Clear() => Chain.Change(0, Clear);

    private static int Set(PageWriter pages, ref ChainState state, (ItemPosition Position, T Item) args)
    {
        ItemPages.Write(pages, in state, args.Position, Bytes(in args.Item));
        return 0;
    }

    private static ItemPosition Append(PageWriter pages, ref ChainState state, T item) =>
        ItemPages.Append(pages, ref state, Bytes(in item));

    private static ItemPosition Prepend(PageWriter pages, ref ChainState state, T item) =>
        ItemPages.Insert(pages, ref state, ItemPages.First(in state), Bytes(in item), InsertBalance);

    private static ItemPosition Insert(PageWriter pages, ref ChainState state, (ItemPosition At, T Item) args) =>
        ItemPages.Insert(pages, ref state, args.At, Bytes(in args.Item), InsertBalance);

    private static int Clear(PageWriter pages, ref ChainState state, int unused)
    {
        LinkedChain.Clear(pages, ref state);
        return unused;
    }
}
