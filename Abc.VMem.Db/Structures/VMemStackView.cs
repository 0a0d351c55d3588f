using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A stack of records in the pages of a pool, to read. It is enumerated and copied from the top down; positions count
/// from the bottom up, the last one is the top's.
/// </summary>
/// <inheritdoc cref="ItemsView{T}"/>
public class VMemStackView<T> : ItemsView<T>
    where T : unmanaged
{
    /// <summary>Prepares to read; the file is not touched yet.</summary>
    /// <param name="pages">Where to read: a pool, a transaction or a snapshot.</param>
    /// <param name="state">Where its state is.</param>
    /// <exception cref="ArgumentException">The items are too large for a page.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    public VMemStackView(PageSource pages, PageAddress state)
        : base(pages, state, StateKind.Stack)
    {
    }

    internal VMemStackView(PageSource pages, StateLocator locator)
        : base(pages, locator, StateKind.Stack)
    {
    }

    /// <summary>Walks the items from the top down.</summary>
    public override ItemEnumerator<T> GetEnumerator() => Enumerate(isBackward: true);

    /// <summary>The items from the bottom up.</summary>
    public override IEnumerable<T> Reverse() => Walk(isBackward: false);

    /// <summary>Gets the item on top; false when the stack is empty.</summary>
    public bool TryPeek(out T item)
    {
        (var exists, item) = Chain.Read(0, static (pages, in state, _) =>
            state.PageCount == 0 ? default : (true, Read(pages, in state, ItemPages.Last(pages, in state))));
        return exists;
    }

    /// <summary>The item on top.</summary>
    /// <exception cref="InvalidOperationException">The stack is empty.</exception>
    public T Peek() => TryPeek(out var item) ? item : throw ChainErrors.Empty();

    private protected override int Copy(PageReader pages, in ChainState state, Span<T> destination)
    {
        var count = base.Copy(pages, in state, destination);
        destination[..count].Reverse();
        return count;
    }
}
