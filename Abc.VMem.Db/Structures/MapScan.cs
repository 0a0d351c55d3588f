using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Walks a range of a map's keys. Holds no pin between two moves: it copies one leaf at a time. Survives changes made
/// through the same writer: it then seeks its last key again. Not thread-safe.
/// </summary>
internal sealed class MapScan : IDisposable
{
    private readonly bool _descending;
    private MapWalker? _walker;

    /// <summary>
    /// Prepares a walk over the keys in [from, to), null = unbounded; no page is read before the first move.
    /// </summary>
    public MapScan(
        PageReader pages, PageAddress state, byte[]? from, byte[]? to, bool descending)
    {
        _descending = descending;
        _walker = MapWalker.Rent(pages, state, from, to);
        if (descending)
        {
            _walker.SeekLast();
        }
    }

    /// <summary>Current key; valid until the next move.</summary>
    public ReadOnlySpan<byte> Key => Walker.Key;

    /// <summary>Current value, overflow assembled; valid until the next move.</summary>
    public ReadOnlySpan<byte> Value => Walker.Value;

    /// <summary>The same as memory; valid until the next move.</summary>
    public ReadOnlyMemory<byte> ValueMemory => Walker.ValueMemory;

    private MapWalker Walker
    {
        get
        {
            ObjectDisposedException.ThrowIf(_walker is null, this);
            return _walker;
        }
    }

    /// <summary>Moves to the next entry; false at the end.</summary>
    public bool MoveNext() => _descending ? Walker.MovePrevious() : Walker.MoveNext();

    /// <summary>
    /// Jumps forward: the next move goes to the first key ≥ the given one (descending: ≤). Never goes back.
    /// </summary>
    public void SeekTo(ReadOnlySpan<byte> key)
    {
        if (_descending)
        {
            Walker.SkipBackward(key);
        }
        else
        {
            Walker.SkipForward(key);
        }
    }

    /// <summary>Returns the buffers.</summary>
    public void Dispose()
    {
        if (_walker is not null)
        {
            MapWalker.Return(_walker);
            _walker = null;
        }
    }
}
