namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>A set of keys, in memory and beyond the budget in temporary pages. Not thread-safe.</summary>
internal sealed class KeySet<TKey> : IDisposable
{
    private readonly MemoryShare _share;
    private readonly KeyNumbers<TKey>? _numbers;

    // For keys that turn out not to be encodable.
    private readonly HashSet<TKey>? _onHeap;

    /// <summary>Starts empty.</summary>
    public KeySet(QueryMemory memory, SpillSite site, IEqualityComparer<TKey>? comparer)
    {
        _share = memory.Open(site.Operator);
        if (RowStore<TKey>.TryCreate(_share) is { } store)
        {
            _numbers = new(_share, parts: 1, store, comparer);
        }
        else
        {
            _onHeap = new(comparer);
        }
    }

    /// <summary>Adds a key; false when it is there.</summary>
    public bool Add(TKey key)
    {
        if (_numbers is null)
        {
            return _onHeap!.Add(key);
        }

        _numbers.Add(key, out var isNew);
        _share.Hold(_numbers.HeldBytes);
        return isNew;
    }

    /// <summary>Takes a key out; false when it is not there.</summary>
    public bool Remove(TKey key) => _numbers?.Remove(key) ?? _onHeap!.Remove(key);

    /// <inheritdoc/>
    public void Dispose() => _share.Dispose();
}
