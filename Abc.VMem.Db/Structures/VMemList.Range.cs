using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Adding many items, and joining lists.</summary>
public partial class VMemList<T>
{
    /// <summary>Appends items; fills page after page.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void AddRange(ReadOnlySpan<T> items) =>
        Chain.Change(items, static (pages, ref state, items) =>
        {
            ItemPages.AppendRange(pages, ref state, Layout.BytesOf(items));
            return 0;
        });

    /// <summary>Appends items, in one transaction; fills page after page.</summary>
    /// <param name="items">The items; may be this list. It must not be a query that changes something.</param>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void AddRange(IEnumerable<T> items) => InsertRange(ItemPosition.End, items);

    /// <summary>
    /// Inserts items, in one transaction. Items before them stay where they are; those after them in their page move
    /// behind the last new one.
    /// </summary>
    /// <param name="at">The item that they come before, or the end.</param>
    /// <param name="items">The items; may be this list. When enumerating them throws, nothing is inserted; in a
    /// transaction that inserted items already, only the rollback is left.</param>
    /// <returns>Where the first one is; <paramref name="at"/> when there is none.</returns>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ItemPosition InsertRange(ItemPosition at, IEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Chain.Change((Chain.Home, at, items), InsertRange);
    }

    /// <summary>Moves all items of another list to the end of this one, page by page as they are; no item is
    /// copied.</summary>
    /// <exception cref="ArgumentException">It is this list, or belongs to another pool or transaction.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Splice(VMemList<T> other) => Splice(ItemPosition.End, other);

    /// <summary>Moves all items of another list into this one, page by page as they are. At most the items of one page
    /// of this list are copied.</summary>
    /// <param name="at">The item that they come before, or the end.</param>
    /// <param name="other">The list that is empty then.</param>
    /// <returns>Where the item is now that the others were moved before.</returns>
    /// <exception cref="ArgumentException">It is this list, belongs to another pool or transaction, or the position
    /// names no item.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ItemPosition Splice(ItemPosition at, VMemList<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Chain.Join(other.Chain, at, static (pages, ref state, ref joined, at) =>
            ItemPages.Splice(pages, ref state, at, ref joined));
    }

    private static ItemPosition InsertRange(
        PageWriter pages, ref ChainState state, (ChainHome Home, ItemPosition At, IEnumerable<T> Items) args)
    {
        var (home, at, items) = args;
        if (at != ItemPosition.End)
        {
            ItemPages.RequireItem(pages, in state, at, nameof(at));
        }

        var before = state.ItemCount;
        if (items is ItemsView<T> view && view.Chain.Home.IsSame(pages, home))
        {
            items = view.ToArray();
        }

        var next = InsertChunks(pages, ref state, home, at, items);
        return state.ItemCount == before ? at
            : next == ItemPosition.End ? ItemPages.At(pages, in state, before)
            : at;
    }

    // A page of items at a time. The state is kept after each, so that an enumeration that reads the list in the same
    // transaction sees it whole.
    private static ItemPosition InsertChunks(
        PageWriter pages, ref ChainState state, ChainHome home, ItemPosition at, IEnumerable<T> items)
    {
        if (items is T[] array)
        {
            return InsertChunk(pages, ref state, home, at, array);
        }

        var chunk = new T[PageCapacity];
        var count = 0;
        foreach (var item in items)
        {
            chunk[count++] = item;
            if (count == chunk.Length)
            {
                at = InsertChunk(pages, ref state, home, at, chunk);
                count = 0;
            }
        }

        return InsertChunk(pages, ref state, home, at, chunk.AsSpan(0, count));
    }

    private static ItemPosition InsertChunk(
        PageWriter pages, ref ChainState state, ChainHome home, ItemPosition at, ReadOnlySpan<T> items)
    {
        if (items.IsEmpty)
        {
            return at;
        }

        at = ItemPages.InsertRange(pages, ref state, at, Layout.BytesOf(items));
        home.Write(pages, in state);
        return at;
    }
}
