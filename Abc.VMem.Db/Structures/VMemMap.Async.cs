using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>
/// Changing a map without blocking a thread. Cancelled after the log was written, the outcome is unknown.
/// </summary>
public sealed partial class VMemMap
{
    /// <summary>As <see cref="Put"/>, without blocking a thread.</summary>
    public async ValueTask<bool> PutAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        BTree.CheckLimits(key.Length, value.Length);
        var pages = await _scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            bool existed = BTree.Put(pages, Locator.FindOrCreate(pages), key.Span, value.Span);
            await _scope.ExitWriteAsync(pages, cancellationToken).ConfigureAwait(false);
            return existed;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    /// <summary>As <see cref="Insert"/>, without blocking a thread.</summary>
    public async ValueTask<bool> InsertAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        BTree.CheckLimits(key.Length, value.Length);
        var pages = await _scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            bool inserted = BTree.Insert(pages, Locator.FindOrCreate(pages), key.Span, value.Span);
            await _scope.ExitWriteAsync(pages, cancellationToken).ConfigureAwait(false);
            return inserted;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    /// <summary>As <see cref="Remove"/>, without blocking a thread.</summary>
    public async ValueTask<bool> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        var pages = await _scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            bool removed = Locator.TryFind(pages, out var state) && BTree.Remove(pages, state, key.Span);
            await _scope.ExitWriteAsync(pages, cancellationToken).ConfigureAwait(false);
            return removed;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    /// <summary>As <see cref="Clear"/>, without blocking a thread.</summary>
    public async ValueTask ClearAsync(CancellationToken cancellationToken = default)
    {
        var pages = await _scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Locator.TryFind(pages, out var state))
            {
                BTree.Clear(pages, state);
            }

            await _scope.ExitWriteAsync(pages, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }
}
