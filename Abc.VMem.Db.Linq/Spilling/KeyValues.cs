namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// A value for each of the first keys that come, as many as a part of a budget holds. Not thread-safe.
/// </summary>
internal sealed class KeyValues<TKey, TValue>(
    MemoryShare share, int parts, RowStore<TKey> store, IEqualityComparer<TKey>? comparer)
{
    /// <summary>What an entry takes besides the key, in bytes.</summary>
    private const int EntryBytes = 96;

    private readonly Dictionary<KeyBox<TKey>, int> _places = new(new KeyBoxComparer<TKey>(comparer));
    private readonly List<KeyValuePair<TKey, TValue>> _pairs = [];
    private long _bytes;
    private bool _isFull;

    /// <summary>The keys and values, in the order in which the keys came.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> Pairs => _pairs;

    /// <summary>Folds a row into its key's value; false when there is no room for the key.</summary>
    public bool TryFold<TRow>(TKey key, Func<TKey, TValue> seed, Func<TValue, TRow, TValue> fold, TRow row)
    {
        if (key is null)
        {
            // As the dictionary of LINQ to Objects, unlike its groups.
            throw new ArgumentNullException(nameof(key));
        }

        if (!_places.TryGetValue(new(key), out var place))
        {
            _isFull = _isFull || share.IsBeyond(_bytes + EntryBytes, parts);
            if (_isFull)
            {
                return false;
            }

            _bytes += EntryBytes + store.Measure(key);
            place = _pairs.Count;
            _places.Add(new(key), place);
            _pairs.Add(new(key, seed(key)));
        }

        _pairs[place] = new(_pairs[place].Key, fold(_pairs[place].Value, row));
        return true;
    }
}
