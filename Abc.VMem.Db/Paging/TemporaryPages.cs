using System.Numerics;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// Pages of one operation, outside the pool's file: for what a sort, a group or a load has to put aside. They are
/// mapped like any others and go to the temporary file when frames are short; they are part of no transaction, no
/// snapshot and no log, and gone when this object is disposed. One operation at a time.
/// </summary>
internal sealed class TemporaryPages : PageWriter, IDisposable
{
    private readonly BufferPool _pool;
    private readonly Action? _disposed;

    // Rows with a page in use, by their first position; each page is a bit.
    private readonly Dictionary<long, ulong> _rows = [];
    private long _row = -1;
    private int _usedOfRow = BufferPool.TemporaryRow;
    private long _changes;
    private bool _isDisposed;

    /// <summary>Starts without pages.</summary>
    /// <param name="pool">Where they are mapped; kept until the end.</param>
    /// <param name="disposed">Called once when they are gone.</param>
    public TemporaryPages(BufferPool pool, Action? disposed = null)
    {
        // The finalizer also runs when this throws: until the reference is there, there is nothing to give back.
        pool.AddReference();
        (_pool, _disposed) = (pool, disposed);
    }

    /// <summary>Frees the pages of an operation that was abandoned.</summary>
    ~TemporaryPages()
    {
        if (_pool is not null)
        {
            End();
        }
    }

    /// <inheritdoc/>
    public override long Sequence => 0;

    /// <inheritdoc/>
    public override long ChangeCount => _changes;

    /// <inheritdoc/>
    public override long PageCount => long.MaxValue;

    /// <inheritdoc/>
    public override PinnedPage Read(PagePos position)
    {
        ThrowUnlessOpen();
        return _pool.ReadTemporary(position.Value);
    }

    /// <inheritdoc/>
    public override WritablePage Write(PagePos position)
    {
        ThrowUnlessOpen();
        _changes++;
        return _pool.WriteTemporary(position.Value);
    }

    /// <inheritdoc/>
    public override WritablePage Allocate(PageType type, byte level = 0)
    {
        ThrowUnlessOpen();
        _changes++;
        if (_usedOfRow == BufferPool.TemporaryRow)
        {
            BeginRow();
        }

        var page = _pool.AddTemporary(_row + _usedOfRow);
        _rows[_row] |= 1UL << _usedOfRow++;
        ref var header = ref page.Header;
        (header.Type, header.Level, header.LayoutVersion) = (type, level, 1);
        (header.Previous, header.Next) = (PagePos.Nil, PagePos.Nil);
        return page;
    }

    /// <inheritdoc/>
    public override void Free(PagePos position)
    {
        ThrowUnlessOpen();
        _changes++;
        var row = position.Value - ((position.Value - BufferPool.TemporaryBase) % BufferPool.TemporaryRow);
        var bit = 1UL << (int)(position.Value - row);
        if ((_rows.GetValueOrDefault(row) & bit) == 0)
        {
            throw new InvalidOperationException($"The temporary page {position} is free already.");
        }

        _pool.FreeTemporary(position.Value);
        _rows[row] &= ~bit;
        if (row != _row)
        {
            ReturnIfEmpty(row);
        }
    }

    /// <inheritdoc/>
    public override void FreeChain(PagePos front, PagePos back, long pageCount)
    {
        for (var position = back; pageCount > 0; pageCount--)
        {
            PagePos previous;
            using (var page = Read(position))
            {
                previous = page.Header.Previous;
            }

            Free(position);
            position = previous;
        }
    }

    /// <inheritdoc/>
    public override void Doom(Exception cause)
    {
    }

    /// <inheritdoc/>
    public override void ThrowUnlessOpen() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    /// <summary>Frees all pages. Twice is allowed.</summary>
    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private void BeginRow()
    {
        if (_row >= 0)
        {
            ReturnIfEmpty(_row);
            _row = -1;
        }

        _row = _pool.ReserveTemporary();
        _rows.Add(_row, 0);
        _usedOfRow = 0;
    }

    private void ReturnIfEmpty(long row)
    {
        if (_rows[row] == 0)
        {
            _rows.Remove(row);
            _pool.ReturnTemporary(row);
        }
    }

    private void End()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        foreach (var (row, used) in _rows)
        {
            for (var rest = used; rest != 0; rest &= rest - 1)
            {
                _pool.FreeTemporary(row + BitOperations.TrailingZeroCount(rest));
            }

            _pool.ReturnTemporary(row);
        }

        _rows.Clear();

        _pool.RemoveSpillIfEmpty();
        _pool.ReleaseReference();
        _disposed?.Invoke();
    }
}
