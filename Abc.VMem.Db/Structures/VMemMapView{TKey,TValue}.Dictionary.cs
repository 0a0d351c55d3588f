using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>A map as the dictionary that .NET knows.</summary>
/// <remarks>
/// <see cref="Count"/> is a long; the Count of the interfaces throws an <see cref="OverflowException"/> beyond an int.
/// Copying takes all entries of one moment. LINQ and the collections of .NET ask for the count first and copy then,
/// which are two moments for a map of a database or pool itself: use <see cref="ToArray"/>, <see cref="ToList"/>, a
/// snapshot or a transaction while others write.
/// </remarks>
public partial class VMemMapView<TKey, TValue>
{
    /// <summary>The keys in order; read anew by each enumeration, which reads no values.</summary>
    public IReadOnlyCollection<TKey> Keys => KeyPart;

    /// <summary>The values in the order of their keys; read anew by each enumeration.</summary>
    public IReadOnlyCollection<TValue> Values => ValuePart;

    /// <inheritdoc/>
    int IReadOnlyCollection<KeyValuePair<TKey, TValue>>.Count => checked((int)Count);

    /// <inheritdoc/>
    IEnumerable<TKey> IReadOnlyDictionary<TKey, TValue>.Keys => Keys;

    /// <inheritdoc/>
    IEnumerable<TValue> IReadOnlyDictionary<TKey, TValue>.Values => Values;

    private protected MapPart<TKey> KeyPart => new(WalkKeys, () => Count, ContainsKey);

    private protected MapPart<TValue> ValuePart =>
        new(WalkValues, () => Count, value => WalkValues().Contains(value, EqualityComparer<TValue>.Default));

    /// <summary>Copies all entries, in order, as of one moment.</summary>
    /// <param name="array">Receives them.</param>
    /// <param name="arrayIndex">Where the first one goes.</param>
    /// <exception cref="ArgumentException">They don't fit; those that did have been copied.</exception>
    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex) =>
        MapPart<KeyValuePair<TKey, TValue>>.Copy(this, array, arrayIndex);

    /// <summary>All entries, in order, as of one moment.</summary>
    public KeyValuePair<TKey, TValue>[] ToArray() => [.. ToList()];

    /// <summary>All entries, in order, as of one moment.</summary>
    public List<KeyValuePair<TKey, TValue>> ToList()
    {
        // Not through the constructor: it would take the count of one moment and the entries of another.
        var entries = new List<KeyValuePair<TKey, TValue>>();
        foreach (var entry in this)
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Whether an entry has this key, and the value as it would be stored.</summary>
    private protected bool ContainsEntry(KeyValuePair<TKey, TValue> entry)
    {
        using var buffers = MapBuffers.Rent();
        Encode(entry.Key, entry.Value, buffers);
        return _bytes.TryGet(buffers.Key.Span, buffers.Read)
            && buffers.Read.Span.SequenceEqual(buffers.Written.WrittenSpan);
    }

    private IEnumerable<TKey> WalkKeys()
    {
        foreach (var scan in _bytes.Scan(null, null, descending: false))
        {
            yield return _keys.Decode(scan.Key, out _);
        }
    }

    private IEnumerable<TValue> WalkValues()
    {
        foreach (var scan in _bytes.Scan(null, null, descending: false))
        {
            yield return _values.Decode(scan.ValueMemory);
        }
    }
}
