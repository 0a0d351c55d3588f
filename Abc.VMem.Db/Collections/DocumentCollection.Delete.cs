using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db;

/// <summary>Deleting.</summary>
public partial class DocumentCollection<T>
{
    /// <summary>Deletes the document with a key; false when there is none.</summary>
    /// <exception cref="ArgumentException">The key is of another type than the collection's.</exception>
    public bool Delete<TKey>(TKey key)
    {
        var statement = new DeleteStatement<T>(this, EncodedKey(key));
        statement.Run(Context);
        return statement.Count == 1;
    }

    /// <inheritdoc cref="Delete{TKey}(TKey)"/>
    public async ValueTask<bool> DeleteAsync<TKey>(TKey key, CancellationToken cancellationToken = default)
    {
        var statement = new DeleteStatement<T>(this, EncodedKey(key));
        await statement.RunAsync(Context, cancellationToken).ConfigureAwait(false);
        return statement.Count == 1;
    }

    /// <summary>Deletes the documents with the given keys, in one transaction; returns how many were there.</summary>
    /// <remarks>The keys are read to the end first; those that do not fit in memory wait in temporary pages.</remarks>
    /// <exception cref="ArgumentException">The keys are of another type than the collection's.</exception>
    public long DeleteMany<TKey>(IEnumerable<TKey> keys)
    {
        using var set = EncodedKeys(keys);
        return Delete(set);
    }

    /// <inheritdoc cref="DeleteMany{TKey}(IEnumerable{TKey})"/>
    public async ValueTask<long> DeleteManyAsync<TKey>(
        IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        using var set = EncodedKeys(keys);
        return await DeleteAsync(set, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Deletes by encoded primary keys, read to the end first, in one transaction; returns how many were there.
    /// </summary>
    internal long DeleteEncoded(IEnumerable<byte[]> primaryKeys)
    {
        using var set = KeysOf(primaryKeys);
        return Delete(set);
    }

    /// <inheritdoc cref="DeleteEncoded"/>
    internal async ValueTask<long> DeleteEncodedAsync(
        IEnumerable<byte[]> primaryKeys, CancellationToken cancellationToken)
    {
        using var set = KeysOf(primaryKeys);
        return await DeleteAsync(set, cancellationToken).ConfigureAwait(false);
    }

    private long Delete(KeySet keys)
    {
        var statement = new DeleteStatement<T>(this, keys);
        statement.Run(Context);
        return statement.Count;
    }

    private async ValueTask<long> DeleteAsync(KeySet keys, CancellationToken cancellationToken)
    {
        var statement = new DeleteStatement<T>(this, keys);
        await statement.RunAsync(Context, cancellationToken).ConfigureAwait(false);
        return statement.Count;
    }

    private byte[] EncodedKey<TKey>(TKey key)
    {
        using var buffers = WorkBuffers.Rent();
        EncodeKey(key, buffers.Key);
        return buffers.Key.ToArray();
    }

    private KeySet KeysOf(IEnumerable<byte[]> primaryKeys)
    {
        var set = new KeySet(Context);
        try
        {
            foreach (var key in primaryKeys)
            {
                set.Add(key);
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private KeySet EncodedKeys<TKey>(IEnumerable<TKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return KeysOf(Encode(keys));

        IEnumerable<byte[]> Encode(IEnumerable<TKey> keys)
        {
            foreach (var key in keys)
            {
                yield return EncodedKey(key);
            }
        }
    }
}
