using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>
/// A persistent map from bytes to bytes, in the order of its keys (memcmp), to read. Keys are 0 to 1,000 bytes, values
/// up to 64 MB. A view of a pool itself may be used from many threads: each call reads the last committed state. A view
/// of a transaction or snapshot belongs to it.
/// </summary>
public class VMemMapView
{
    private readonly PageSource _source;
    private readonly StateLocator _locator;

    /// <summary>Reads a map whose state lies where a program put it.</summary>
    /// <param name="pages">The pool, a transaction or a snapshot.</param>
    /// <param name="state">Where the state is: 32 bytes, all zero while the map is empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">No state can lie there.</exception>
    /// <remarks>
    /// A call throws an <see cref="ArgumentException"/> when the state is that of another structure, or the page none
    /// of the program's own.
    /// </remarks>
    public VMemMapView(PageSource pages, PageAddress state)
        : this(pages, new AddressLocator(pages, state, StateKind.Map))
    {
    }

    internal VMemMapView(PageSource source, StateLocator locator) => (_source, _locator) = (source, locator);

    /// <summary>Entries of the map; 0 when it does not exist yet.</summary>
    public long Count
    {
        get
        {
            var pages = _source.EnterRead();
            try
            {
                return _locator.TryFind(pages, out var state) ? BTree.Count(pages, state) : 0;
            }
            finally
            {
                _source.ExitRead(pages);
            }
        }
    }

    /// <summary>Whether the key is there.</summary>
    public bool Contains(ReadOnlySpan<byte> key)
    {
        var pages = _source.EnterRead();
        try
        {
            return _locator.TryFind(pages, out var state) && BTree.Contains(pages, state, key);
        }
        finally
        {
            _source.ExitRead(pages);
        }
    }

    /// <summary>Copies the value of a key; false when it is absent. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Receives the value when it fits.</param>
    /// <param name="length">Length of the value; greater than the destination's when it does not fit.</param>
    public bool TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int length)
    {
        length = 0;
        var pages = _source.EnterRead();
        try
        {
            return _locator.TryFind(pages, out var state)
                && BTree.TryGet(pages, state, key, destination, out length);
        }
        finally
        {
            _source.ExitRead(pages);
        }
    }

    /// <summary>
    /// Hands the value of a key to a callback, without a copy where it lies in one page; false when absent.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="state">Handed through to the callback.</param>
    /// <param name="reader">Receives the value, which is valid during the call only. It must not use the map.</param>
    public bool TryGet<TState>(ReadOnlySpan<byte> key, ref TState state, ValueReader<TState> reader)
        where TState : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(reader);
        var pages = _source.EnterRead();
        try
        {
            return _locator.TryFind(pages, out var address)
                && BTree.TryGet(pages, address, key, ref state, reader);
        }
        finally
        {
            _source.ExitRead(pages);
        }
    }

    /// <summary>
    /// A cursor that stands between the last key below, and the first key not below, the given one.
    /// </summary>
    public MapCursor Seek(ReadOnlySpan<byte> key)
    {
        var cursor = SeekFirst();
        cursor.Seek(key);
        return cursor;
    }

    /// <summary>A cursor that stands before the first entry.</summary>
    public MapCursor SeekFirst() => new(_source, _locator);

    /// <summary>A cursor that stands after the last entry.</summary>
    public MapCursor SeekLast()
    {
        var cursor = SeekFirst();
        cursor.SeekLast();
        return cursor;
    }

    private protected StateLocator Locator => _locator;

    internal bool TryGet(ReadOnlySpan<byte> key, ValueBuffer destination)
    {
        var pages = _source.EnterRead();
        try
        {
            return _locator.TryFind(pages, out var state) && BTree.TryGet(pages, state, key, destination);
        }
        finally
        {
            _source.ExitRead(pages);
        }
    }

    /// <summary>Number of keys in [from, to), null = unbounded.</summary>
    internal long CountRange(byte[]? from, byte[]? to)
    {
        var pages = _source.EnterRead();
        try
        {
            return _locator.TryFind(pages, out var state) ? BTree.CountRange(pages, state, from, to) : 0;
        }
        finally
        {
            _source.ExitRead(pages);
        }
    }

    /// <summary>
    /// Walks [from, to); each step hands out the scan, standing on an entry. In a transaction that changes the map
    /// meanwhile it goes no farther than the last entry at the start, and ends where the map is dropped.
    /// </summary>
    internal IEnumerable<MapScan> Scan(byte[]? from, byte[]? to, bool descending)
    {
        var pages = _source.EnterRead();
        try
        {
            if (!_locator.TryFind(pages, out var state))
            {
                yield break;
            }

            var changes = pages.ChangeCount;
            if (pages is PageWriter)
            {
                LimitToLast(pages, state, ref from, ref to, descending);
            }

            using var scan = new MapScan(pages, state, from, to, descending);
            while (IsThere(pages, state, ref changes) && scan.MoveNext())
            {
                yield return scan;
            }
        }
        finally
        {
            _source.ExitRead(pages);
        }
    }

    // Entries put ahead of the walk could otherwise keep it going for ever.
    private static void LimitToLast(
        PageReader pages, PageAddress state, ref byte[]? from, ref byte[]? to, bool descending)
    {
        using var backward = new MapScan(pages, state, from, to, !descending);
        if (!backward.MoveNext())
        {
            return;
        }

        if (descending)
        {
            from = backward.Key.ToArray();
        }
        else
        {
            // The smallest key above the last.
            to = [.. backward.Key, 0];
        }
    }

    // When the transaction drops the map, its place may be another map's at once.
    private bool IsThere(PageReader pages, PageAddress state, ref long changes)
    {
        if (changes == pages.ChangeCount)
        {
            return true;
        }

        changes = pages.ChangeCount;
        return _locator.TryFind(pages, out var now) && now == state;
    }
}
