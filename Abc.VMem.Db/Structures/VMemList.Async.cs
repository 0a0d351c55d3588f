using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Changing a list without blocking a thread. Cancelled after the log was written, the outcome is unknown.
/// </summary>
public partial class VMemList<T>
{
    /// <summary>As setting the item at a position, without blocking a thread.</summary>
    public async ValueTask SetAsync(
        ItemPosition position, T item, CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync((position, item), Set, cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="Add"/>, without blocking a thread.</summary>
    public ValueTask<ItemPosition> AddAsync(T item, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(item, Append, cancellationToken);

    /// <summary>As <see cref="AddFirst"/>, without blocking a thread.</summary>
    public ValueTask<ItemPosition> AddFirstAsync(T item, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(item, Prepend, cancellationToken);

    /// <summary>As <see cref="AddRange(ReadOnlySpan{T})"/>, without blocking a thread.</summary>
    public async ValueTask AddRangeAsync(ReadOnlyMemory<T> items, CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync(
            items,
            static (pages, ref state, items) =>
            {
                ItemPages.AppendRange(pages, ref state, Layout.BytesOf(items.Span));
                return 0;
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="Insert(ItemPosition, T)"/>, without blocking a thread.</summary>
    public ValueTask<ItemPosition> InsertAsync(
        ItemPosition at, T item, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync((at, item), Insert, cancellationToken);

    /// <summary>As <see cref="InsertRange(ItemPosition, IEnumerable{T})"/>, without blocking a thread but for
    /// enumerating the items. At the end it appends.</summary>
    public ValueTask<ItemPosition> InsertRangeAsync(
        ItemPosition at, IEnumerable<T> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Chain.ChangeAsync((at, items), InsertRange, cancellationToken);
    }

    /// <summary>As <see cref="RemoveAt(ItemPosition)"/>, without blocking a thread.</summary>
    public ValueTask<ItemPosition> RemoveAtAsync(
        ItemPosition position, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(position, RemoveAt, cancellationToken);

    /// <summary>As <see cref="RemoveRange(ItemPosition, ItemPosition)"/>, without blocking a thread.</summary>
    public ValueTask<ItemPosition> RemoveRangeAsync(
        ItemPosition from, ItemPosition to, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync((from, to), RemoveRange, cancellationToken);

    /// <summary>As <see cref="Remove(T)"/>, without blocking a thread.</summary>
    public ValueTask<bool> RemoveAsync(T item, CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync((this, item), Remove, cancellationToken);

    /// <summary>As <see cref="RemoveWhere(Predicate{T})"/>, without blocking a thread.</summary>
    public ValueTask<long> RemoveWhereAsync(Predicate<T> condition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Chain.ChangeAsync((Chain.Home, condition), RemoveWhere, cancellationToken);
    }

    /// <summary>As <see cref="TryRemoveFirst"/>, without blocking a thread.</summary>
    /// <returns>Whether there was one, and the item.</returns>
    public ValueTask<(bool Removed, T Item)> TryRemoveFirstAsync(CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(false, RemoveEdge, cancellationToken);

    /// <summary>As <see cref="TryRemoveLast"/>, without blocking a thread.</summary>
    /// <returns>Whether there was one, and the item.</returns>
    public ValueTask<(bool Removed, T Item)> TryRemoveLastAsync(CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(true, RemoveEdge, cancellationToken);

    /// <summary>As <see cref="Clear()"/>, without blocking a thread.</summary>
    public async ValueTask ClearAsync(CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync(0, Clear, cancellationToken).ConfigureAwait(false);
}
