using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A persistent stack of records, of any size: last in, first out. It never balances pages: one is added when the last
/// is full, and leaves with its last item.
/// </summary>
/// <inheritdoc cref="VMemStackView{T}"/>
public partial class VMemStack<T> : VMemStackView<T>
    where T : unmanaged
{
    /// <summary>Prepares to read and write; the file is not touched yet.</summary>
    /// <param name="pages">
    /// Where to read and write: a transaction, or a pool, with which each change is a transaction of its own.
    /// </param>
    /// <param name="state">Where its state is; all zero = an empty stack.</param>
    /// <exception cref="ArgumentException">The items are too large for a page.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    public VMemStack(PageScope pages, PageAddress state)
        : base(pages, state)
    {
    }

    internal VMemStack(PageScope pages, StateLocator locator)
        : base(pages, locator)
    {
    }

    /// <summary>Where it is read and written: the pool or transaction that it was constructed from.</summary>
    public PageScope Scope => Chain.Scope;

    /// <summary>Puts an item on top.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Push(T item) => Chain.Change(item, Push);

    /// <summary>Puts items on top, one after the other: the last one is on top then.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void PushRange(ReadOnlySpan<T> items) =>
        Chain.Change(items, static (pages, ref state, items) =>
        {
            ItemPages.AppendRange(pages, ref state, Layout.BytesOf(items));
            return 0;
        });

    /// <summary>Takes the item on top; false when the stack is empty.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public bool TryPop(out T item)
    {
        (var popped, item) = Chain.Change(0, Pop);
        return popped;
    }

    /// <summary>Takes the item on top.</summary>
    /// <exception cref="InvalidOperationException">The stack is empty.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public T Pop() => TryPop(out var item) ? item : throw ChainErrors.Empty();

    /// <summary>Removes all items. Cheap: all pages go back at once.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Clear() => Chain.Change(0, Clear);

    private static ItemPosition Push(PageWriter pages, ref ChainState state, T item) =>
        ItemPages.Append(pages, ref state, Bytes(in item));

    private static (bool Popped, T Item) Pop(PageWriter pages, ref ChainState state, int unused)
    {
        if (state.PageCount == 0)
        {
            return default;
        }

        var top = ItemPages.Last(pages, in state);
        var item = Read(pages, in state, top);
        ItemPages.Remove(pages, ref state, top, PageBalance.None);
        return (true, item);
    }

    private static int Clear(PageWriter pages, ref ChainState state, int unused)
    {
        LinkedChain.Clear(pages, ref state);
        return unused;
    }
}
