namespace Abc.VMem.Db.Paging;

/// <summary>
/// Pages of one operation, outside the pool's file: for what a sort, a group or a load has to put aside. They are
/// mapped like any others and go to the temporary file when frames are short; they are part of no transaction, no
/// snapshot and no log, and gone when this object is disposed. One operation at a time.
/// </summary>
internal sealed class TemporaryPages : PageWriter, IDisposable
{
    private const int RowLength = 1024;

    private readonly BufferPool _pool;
    private readonly Action? _disposed;
    private readonly List<long> _rows = [];
    private int _usedOfRow = RowLength;
    private long _changes;
    private bool _isDisposed;

    /// <summary>Starts without pages.</summary>
    /// <param name="pool">Where they are mapped; kept until the end.</param>
    /// <param name="disposed">Called once when they are gone.</param>
    public TemporaryPages(BufferPool pool, Action? disposed = null)
    {
        (_pool, _disposed) = (pool, disposed);
        pool.AddReference();
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
        if (_usedOfRow == RowLength)
        {
            _rows.Add(_pool.ReserveTemporary(RowLength));
            _usedOfRow = 0;
        }

        var page = _pool.AddTemporary(_rows[^1] + _usedOfRow++);
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
        if (!_pool.FreeTemporary(position.Value))
        {
            throw new InvalidOperationException($"The temporary page {position} is free already.");
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

    private void End()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        for (var row = 0; row < _rows.Count; row++)
        {
            var used = row == _rows.Count - 1 ? _usedOfRow : RowLength;
            for (var i = 0; i < used; i++)
            {
                _pool.FreeTemporary(_rows[row] + i);
            }
        }

        _pool.RemoveSpillIfEmpty();
        _pool.ReleaseReference();
        _disposed?.Invoke();
    }
}
