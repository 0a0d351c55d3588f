namespace Abc.VMem.Db.Paging;

/// <summary>Keeps a page mapped, for reading, until it is disposed. Dispose each pointer exactly once.</summary>
internal ref struct PinnedPage : IDisposable
{
    private readonly IPinOwner? _owner;
    private readonly unsafe byte* _data;
    private int _frame;

    internal unsafe PinnedPage(IPinOwner? owner, int frame, byte* data)
    {
        _owner = owner;
        _frame = frame;
        _data = data;
    }

    /// <summary>The page's position in the pool.</summary>
    public readonly PagePos Position => Header.Position;

    /// <summary>The whole page, 4096 bytes.</summary>
    // Bounds: every frame is Page.Size bytes; the pin keeps it mapped.
    public readonly unsafe ReadOnlySpan<byte> Bytes => new(_data, Page.Size);

    /// <summary>The page after its header.</summary>
    public readonly unsafe ReadOnlySpan<byte> Payload => new(_data + PageHeader.Bytes, Page.Size - PageHeader.Bytes);

    internal readonly unsafe ref readonly PageHeader Header => ref *(PageHeader*)_data;

    internal readonly int Frame => _frame;

    internal readonly IPinOwner? Owner => _owner;

    internal readonly unsafe byte* Data => _data;

    /// <summary>Unpins the page.</summary>
    public void Dispose()
    {
        if (_frame >= 0)
        {
            _owner?.Unpin(_frame);
            _frame = -1;
        }
    }
}
