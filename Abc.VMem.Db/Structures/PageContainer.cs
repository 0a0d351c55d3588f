using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A container of items of a fixed size, dense in the pages of a pool, with the program's own balance of pages; made to
/// build other structures on. Each insertion and removal says how the first items of pages changed, which is what a
/// level above it has to know.
/// </summary>
/// <remarks>
/// Where removals are balanced, a page is merged with the next one when it is at most half full and both fit into one,
/// and with either neighbour when both take less than three quarters of one; while the whole container is below half
/// full, when both fit. Balanced everywhere, random insertions and removals, and removals in any order from full pages,
/// leave the pages at least half full; no order of insertions and removals leaves less than a third (but for one page
/// each). Where nothing is balanced, a page leaves with its last item.
/// </remarks>
/// <inheritdoc cref="ItemsView{T}"/>
public class PageContainer<T> : PageContainerView<T>
    where T : unmanaged
{
    private readonly PageBalance _insert;
    private readonly PageBalance _remove;

    /// <summary>Prepares to read and write; the file is not touched yet.</summary>
    /// <param name="pages">Where to read and write: a pool or a transaction.</param>
    /// <param name="state">Where its state is; all zero = empty.</param>
    /// <param name="insert">Where insertions are balanced.</param>
    /// <param name="remove">Where removals are balanced.</param>
    /// <exception cref="ArgumentException">The items are too large for a page.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there, or a balance is none.</exception>
    public PageContainer(PageScope pages, PageAddress state, PageBalance insert, PageBalance remove)
        : base(pages, state) => (_insert, _remove) = (Known(insert), Known(remove));

    /// <summary>Where it is read and written: the pool or transaction that it was constructed from.</summary>
    public PageScope Scope => Chain.Scope;

    /// <summary>
    /// The item at a position. Setting the first one of a page changes the page's lead, which is not reported: see
    /// <see cref="Replace"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    public new T this[ItemPosition position]
    {
        get => Get(position);
        set => Chain.Change((position, value), static (pages, ref state, args) =>
        {
            ItemPages.Write(pages, in state, args.position, Bytes(in args.value));
            return 0;
        });
    }

    /// <summary>Inserts an item.</summary>
    /// <param name="at">The item that it comes before, or the end.</param>
    /// <param name="item">The item.</param>
    /// <returns>Where it is, and the leads that changed.</returns>
    /// <exception cref="ArgumentException">The position names no item.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ContainerChange<T> Insert(ItemPosition at, T item) =>
        Chain.Change((at, item, _insert), static (pages, ref state, args) =>
        {
            var leads = new LeadTrace(ItemBytes);
            var position = ItemPages.Insert(pages, ref state, args.at, Bytes(in args.item), args._insert, leads);
            return Changed(pages, position, leads);
        });

    /// <summary>Overwrites an item.</summary>
    /// <param name="position">Where it is.</param>
    /// <param name="item">The item that takes its place.</param>
    /// <returns>The position, and the lead that changed when the item is the first one of its page.</returns>
    /// <inheritdoc cref="Insert" path="/exception"/>
    public ContainerChange<T> Replace(ItemPosition position, T item) =>
        Chain.Change((position, item), static (pages, ref state, args) =>
        {
            var leads = new LeadTrace(ItemBytes);
            ItemPages.Write(pages, in state, args.position, Bytes(in args.item), leads);
            return Changed(pages, args.position, leads);
        });

    /// <summary>Removes an item.</summary>
    /// <returns>Where the item after it is, or the end, and the leads that changed.</returns>
    /// <inheritdoc cref="Insert" path="/exception"/>
    public ContainerChange<T> RemoveAt(ItemPosition position) =>
        Chain.Change((position, _remove), static (pages, ref state, args) =>
        {
            var leads = new LeadTrace(ItemBytes);
            var next = ItemPages.Remove(pages, ref state, args.position, args._remove, leads);
            return Changed(pages, next, leads);
        });

    /// <summary>Appends items; fills page after page. The leads of the new pages are not reported: a level above has to
    /// look at the pages from the one on that was the last.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void AddRange(ReadOnlySpan<T> items) =>
        Chain.Change(items, static (pages, ref state, items) =>
        {
            ItemPages.AppendRange(pages, ref state, Layout.BytesOf(items));
            return 0;
        });

    /// <summary>Moves all items of another container to the end of this one, page by page as they are; no item is
    /// copied. The leads are not reported: a level above has to be joined or built anew.</summary>
    /// <exception cref="ArgumentException">It is this one, or belongs to another pool or transaction.</exception>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Splice(PageContainer<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Chain.Join(
            other.Chain,
            0,
            static (pages, in state, _) => 0,
            static (pages, ref state, ref joined, _) =>
            {
                LinkedChain.Splice(pages, ref state, PagePos.Nil, ref joined);
                return 0;
            });
    }

    /// <summary>Removes all items. Cheap: all pages go back at once. A level above is to be cleared too.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public void Clear() =>
        Chain.Change(0, static (pages, ref state, _) =>
        {
            LinkedChain.Clear(pages, ref state);
            return 0;
        });

    private static PageBalance Known(PageBalance balance) =>
        (balance & ~PageBalance.All) == 0
            ? balance
            : throw new ArgumentOutOfRangeException(nameof(balance), balance, "Begin, Inner and End are known.");

    // The difference of the leads before and after, so that nothing can be forgotten.
    private static ContainerChange<T> Changed(PageReader pages, ItemPosition position, LeadTrace leads)
    {
        var (first, second) = (default(PageLead<T>), default(PageLead<T>));
        foreach (ref readonly var entry in leads.Entries)
        {
            var lead = Difference(pages, in entry);
            if (lead.Operation != PageLeadOperation.None)
            {
                Debug.Assert(second.Operation == PageLeadOperation.None);
                (first, second) = first.Operation == PageLeadOperation.None ? (lead, second) : (first, lead);
            }
        }

        return new(position, first, second);
    }

    private static PageLead<T> Difference(PageReader pages, in LeadTrace.Entry entry)
    {
        T old = entry.OldItem is null ? default : Layout.At<T>((ReadOnlySpan<byte>)entry.OldItem, 0);
        if (entry.IsGone)
        {
            return new(PageLeadOperation.Remove, entry.Page, default, old);
        }

        using var page = pages.Read(entry.Page);
        var item = Layout.At<T>(page.Payload, 0);
        return entry.OldItem is null ? new(PageLeadOperation.Insert, entry.Page, item, default)
            : Bytes(in item).SequenceEqual(entry.OldItem) ? default
            : new(PageLeadOperation.Replace, entry.Page, item, old);
    }
}
