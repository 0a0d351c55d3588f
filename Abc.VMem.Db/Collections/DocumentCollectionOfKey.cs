using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db;

/// <summary>A collection whose key type is known to the compiler. See <see cref="DocumentCollection{T}"/>.</summary>
/// <typeparam name="T">Type of the documents.</typeparam>
/// <typeparam name="TKey">Type of the keys.</typeparam>
public sealed class DocumentCollection<T, TKey> : DocumentCollection<T>
{
    internal DocumentCollection(DatabaseContext context, string name, KeyAccess<T> keys)
        : base(context, name, keys)
    {
    }

    /// <summary>
    /// A collection whose key is what a lambda gives; checks the stored definition at once, if there is one.
    /// </summary>
    internal static DocumentCollection<T, TKey> Open(
        DatabaseContext context, string name, Expression<Func<T, TKey>> key)
    {
        var collection = new DocumentCollection<T, TKey>(context, name, KeyMember.AccessOf(key));
        collection.LastBinding();
        return collection;
    }

    /// <inheritdoc cref="DocumentCollection{T}.Find{TKey}(TKey)"/>
    public T? Find(TKey key) => Find<TKey>(key);

    /// <inheritdoc cref="DocumentCollection{T}.TryFind{TKey}(TKey, out T)"/>
    public bool TryFind(TKey key, [MaybeNullWhen(false)] out T document) => TryFind<TKey>(key, out document);

    /// <inheritdoc cref="DocumentCollection{T}.Contains{TKey}(TKey)"/>
    public bool Contains(TKey key) => Contains<TKey>(key);

    /// <inheritdoc cref="DocumentCollection{T}.FindMany{TKey}(IEnumerable{TKey})"/>
    public IReadOnlyList<T> FindMany(IEnumerable<TKey> keys) => FindMany<TKey>(keys);

    /// <inheritdoc cref="DocumentCollection{T}.Delete{TKey}(TKey)"/>
    public bool Delete(TKey key) => Delete<TKey>(key);

    /// <inheritdoc cref="DocumentCollection{T}.DeleteAsync{TKey}(TKey, CancellationToken)"/>
    public ValueTask<bool> DeleteAsync(TKey key, CancellationToken cancellationToken = default) =>
        DeleteAsync<TKey>(key, cancellationToken);

    /// <inheritdoc cref="DocumentCollection{T}.DeleteMany{TKey}(IEnumerable{TKey})"/>
    public long DeleteMany(IEnumerable<TKey> keys) => DeleteMany<TKey>(keys);

    /// <inheritdoc cref="DocumentCollection{T}.DeleteManyAsync{TKey}(IEnumerable{TKey}, CancellationToken)"/>
    public ValueTask<long> DeleteManyAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default) =>
        DeleteManyAsync<TKey>(keys, cancellationToken);
}
