using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db;

/// <summary>Deleting.</summary>
public partial class DocumentCollection<T>
{
    /// <summary>Deletes the document with a key; false when there is none.</summary>
    /// <exception cref="ArgumentException">The key is of another type than the collection's.</exception>
    public bool Delete<TKey>(TKey key) => DeleteEncoded([EncodedKey(key)]) == 1;

    /// <inheritdoc cref="Delete{TKey}(TKey)"/>
    public async ValueTask<bool> DeleteAsync<TKey>(TKey key, CancellationToken cancellationToken = default) =>
        await DeleteEncodedAsync([EncodedKey(key)], cancellationToken).ConfigureAwait(false) == 1;

    /// <summary>Deletes the documents with the given keys, in one transaction; returns how many were there.</summary>
    /// <exception cref="ArgumentException">The keys are of another type than the collection's.</exception>
    public long DeleteMany<TKey>(IEnumerable<TKey> keys) => DeleteEncoded(EncodedKeys(keys));

    /// <inheritdoc cref="DeleteMany{TKey}(IEnumerable{TKey})"/>
    public ValueTask<long> DeleteManyAsync<TKey>(
        IEnumerable<TKey> keys, CancellationToken cancellationToken = default) =>
        DeleteEncodedAsync(EncodedKeys(keys), cancellationToken);

    /// <summary>Deletes by encoded primary keys, in one transaction; returns how many were there.</summary>
    internal long DeleteEncoded(IReadOnlyList<byte[]> primaryKeys)
    {
        var statement = new DeleteStatement<T>(this, primaryKeys);
        statement.Run(Context);
        return statement.Count;
    }

    /// <inheritdoc cref="DeleteEncoded"/>
    internal async ValueTask<long> DeleteEncodedAsync(
        IReadOnlyList<byte[]> primaryKeys, CancellationToken cancellationToken)
    {
        var statement = new DeleteStatement<T>(this, primaryKeys);
        await statement.RunAsync(Context, cancellationToken).ConfigureAwait(false);
        return statement.Count;
    }

    private byte[] EncodedKey<TKey>(TKey key)
    {
        using var buffers = WorkBuffers.Rent();
        EncodeKey(key, buffers.Key);
        return buffers.Key.ToArray();
    }

    private List<byte[]> EncodedKeys<TKey>(IEnumerable<TKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var encoded = new List<byte[]>();
        var buffer = new KeyBuffer();
        foreach (var key in keys)
        {
            buffer.Clear();
            EncodeKey(key, buffer);
            encoded.Add(buffer.ToArray());
        }

        return encoded;
    }
}
