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
    /// <param name="items">The items, as they are before the call; may be this list, or a query over it, but none that
    /// changes something.</param>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void AddRange(IEnumerable<T> items) => InsertRange(ItemPosition.End, items);

    /// <summary>
    /// Inserts items, in one transaction. Items before them stay where they are; those after them in their page move
    /// behind the last new one.
    /// </summary>
    /// <param name="at">The item that they come before, or the end.</param>
    /// <param name="items">The items, as they are before the call; may be this list, or a query over it, but none that
    /// changes something. When enumerating them throws, nothing is inserted; in a transaction that wrote a page of them
    /// already, only the rollback is left.</param>
    /// <returns>Where the first one is; <paramref name="at"/> when there is none.</returns>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ItemPosition InsertRange(ItemPosition at, IEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Chain.Change((at, items), InsertRange);
    }

    /// <summary>Moves all items of another list to the end of this one, page by page as they are; no item is
    /// copied.</summary>
    /// <exception cref="ArgumentException">It is this list, or belongs to another pool or transaction.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Splice(VMemList<T> other) => Splice(ItemPosition.End, other);

    /// <summary>Moves all items of another list into this one, page by page as they are. At most the items of one page
    /// of this list are copied. The other list's state may lie in an item of this one (a parent's children that go
    /// before it), but not the other way round: a list that lies in itself is lost.</summary>
    /// <param name="at">The item that they come before, or the end.</param>
    /// <param name="other">The list that is empty then.</param>
    /// <returns>Where the item is now that the others were moved before.</returns>
    /// <exception cref="ArgumentException">It is this list, belongs to another pool or transaction, or the position
    /// names no item.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ItemPosition Splice(ItemPosition at, VMemList<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Chain.Join(
            other.Chain,
            at,
            static (pages, in state, at) => at == ItemPosition.End ? 0 : ItemPages.RoomAt(pages, in state, at),
            static (pages, ref state, ref joined, at) => ItemPages.Splice(pages, ref state, at, ref joined));
    }

    private static ItemPosition InsertRange(
        PageWriter pages, ref ChainState state, (ItemPosition At, IEnumerable<T> Items) args)
    {
        var (at, items) = args;
        var room = ItemPages.RoomAt(pages, in state, at);
        var before = state;
        if (items is T[] array)
        {
            ItemPages.InsertRange(pages, ref state, at, Layout.BytesOf(array.AsSpan()));
        }
        else
        {
            ItemPages.InsertRun(pages, ref state, at, Collect(pages, in state, room, items));
        }

        return at != ItemPosition.End || state.ItemCount == before.ItemCount
            ? at
            : FirstBehind(pages, in state, in before, room);
    }

    private static ItemRun Collect(PageWriter pages, in ChainState state, int room, IEnumerable<T> items)
    {
        var run = new ItemRun(in state, room);
        var chunk = new T[PageCapacity];
        var count = 0;
        foreach (var item in items)
        {
            chunk[count++] = item;
            if (count == chunk.Length)
            {
                run.Add(pages, Layout.BytesOf(chunk.AsSpan()));
                count = 0;
            }
        }

        run.Add(pages, Layout.BytesOf(chunk.AsSpan(0, count)));
        return run;
    }

    /// <summary>Where the first item is that was appended; the last page before had room for some.</summary>
    private static ItemPosition FirstBehind(PageReader pages, in ChainState state, in ChainState before, int room) =>
        room > 0 ? new(before.Back, PageCapacity - room)
        : before.PageCount == 0 ? ItemPages.First(in state)
        : new(LinkedChain.Links(pages, in state, before.Back).Next, 0);
}
