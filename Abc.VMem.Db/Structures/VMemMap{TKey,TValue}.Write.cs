using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Changing a typed map.</summary>
public sealed partial class VMemMap<TKey, TValue>
{
    /// <summary>Adds or replaces an entry; true when one was replaced.</summary>
    /// <exception cref="LimitExceededException">The key or value is too long; nothing was changed.</exception>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public bool Put(TKey key, TValue value)
    {
        using var buffers = MapBuffers.Rent();
        Encode(key, value, buffers);
        return _bytes.Put(buffers.Key.Span, buffers.Written.WrittenSpan);
    }

    /// <summary>Adds an entry; false, and no change, when the key is there.</summary>
    /// <exception cref="LimitExceededException">The key or value is too long; nothing was changed.</exception>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public bool Insert(TKey key, TValue value)
    {
        using var buffers = MapBuffers.Rent();
        Encode(key, value, buffers);
        return _bytes.Insert(buffers.Key.Span, buffers.Written.WrittenSpan);
    }

    /// <summary>Removes an entry; false when it was not there.</summary>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public bool Remove(TKey key)
    {
        using var buffers = MapBuffers.Rent();
        return _bytes.Remove(EncodeKey(key, buffers));
    }

    /// <summary>Removes all entries. Cheap: whole levels of pages go back at once.</summary>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public void Clear() => _bytes.Clear();

    /// <summary>As <see cref="Put"/>, without blocking a thread.</summary>
    public async ValueTask<bool> PutAsync(TKey key, TValue value, CancellationToken cancellationToken = default)
    {
        using var buffers = MapBuffers.Rent();
        Encode(key, value, buffers);
        return await _bytes.PutAsync(buffers.Key.Memory, buffers.Written.WrittenMemory, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>As <see cref="Insert"/>, without blocking a thread.</summary>
    public async ValueTask<bool> InsertAsync(TKey key, TValue value, CancellationToken cancellationToken = default)
    {
        using var buffers = MapBuffers.Rent();
        Encode(key, value, buffers);
        return await _bytes.InsertAsync(buffers.Key.Memory, buffers.Written.WrittenMemory, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>As <see cref="Remove"/>, without blocking a thread.</summary>
    public async ValueTask<bool> RemoveAsync(TKey key, CancellationToken cancellationToken = default)
    {
        using var buffers = MapBuffers.Rent();
        EncodeKey(key, buffers);
        return await _bytes.RemoveAsync(buffers.Key.Memory, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="Clear"/>, without blocking a thread.</summary>
    public ValueTask ClearAsync(CancellationToken cancellationToken = default) =>
        _bytes.ClearAsync(cancellationToken);
}
