namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>A key of a group, which may be null.</summary>
internal readonly record struct KeyBox<TKey>(TKey Key);

/// <summary>Compares keys as LINQ to Objects does: the hash of null is 0, and all else is the comparer's.</summary>
internal sealed class KeyBoxComparer<TKey>(IEqualityComparer<TKey>? comparer) : IEqualityComparer<KeyBox<TKey>>
{
    private readonly IEqualityComparer<TKey> _comparer = comparer ?? EqualityComparer<TKey>.Default;

    /// <inheritdoc/>
    public bool Equals(KeyBox<TKey> x, KeyBox<TKey> y) => _comparer.Equals(x.Key, y.Key);

    /// <inheritdoc/>
    public int GetHashCode(KeyBox<TKey> key) => key.Key is null ? 0 : _comparer.GetHashCode(key.Key);
}
