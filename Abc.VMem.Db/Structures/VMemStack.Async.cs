using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Changing a stack without blocking a thread. Cancelled after the log was written, the outcome is unknown.
/// </summary>
public partial class VMemStack<T>
{
    /// <summary>As <see cref="Push(T)"/>, without blocking a thread.</summary>
    public async ValueTask PushAsync(T item, CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync(item, Push, cancellationToken).ConfigureAwait(false);

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

    /// <summary>As <see cref="TryPop"/>, without blocking a thread.</summary>
    /// <returns>Whether there was one, and the item.</returns>
    public ValueTask<(bool Popped, T Item)> TryPopAsync(CancellationToken cancellationToken = default) =>
        Chain.ChangeAsync(0, Pop, cancellationToken);

    /// <summary>As <see cref="Pop()"/>, without blocking a thread.</summary>
    public async ValueTask<T> PopAsync(CancellationToken cancellationToken = default)
    {
        var (popped, item) = await TryPopAsync(cancellationToken).ConfigureAwait(false);
        return popped ? item : throw ChainErrors.Empty();
    }

    /// <summary>As <see cref="Clear()"/>, without blocking a thread.</summary>
    public async ValueTask ClearAsync(CancellationToken cancellationToken = default) =>
        await Chain.ChangeAsync(0, Clear, cancellationToken).ConfigureAwait(false);
}
