using System.Collections;

namespace Abc.VMem.Db;

/// <summary>A range of a map's entries, read anew by each enumeration. Reads nothing before that.</summary>
/// <typeparam name="TKey">Type of the keys.</typeparam>
/// <typeparam name="TValue">Type of the values.</typeparam>
public sealed class VMemMapRange<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private readonly VMemMapView<TKey, TValue> _map;
    private readonly byte[]? _from;
    private readonly byte[]? _to;
    private readonly bool _descending;

    internal VMemMapRange(VMemMapView<TKey, TValue> map, byte[]? from, byte[]? to, bool descending) =>
        (_map, _from, _to, _descending) = (map, from, to, descending);

    /// <summary>Entries in the range as of now; reads the leaves of the range, no entry.</summary>
    public long Count => _map.CountRange(_from, _to);

    /// <summary>The same entries in the opposite order.</summary>
    public VMemMapRange<TKey, TValue> Reverse() => new(_map, _from, _to, !_descending);

    /// <summary>Walks the entries, as of now.</summary>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() =>
        _map.Walk(_from, _to, _descending).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
