using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Positions, and finding items.</summary>
public abstract partial class ItemsView<T>
{
    /// <summary>Position of the first item; the end when there is none.</summary>
    public ItemPosition FirstPosition => Chain.Read(0, static (pages, in state, _) => ItemPages.First(in state));

    /// <summary>Position of the last item; before the first when there is none.</summary>
    public ItemPosition LastPosition => Chain.Read(0, static (pages, in state, _) => ItemPages.Last(pages, in state));

    /// <summary>The position after one: the first after <see cref="ItemPosition.BeforeFirst"/>, the end after the
    /// last.</summary>
    /// <exception cref="ArgumentException">The position names no item, or is the end.</exception>
    public ItemPosition Next(ItemPosition position) =>
        Chain.Read(position, static (pages, in state, position) => ItemPages.Next(pages, in state, position));

    /// <summary>The position before one: the last before <see cref="ItemPosition.End"/>, the edge before the
    /// first.</summary>
    /// <exception cref="ArgumentException">The position names no item, or is before the first.</exception>
    public ItemPosition Previous(ItemPosition position) =>
        Chain.Read(position, static (pages, in state, position) => ItemPages.Previous(pages, in state, position));

    /// <summary>Position of the item with a number. Reads the headers of the pages from the nearer end.</summary>
    /// <param name="index">0 for the first item; the number of items for the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer items.</exception>
    public ItemPosition PositionAt(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Chain.Read(index, static (pages, in state, index) =>
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(index, state.ItemCount);
            return index == state.ItemCount ? ItemPosition.End : ItemPages.At(pages, in state, index);
        });
    }

    /// <summary>Whether an item equal to the given one is there.</summary>
    /// <remarks>
    /// Items are compared as .NET compares them: give the type an <see cref="IEquatable{T}"/>. It is quicker, and
    /// without it .NET refuses to compare a struct with an inline array.
    /// </remarks>
    public bool Contains(T item) => Find(item) != ItemPosition.End;

    /// <summary>Position of the first item equal to the given one; the end when there is none.</summary>
    public ItemPosition Find(T item) => Find(item, ItemPosition.BeforeFirst, ItemPosition.End);

    /// <summary>Position of the first item in a range that is equal to the given one.</summary>
    /// <param name="item">The item to look for, compared by its type's default equality.</param>
    /// <param name="from">Where to begin; <see cref="ItemPosition.BeforeFirst"/> = at the first item.</param>
    /// <param name="to">The item to end before, or the end.</param>
    /// <returns>The position, or <paramref name="to"/> when there is none.</returns>
    /// <exception cref="ArgumentException">A position names no item, or the range ends before it begins.</exception>
    public ItemPosition Find(T item, ItemPosition from, ItemPosition to)
    {
        var pages = Chain.Source.EnterRead();
        try
        {
            return Find(pages, item, from, to);
        }
        finally
        {
            Chain.Source.ExitRead(pages);
        }
    }

    internal ItemPosition Find(PageReader pages, T item, ItemPosition from, ItemPosition to)
    {
        using var walk = new ItemWalk<T>(pages, Chain.Home, from, to, isBackward: false);
        while (walk.MoveNextPage())
        {
            ReadOnlySpan<T> items = walk.Items.AsSpan(walk.First, walk.End - walk.First);
            var index = items.IndexOf(item, EqualityComparer<T>.Default);
            if (index >= 0)
            {
                return new(walk.Page, walk.First + index);
            }
        }

        return to;
    }
}
