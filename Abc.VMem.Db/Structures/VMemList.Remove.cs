using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Removing items.</summary>
public partial class VMemList<T>
{
    /// <summary>Removes the item at a position.</summary>
    /// <returns>Where the item after it is, or the end.</returns>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ItemPosition RemoveAt(ItemPosition position) => Chain.Change(position, RemoveAt);

    /// <summary>Removes the items of a range. Whole pages go back at once.</summary>
    /// <param name="from">The first item, or the end.</param>
    /// <param name="to">The item to end before, or the end.</param>
    /// <returns>Where the item after the range is, or the end.</returns>
    /// <exception cref="ArgumentException">A position names no item, or the range ends before it begins.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ItemPosition RemoveRange(ItemPosition from, ItemPosition to) =>
        Chain.Change((from, to), RemoveRange);

    /// <summary>Removes the first item equal to the given one.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public bool Remove(T item) => Chain.Change((this, item), Remove);

    /// <summary>Removes the first item; false when there is none.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public bool TryRemoveFirst(out T item)
    {
        (var removed, item) = Chain.Change(false, RemoveEdge);
        return removed;
    }

    /// <summary>Removes the last item; false when there is none.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public bool TryRemoveLast(out T item)
    {
        (var removed, item) = Chain.Change(true, RemoveEdge);
        return removed;
    }

    /// <summary>
    /// Removes the items that a condition holds for, in one pass that merges pages too. When there are more pages to
    /// change than the transaction may still rewrite, what is kept goes to new pages: no list is too long.
    /// </summary>
    /// <param name="condition">Is asked once for each item, in order; must not change the list. When it throws, nothing
    /// is removed; in a transaction that removed items already, only the rollback is left.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public long RemoveWhere(Predicate<T> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Chain.Change((Chain.Home, condition), RemoveWhere);
    }

    private static ItemPosition RemoveAt(PageWriter pages, ref ChainState state, ItemPosition position) =>
        ItemPages.Remove(pages, ref state, position, RemoveBalance);

    private static ItemPosition RemoveRange(
        PageWriter pages, ref ChainState state, (ItemPosition From, ItemPosition To) range) =>
        ItemPages.RemoveRange(pages, ref state, range.From, range.To, RemoveBalance);

    private static bool Remove(PageWriter pages, ref ChainState state, (VMemList<T> List, T Item) args)
    {
        var position = args.List.Find(pages, args.Item, ItemPosition.BeforeFirst, ItemPosition.End);
        if (position == ItemPosition.End)
        {
            return false;
        }

        ItemPages.Remove(pages, ref state, position, RemoveBalance);
        return true;
    }

    private static long RemoveWhere(
        PageWriter pages, ref ChainState state, (ChainHome Home, Predicate<T> Condition) args)
    {
        var before = state.ItemCount;
        var items = new T[PageCapacity];
        var sweep = new ItemSweep(in state);
        while (sweep.TryRead(pages, in state, Layout.BytesOf(items.AsSpan()), out var count))
        {
            var kept = Keep(items.AsSpan(0, count), args.Condition);
            if (sweep.Replace(pages, ref state, Layout.BytesOf(items.AsSpan(0, kept))))
            {
                // A condition that reads the list sees it whole.
                args.Home.Write(pages, in state);
            }
        }

        return before - state.ItemCount;
    }

    private static int Keep(Span<T> items, Predicate<T> condition)
    {
        var kept = 0;
        foreach (var item in items)
        {
            if (!condition(item))
            {
                items[kept++] = item;
            }
        }

        return kept;
    }

    private static (bool Removed, T Item) RemoveEdge(PageWriter pages, ref ChainState state, bool isLast)
    {
        if (state.PageCount == 0)
        {
            return default;
        }

        var position = isLast ? ItemPages.Last(pages, in state) : ItemPages.First(in state);
        var item = Read(pages, in state, position);
        ItemPages.Remove(pages, ref state, position, RemoveBalance);
        return (true, item);
    }
}
