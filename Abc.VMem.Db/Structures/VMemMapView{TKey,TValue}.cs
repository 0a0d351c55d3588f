using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>
/// A persistent map in the order of its keys, to read; strings are in ordinal order. Values are stored as they are
/// (byte arrays), as UTF-8 (strings), at fixed width (numbers, dates, Guid) or as MessagePack. A view of a pool itself
/// may be used from many threads; a view of a transaction or snapshot belongs to it. An enumeration sees the map as of
/// its start; in a transaction it sees changes ahead of it, up to the last entry that was there at its start.
/// </summary>
/// <typeparam name="TKey">Type of the keys.</typeparam>
/// <typeparam name="TValue">Type of the values; null is no value.</typeparam>
public partial class VMemMapView<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>
    where TKey : notnull
{
    private readonly VMemMapView _bytes;
    private readonly KeyCodec<TKey> _keys;
    private readonly IMapValueCodec<TValue> _values;

    /// <summary>Reads a map whose state lies where a program put it.</summary>
    /// <param name="pages">The pool, a transaction or a snapshot.</param>
    /// <param name="state">Where the state is: 32 bytes, all zero while the map is empty.</param>
    /// <exception cref="ArgumentException">The type can't be a key.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    /// <remarks>
    /// The types of keys and values are the program's to remember: they are not in the file. A call throws an
    /// <see cref="ArgumentException"/> when the state is that of another structure, or the page none of the program's.
    /// </remarks>
    public VMemMapView(PageSource pages, PageAddress state)
        : this(new VMemMapView(pages, state))
    {
    }

    internal VMemMapView(PageSource pages, StateLocator locator)
        : this(new VMemMapView(pages, locator))
    {
    }

    private protected VMemMapView(VMemMapView bytes)
    {
        _bytes = bytes;
        _keys = RequireKeyCodec();
        _values = MapValueCodecs.For<TValue>();
    }

    /// <summary>Entries of the map; 0 when it does not exist yet.</summary>
    public long Count => _bytes.Count;

    /// <summary>The value of a key.</summary>
    /// <exception cref="KeyNotFoundException">The key is not there.</exception>
    public TValue this[TKey key] => TryGetValue(key, out var value)
        ? value
        : throw new KeyNotFoundException(FormattableString.Invariant($"The map has no key {key}."));

    /// <summary>Whether the key is there.</summary>
    public bool ContainsKey(TKey key)
    {
        using var buffers = MapBuffers.Rent();
        return _bytes.Contains(EncodeKey(key, buffers));
    }

    /// <summary>Gets the value of a key; false when it is absent.</summary>
    /// <exception cref="DocumentException">The stored value is none of this type.</exception>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        using var buffers = MapBuffers.Rent();
        if (_bytes.TryGet(EncodeKey(key, buffers), buffers.Read))
        {
            value = _values.Decode(buffers.Read.Memory);
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>The entry with the lowest key.</summary>
    /// <exception cref="InvalidOperationException">The map is empty.</exception>
    public KeyValuePair<TKey, TValue> First() => TryGetFirst(out var entry) ? entry : throw IsEmpty();

    /// <summary>The entry with the highest key.</summary>
    /// <exception cref="InvalidOperationException">The map is empty.</exception>
    public KeyValuePair<TKey, TValue> Last() => TryGetLast(out var entry) ? entry : throw IsEmpty();

    /// <summary>Gets the entry with the lowest key; false when the map is empty.</summary>
    public bool TryGetFirst(out KeyValuePair<TKey, TValue> entry) => TryGetEdge(descending: false, out entry);

    /// <summary>Gets the entry with the highest key; false when the map is empty.</summary>
    public bool TryGetLast(out KeyValuePair<TKey, TValue> entry) => TryGetEdge(descending: true, out entry);

    /// <summary>The entries whose keys are not below the given one, in order.</summary>
    public VMemMapRange<TKey, TValue> LowerBound(TKey key) => new(this, Encode(key), null, descending: false);

    /// <summary>The entries whose keys are below the given one, in order.</summary>
    public VMemMapRange<TKey, TValue> Below(TKey key) => new(this, null, Encode(key), descending: false);

    /// <summary>The entries whose keys are at least the first and below the second, in order.</summary>
    public VMemMapRange<TKey, TValue> Range(TKey from, TKey to) =>
        new(this, Encode(from), Encode(to), descending: false);

    /// <summary>All entries from the highest key down.</summary>
    public VMemMapRange<TKey, TValue> Reverse() => new(this, null, null, descending: true);

    /// <summary>Walks all entries in order, as of now.</summary>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() =>
        Walk(null, null, descending: false).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal IEnumerable<KeyValuePair<TKey, TValue>> Walk(byte[]? from, byte[]? to, bool descending)
    {
        foreach (var scan in _bytes.Scan(from, to, descending))
        {
            var key = _keys.Decode(scan.Key, out _);
            yield return new KeyValuePair<TKey, TValue>(key, _values.Decode(scan.ValueMemory));
        }
    }

    internal long CountRange(byte[]? from, byte[]? to) => _bytes.CountRange(from, to);

    private bool TryGetEdge(bool descending, out KeyValuePair<TKey, TValue> entry)
    {
        foreach (var first in Walk(null, null, descending))
        {
            entry = first;
            return true;
        }

        entry = default;
        return false;
    }

    /// <summary>The encoding of the keys.</summary>
    /// <exception cref="ArgumentException">The type can't be a key.</exception>
    internal static KeyCodec<TKey> RequireKeyCodec()
    {
        try
        {
            return KeyCodecs.Primary<TKey>();
        }
        catch (NotSupportedException exception)
        {
            throw new ArgumentException(exception.Message, nameof(TKey), exception);
        }
    }

    private protected ReadOnlySpan<byte> EncodeKey(TKey key, MapBuffers buffers)
    {
        ArgumentNullException.ThrowIfNull(key);
        _keys.Encode(key, buffers.Key);
        return buffers.Key.Span;
    }

    private protected void Encode(TKey key, TValue value, MapBuffers buffers)
    {
        ArgumentNullException.ThrowIfNull(value);
        EncodeKey(key, buffers);
        _values.Encode(value, buffers.Written);
    }

    private protected byte[] Encode(TKey key)
    {
        using var buffers = MapBuffers.Rent();
        return EncodeKey(key, buffers).ToArray();
    }

    private static InvalidOperationException IsEmpty() => new("The map is empty.");
}
