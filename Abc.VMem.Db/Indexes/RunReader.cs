using System.Buffers.Binary;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Indexes;

/// <summary>Reads a sorted run, one copied page at a time, giving pages back as it goes when asked to.</summary>
internal sealed class RunReader(PageWriter pages, SortedRun run, bool isFreeing)
{
    private readonly byte[] _payload = new byte[Page.PayloadBytes];
    private PagePos _next = run.Front;
    private long _pagesLeft = run.PageCount;
    private int _itemsLeft;
    private int _offset;
    private int _length;

    /// <summary>The entry.</summary>
    public ReadOnlySpan<byte> Entry => _payload.AsSpan(_offset, _length);

    /// <summary>The entry's parts.</summary>
    public ReadOnlySpan<byte> Parts => _payload.AsSpan(_offset, PartsLength);

    /// <summary>Bytes of the entry's parts.</summary>
    public int PartsLength { get; private set; }

    /// <summary>Whether a part is null.</summary>
    public bool HasNull { get; private set; }

    /// <summary>The entry's head.</summary>
    public ulong Head { get; private set; }

    /// <summary>The pages that have not been read, or given back, yet.</summary>
    public SortedRun Rest => isFreeing ? new(_next, run.Back, _pagesLeft) : run;

    /// <summary>Moves to the next entry; false at the end.</summary>
    public bool MoveNext()
    {
        _offset += _length;
        if (_itemsLeft == 0 && !LoadPage())
        {
            return false;
        }

        _itemsLeft--;
        var item = _payload.AsSpan(_offset);
        var parts = BinaryPrimitives.ReadUInt16LittleEndian(item[2..]);
        _length = BinaryPrimitives.ReadUInt16LittleEndian(item);
        PartsLength = parts & ~SortedRun.NullBit;
        HasNull = (parts & SortedRun.NullBit) != 0;
        _offset += SortedRun.ItemHeaderBytes;
        Head = IndexEntry.HeadOf(Entry);
        return true;
    }

    private bool LoadPage()
    {
        if (_next.IsNil)
        {
            return false;
        }

        var position = _next;
        using (var page = pages.Read(position))
        {
            page.Payload.CopyTo(_payload);
            _itemsLeft = page.Header.ItemCount;
            _next = page.Header.Next;
        }

        (_offset, _length) = (0, 0);
        if (isFreeing)
        {
            _pagesLeft--;
            pages.Free(position);
        }

        return _itemsLeft > 0;
    }
}
