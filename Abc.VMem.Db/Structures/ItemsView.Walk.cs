using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Enumerating and copying.</summary>
public abstract partial class ItemsView<T>
{
    /// <summary>The items of a range, each time as of the start of the enumeration.</summary>
    /// <param name="from">The first item, or the end; <see cref="ItemPosition.BeforeFirst"/> = from the first item
    /// on.</param>
    /// <param name="to">The item to end before, or the end.</param>
    /// <exception cref="ArgumentException">Enumerating: a position names no item, or the range ends before it
    /// begins.</exception>
    public IEnumerable<T> Range(ItemPosition from, ItemPosition to) => Walk(from, to, isBackward: false);

    /// <summary>All items in the opposite order.</summary>
    public virtual IEnumerable<T> Reverse() => Walk(isBackward: true);

    /// <summary>Copies all items.</summary>
    /// <param name="array">Receives them.</param>
    /// <param name="arrayIndex">Where the first one goes.</param>
    /// <exception cref="ArgumentException">They don't fit.</exception>
    public void CopyTo(T[] array, int arrayIndex)
    {
        ArgumentNullException.ThrowIfNull(array);
        ArgumentOutOfRangeException.ThrowIfNegative(arrayIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arrayIndex, array.Length);
        CopyTo(array.AsSpan(arrayIndex));
    }

    /// <summary>Copies all items.</summary>
    /// <param name="destination">Receives them.</param>
    /// <exception cref="ArgumentException">They don't fit.</exception>
    public void CopyTo(Span<T> destination) =>
        Chain.Read(destination, (pages, in state, destination) =>
        {
            if (state.ItemCount > destination.Length)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The {state.ItemCount} items don't fit into {destination.Length}."));
            }

            return Copy(pages, in state, destination);
        });

    /// <summary>All items, in a list. (The <see cref="List{T}"/> constructor asks for the count first: with a pool in
    /// which another thread writes, that is another moment.)</summary>
    public List<T> ToList() => [.. ToArray()];

    /// <summary>All items, in an array.</summary>
    public T[] ToArray() =>
        Chain.Read(0, (pages, in state, _) =>
        {
            LinkedChain.RequirePossible(pages, in state);
            var items = new T[state.ItemCount];
            Copy(pages, in state, items);
            return items;
        });

    private protected IEnumerable<T> Walk(bool isBackward) =>
        Walk(ItemPosition.BeforeFirst, ItemPosition.End, isBackward);

    private protected ItemEnumerator<T> Enumerate(bool isBackward) =>
        new(Chain, ItemPosition.BeforeFirst, ItemPosition.End, isBackward);

    /// <summary>Copies all items in the order in which they are enumerated; there is room.</summary>
    private protected virtual int Copy(PageReader pages, in ChainState state, Span<T> destination)
    {
        var count = 0;
        var steps = ChainSteps.All(in state);
        while (!steps.Next.IsNil)
        {
            using var page = pages.Read(steps.Next);
            var inPage = steps.EnterItems(in page);
            if (inPage > destination.Length - count)
            {
                throw ChainErrors.State(in state);
            }

            Layout.Array<T>(page.Payload, 0, inPage).CopyTo(destination[count..]);
            count += inPage;
        }

        return count == state.ItemCount ? count : throw ChainErrors.State(in state);
    }

    private ItemSequence<T> Walk(ItemPosition from, ItemPosition to, bool isBackward) =>
        new(Chain, from, to, isBackward);
}
