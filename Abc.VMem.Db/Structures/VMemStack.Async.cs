using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Changing a stack without blocking a thread. Cancelled after the log was written, the outcome is unknown.
/// </summary>
public partial class VMemStack<T>
{
    /// <summary>As <see cref="Push"/>, without blocking a thread.</summary>
    public async ValueTask PushAsync(T item, CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync(
            item,
            static (pages, ref state, item) => ItemPages.Append(pages, ref state, Bytes(in item)),
            cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="PushRange"/>, without blocking a thread.</summary>
    public async ValueTask PushRangeAsync(ReadOnlyMemory<T> items, CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync(
            items,
            static (pages, ref state, items) =>
            {
                ItemPages.AppendRange(pages, ref state, Layout.BytesOf(items.Span));
                return 0;
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Takes the item on top, without blocking a thread; false when the stack is empty.</summary>
    /// <exception cref="TransactionException">It can't be written now; the reason says why.</exception>
    public ValueTask<(bool Popped, T Item)> TryPopAsync(CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(0, static (pages, ref state, _) => PopFrom(pages, ref state), cancellationToken);

    /// <summary>As <see cref="Pop"/>, without blocking a thread.</summary>
    public async ValueTask<T> PopAsync(CancellationToken cancellationToken = default)
    {
        var (popped, item) = await TryPopAsync(cancellationToken).ConfigureAwait(false);
        return popped ? item : throw ChainErrors.Empty();
    }

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
