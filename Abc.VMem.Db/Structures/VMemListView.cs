using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>A list of records in the pages of a pool, to read.</summary>
/// <inheritdoc cref="ItemsView{T}"/>
public class VMemListView<T> : ItemsView<T>
    where T : unmanaged
{
    /// <summary>Prepares to read; the file is not touched yet.</summary>
    /// <param name="pages">Where to read: a pool, a transaction or a snapshot.</param>
    /// <param name="state">Where its state is.</param>
    /// <exception cref="ArgumentException">The items are too large for a page.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    public VMemListView(PageSource pages, PageAddress state)
        : base(pages, state, StateKind.List)
    {
    }

    internal VMemListView(PageSource pages, StateLocator locator)
        : base(pages, locator, StateKind.List)
    {
    }

    internal VMemListView(PageSource pages, ChainHome home)
        : base(pages, home)
    {
    }
}
