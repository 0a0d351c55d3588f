using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Changing a list without blocking a thread. Cancelled after the log was written, the outcome is unknown.
/// </summary>
public partial class VMemList<T>
{
    /// <summary>As <see cref="Add"/>, without blocking a thread.</summary>
    public ValueTask<ItemPosition> AddAsync(T item, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(
            item,
            static (pages, ref state, item) => ItemPages.Append(pages, ref state, Bytes(in item)),
            cancellationToken);

    /// <summary>Appends items, without blocking a thread; fills page after page.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public async ValueTask AddRangeAsync(ReadOnlyMemory<T> items, CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync(
            items,
            static (pages, ref state, items) =>
            {
                ItemPages.AppendRange(pages, ref state, Layout.BytesOf(items.Span));
                return 0;
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="Insert"/>, without blocking a thread.</summary>
    public ValueTask<ItemPosition> InsertAsync(
        ItemPosition at, T item, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(
            (at, item),
            static (pages, ref state, args) =>
                ItemPages.Insert(pages, ref state, args.at, Bytes(in args.item), InsertBalance),
            cancellationToken);

    /// <summary>As <see cref="RemoveAt"/>, without blocking a thread.</summary>
    public ValueTask<ItemPosition> RemoveAtAsync(
        ItemPosition position, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(
            position,
            static (pages, ref state, position) => ItemPages.Remove(pages, ref state, position, RemoveBalance),
            cancellationToken);

    /// <summary>As <see cref="RemoveRange"/>, without blocking a thread.</summary>
    public ValueTask<ItemPosition> RemoveRangeAsync(
        ItemPosition from, ItemPosition to, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(
            (from, to),
            static (pages, ref state, args) =>
                ItemPages.RemoveRange(pages, ref state, args.from, args.to, RemoveBalance),
            cancellationToken);

    /// <summary>As <see cref="Clear"/>, without blocking a thread.</summary>
    public async ValueTask ClearAsync(CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync(
            0,
            static (pages, ref state, _) =>
            {
                LinkedChain.Clear(pages, ref state);
                return 0;
            },
            cancellationToken).ConfigureAwait(false);
}
