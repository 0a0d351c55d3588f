namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>A key of a group, which may be null.</summary>
internal readonly record struct KeyBox<TKey>(TKey Key);

/// <summary>Compares keys as LINQ to Objects does: the hash of null is 0, and all else is the comparer's.</summary>
internal sealed class KeyBoxComparer<TKey>(IEqualityComparer<TKey>? comparer) : IEqualityComparer<KeyBox<TKey>>
{
    /// <inheritdoc/>
    public bool Equals(KeyBox<TKey> x, KeyBox<TKey> y) => comparer is null
        ? EqualityComparer<TKey>.Default.Equals(x.Key, y.Key)
        : comparer.Equals(x.Key, y.Key);

    /// <inheritdoc/>
    public int GetHashCode(KeyBox<TKey> key) => key.Key is null ? 0
        : comparer is null ? EqualityComparer<TKey>.Default.GetHashCode(key.Key)
        : comparer.GetHashCode(key.Key);
}
