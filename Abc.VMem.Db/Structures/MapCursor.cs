using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>
/// Stands between or on the entries of a <see cref="VMemMap"/> and moves both ways. It sees the map as of its
/// snapshot or transaction, or as of the moment it was made; changes made through the same transaction it sees at its
/// next move, also when its own entry was removed. It pins no page. Dispose it when done. Not thread-safe.
/// </summary>
public sealed class MapCursor : IDisposable
{
    private readonly PageSource _source;
    private readonly StateLocator _locator;
    private readonly PageReader _pages;
    private MapWalker? _walker;
    private Action<MapWalker>? _seek;
    private PageAddress _address;
    private long _changes;
    private bool _isDisposed;

    internal MapCursor(PageSource source, StateLocator locator)
    {
        (_source, _locator) = (source, locator);
        _pages = source.EnterRead();
        try
        {
            TryBind();
        }
        catch
        {
            source.ExitRead(_pages);
            throw;
        }
    }

    /// <summary>Key of the entry the cursor stands on; valid until the next move.</summary>
    /// <exception cref="InvalidOperationException">It stands on no entry.</exception>
    public ReadOnlySpan<byte> Key => Walker.Key;

    /// <summary>Value of the entry the cursor stands on; valid until the next move.</summary>
    /// <exception cref="InvalidOperationException">
    /// It stands on no entry, or on one with a large value that was removed since.
    /// </exception>
    public ReadOnlySpan<byte> Value => Walker.Value;

    private MapWalker Walker
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            LeaveDroppedMap();
            return _walker ?? throw new InvalidOperationException("The cursor stands on no entry: the map is empty.");
        }
    }

    private bool IsBound
    {
        get
        {
            LeaveDroppedMap();
            return _walker is not null || TryBind();
        }
    }

    /// <summary>
    /// Moves to the next entry; false at the end, where it stays. After a seek: to the first key not below.
    /// </summary>
    public bool MoveNext() => IsBound && _walker!.MoveNext();

    /// <summary>
    /// Moves to the previous entry; false at the start, where it stays. After a seek: to the last key below.
    /// </summary>
    public bool MovePrevious() => IsBound && _walker!.MovePrevious();

    /// <summary>Stands between the last key below, and the first key not below, the given one.</summary>
    public void Seek(ReadOnlySpan<byte> key)
    {
        if (IsBound)
        {
            _walker!.Seek(key);
            return;
        }

        byte[] copy = key.ToArray();
        _seek = walker => walker.Seek(copy);
    }

    /// <summary>Stands before the first entry.</summary>
    public void SeekFirst()
    {
        _seek = null;
        if (IsBound)
        {
            _walker!.SeekFirst();
        }
    }

    /// <summary>Stands after the last entry.</summary>
    public void SeekLast()
    {
        _seek = static walker => walker.SeekLast();
        if (IsBound)
        {
            _walker!.SeekLast();
        }
    }

    /// <summary>Ends the read. Calling it again does nothing.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_walker is not null)
        {
            MapWalker.Return(_walker);
            _walker = null;
        }

        _source.ExitRead(_pages);
    }

    // When the transaction drops the map, its place may be another map's at once.
    private void LeaveDroppedMap()
    {
        if (_walker is null || _changes == _pages.ChangeCount)
        {
            return;
        }

        if (_locator.TryFind(_pages, out var address) && address == _address)
        {
            _changes = _pages.ChangeCount;
            return;
        }

        MapWalker.Return(_walker);
        (_walker, _seek) = (null, null);
    }

    /// <summary>Finds the map, which a transaction may have created since the cursor was made.</summary>
    private bool TryBind()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_locator.TryFind(_pages, out var address))
        {
            return false;
        }

        (_address, _changes) = (address, _pages.ChangeCount);
        _walker = MapWalker.Rent(_pages, address, null, null);
        _seek?.Invoke(_walker);
        return true;
    }
}
