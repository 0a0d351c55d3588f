using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// Pages of one operation, outside the pool's file: for what a sort, a group or a load has to put aside. They are part
/// of no transaction, no snapshot and no log, and gone when this object is disposed. One operation at a time.
/// </summary>
internal sealed unsafe class TemporaryPages : PageWriter, IPinOwner, IDisposable
{
    private readonly Dictionary<long, nint> _pages = [];
    private long _next = 1L << 48;
    private long _changes;

    /// <inheritdoc/>
    public override long Sequence => 1;

    /// <inheritdoc/>
    public override long ChangeCount => _changes;

    /// <inheritdoc/>
    public override long PageCount => long.MaxValue;

    /// <inheritdoc/>
    public override PinnedPage Read(PagePos position) => new(this, 0, (byte*)_pages[position.Value]);

    /// <inheritdoc/>
    public override WritablePage Write(PagePos position)
    {
        _changes++;
        return new(this, 0, (byte*)_pages[position.Value]);
    }

    /// <inheritdoc/>
    public override WritablePage Allocate(PageType type, byte level = 0, int ahead = 0)
    {
        _changes++;
        var position = _next++;
        var data = (byte*)NativeMemory.AllocZeroed(Page.Size);
        _pages.Add(position, (nint)data);
        var page = new WritablePage(this, 0, data);
        ref var header = ref page.Header;
        (header.Position, header.Sequence) = (new PagePos(position), 1);
        (header.Type, header.Level, header.LayoutVersion) = (type, level, 1);
        (header.Previous, header.Next) = (PagePos.Nil, PagePos.Nil);
        return page;
    }

    /// <inheritdoc/>
    public override void Free(PagePos position)
    {
        NativeMemory.Free((byte*)_pages[position.Value]);
        _pages.Remove(position.Value);
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
    public override void ThrowUnlessOpen()
    {
    }

    void IPinOwner.Unpin(int frame)
    {
    }

    /// <summary>Frees all pages.</summary>
    public void Dispose()
    {
        foreach (var page in _pages.Values)
        {
            NativeMemory.Free((byte*)page);
        }

        _pages.Clear();
    }
}
