using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Samples.OwnStructure;

/// <summary>
/// A sorted set in the pages of a pool, to read: an example of a structure that the library does not have. It consists
/// of two containers: the items in ascending order, and above them a level of leads, one for each page of items, which
/// says what the page begins with.
/// </summary>
/// <remarks>
/// Finding an item reads the level of leads, not the items: with 506 items and 253 leads to a page, a set of a million
/// numbers has 2,000 to 4,000 pages of items, and 8 to 16 pages of leads. A third level would follow the second one in
/// the same way as the second follows the first.
/// </remarks>
/// <typeparam name="T">Type of the items, compared by their own order.</typeparam>
public class PagedSetView<T>
    where T : unmanaged, IComparable<T>
{
    /// <summary>Bytes that the structure takes where the program puts it: two states, one after the other.</summary>
    public const int StateBytes = 2 * VMemState.Bytes;

    private readonly PageContainerView<T> _items;
    private readonly PageContainerView<Lead> _leads;

    // Buffers of a page each: reading a page copies it, so that nothing stays pinned.
    private readonly T[] _page = new T[PageContainerView<T>.PageCapacity];
    private readonly Lead[] _leadPage = new Lead[PageContainerView<Lead>.PageCapacity];

    /// <summary>Prepares to read in a snapshot or a transaction: both containers as of the same moment.</summary>
    /// <param name="pages">Where to read.</param>
    /// <param name="state">Where the two states are.</param>
    public PagedSetView(PoolSnapshot pages, PageAddress state)
        : this(
            new PageContainerView<T>(pages, ItemsState(state)),
            new PageContainerView<Lead>(pages, LeadsState(state)))
    {
    }

    private protected PagedSetView(PageContainerView<T> items, PageContainerView<Lead> leads) =>
        (_items, _leads) = (items, leads);

    /// <summary>How many items there are. Costs nothing: each state counts.</summary>
    public long Count => _items.Count;

    /// <summary>Pages of items.</summary>
    public long ItemPages => _items.PageCount;

    /// <summary>Pages of leads.</summary>
    public long LeadPages => _leads.PageCount;

    /// <summary>The items in ascending order.</summary>
    public IEnumerable<T> Items => _items;

    /// <summary>Whether an item is there.</summary>
    public bool Contains(T item) => TryFind(item, out _);

    /// <summary>Verifies that the leads are those of the pages of items, in order.</summary>
    /// <exception cref="InvalidOperationException">They are not.</exception>
    public void Check()
    {
        var page = _items.FirstPage;
        foreach (var lead in _leads)
        {
            if (page.Value != lead.Page || _items[new ItemPosition(page, 0)].CompareTo(lead.First) != 0)
            {
                throw new InvalidOperationException($"The lead of page {lead.Page} is not that of page {page}.");
            }

            page = _items.NextPage(page);
        }

        if (!page.IsNil)
        {
            throw new InvalidOperationException($"Page {page} has no lead.");
        }
    }

    /// <summary>Finds an item; when it is not there, the position before which it belongs.</summary>
    private protected bool TryFind(T item, out ItemPosition position)
    {
        position = ItemPosition.End;
        if (!TryFindLead(item, out var lead))
        {
            return false;
        }

        // An item before all others belongs to the first page.
        var page = new PagePos(_leads[lead].Page);
        var items = _page.AsSpan(0, _items.CopyPage(page, _page));
        var index = items.BinarySearch(item);
        var place = index < 0 ? ~index : index;
        position = place < items.Length ? new(page, place) : _items.Next(new ItemPosition(page, place - 1));
        return index >= 0;
    }

    /// <summary>Finds the last lead that is not above an item, or the first one; false when there is none.</summary>
    private protected bool TryFindLead(T item, out ItemPosition position)
    {
        var page = _leads.FirstPage;
        for (var next = page; !next.IsNil; next = _leads.NextPage(next))
        {
            if (_leads[new ItemPosition(next, 0)].First.CompareTo(item) > 0)
            {
                break;
            }

            page = next;
        }

        if (page.IsNil)
        {
            position = ItemPosition.End;
            return false;
        }

        var leads = _leadPage.AsSpan(0, _leads.CopyPage(page, _leadPage));
        var index = leads.BinarySearch(new Lead(item, 0));
        position = new(page, Math.Max(0, index < 0 ? ~index - 1 : index));
        return true;
    }

    private protected static PageAddress ItemsState(PageAddress state) => state;

    private protected static PageAddress LeadsState(PageAddress state) => state.Plus(VMemState.Bytes);

    /// <summary>What a page of items begins with, and which page that is.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private protected readonly struct Lead(T first, long page) : IComparable<Lead>
    {
        public readonly T First = first;
        public readonly long Page = page;

        public int CompareTo(Lead other) => First.CompareTo(other.First);
    }
}
