using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Samples.OwnStructure;

/// <summary>
/// The same set, to change. It takes a transaction, and not a pool: an insertion changes both containers, and nobody
/// must see, or find after a power cut, the one without the other.
/// </summary>
/// <typeparam name="T">Type of the items, compared by their own order.</typeparam>
public sealed class PagedSet<T> : PagedSetView<T>
    where T : unmanaged, IComparable<T>
{
    private readonly PageContainer<T> _items;
    private readonly PageContainer<Lead> _leads;

    /// <summary>Prepares to read and write.</summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="state">Where the two states are; all zero = an empty set.</param>
    public PagedSet(PoolTransaction pages, PageAddress state)
        : this(
            // Items come and go anywhere, so every page is balanced; but ascending items should fill their pages.
            new PageContainer<T>(
                pages, ItemsState(state), insert: PageBalance.Begin | PageBalance.Inner, remove: PageBalance.All),
            new PageContainer<Lead>(
                pages, LeadsState(state), insert: PageBalance.Begin | PageBalance.Inner, remove: PageBalance.All))
    {
    }

    private PagedSet(PageContainer<T> items, PageContainer<Lead> leads)
        : base(items, leads) => (_items, _leads) = (items, leads);

    /// <summary>Adds an item; false when it is there.</summary>
    public bool Add(T item)
    {
        if (TryFind(item, out var position))
        {
            return false;
        }

        Follow(_items.Insert(position, item));
        return true;
    }

    /// <summary>Removes an item; false when it is not there.</summary>
    public bool Remove(T item)
    {
        if (!TryFind(item, out var position))
        {
            return false;
        }

        Follow(_items.RemoveAt(position));
        return true;
    }

    // This is all that a parent level takes: the container says which pages begin with another item now, which are new
    // and which are gone. There are at most two, since a change touches at most two pages.
    private void Follow(ContainerChange<T> change)
    {
        Follow(change.First);
        Follow(change.Second);
    }

    private void Follow(PageLead<T> lead)
    {
        switch (lead.Operation)
        {
            case PageLeadOperation.Insert:
                // Before the lead that comes after it: leads have the order of their pages.
                _leads.Insert(After(lead.Item), new(lead.Item, lead.Page.Value));
                break;
            case PageLeadOperation.Replace:
                _leads[Of(lead)] = new(lead.Item, lead.Page.Value);
                break;
            case PageLeadOperation.Remove:
                _leads.RemoveAt(Of(lead));
                break;
        }
    }

    // A page is listed under what it began with before the change.
    private ItemPosition Of(PageLead<T> lead) =>
        TryFindLead(lead.OldItem, out var position) && _leads[position].Page == lead.Page.Value
            ? position
            : throw new InvalidOperationException($"The lead of page {lead.Page} is missing.");

    private ItemPosition After(T item)
    {
        if (!TryFindLead(item, out var position))
        {
            return ItemPosition.End;
        }

        // The first lead of all may be above the item.
        return _leads[position].First.CompareTo(item) > 0 ? position : _leads.Next(position);
    }
}
