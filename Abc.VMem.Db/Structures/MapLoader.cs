using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Puts entries into a map that come in ascending order of their keys: those above its last key are appended bottom-up,
/// the others placed one by one, so that each leaf is at hand once.
/// </summary>
internal sealed class MapLoader
{
    private readonly PageWriter _pages;
    private readonly PageAddress _map;
    private readonly byte[] _lastKey = [];
    private readonly bool _isEmpty;
    private MapBuilder? _builder;

    /// <summary>Starts on a map, which nobody else changes until <see cref="Complete"/>.</summary>
    public MapLoader(PageWriter pages, PageAddress map)
    {
        (_pages, _map) = (pages, map);
        using var scan = new MapScan(pages, map, null, null, descending: true);
        _isEmpty = !scan.MoveNext();
        if (!_isEmpty)
        {
            _lastKey = scan.Key.ToArray();
        }
    }

    /// <summary>Whether an entry was appended: from then on only appending is possible.</summary>
    public bool IsAppending => _builder is not null;

    /// <summary>Whether the key is above all that are there.</summary>
    public bool IsAbove(ReadOnlySpan<byte> key) => _builder is null
        ? _isEmpty || key.SequenceCompareTo(_lastKey) > 0
        : key.SequenceCompareTo(_builder.LastKey) > 0;

    /// <summary>Adds an entry; where its key is there, replaces it or leaves it.</summary>
    /// <param name="key">Above the one before.</param>
    /// <param name="value">The value, or the reference to its chain of pages.</param>
    /// <param name="isReference">Which of the two.</param>
    /// <param name="replaces">Whether an entry that is there is replaced.</param>
    /// <returns>Whether the key was there.</returns>
    public bool Store(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isReference, bool replaces)
    {
        if (_builder is null && !IsAbove(key))
        {
            return BTree.Store(_pages, _map, key, value, replaces, isReference);
        }

        _builder ??= new MapBuilder(_pages, _map);
        _builder.Append(key, value, isReference);
        return false;
    }

    /// <summary>Makes what was appended a part of the map.</summary>
    public void Complete() => _builder?.Complete();
}
