using System.Buffers.Binary;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Indexes;

/// <summary>Writes one sorted run, page by page. Holds no pin between two calls.</summary>
internal sealed class RunWriter(PageWriter pages)
{
    private readonly byte[] _payload = new byte[Page.PayloadBytes];
    private SortedRun _run = new(PagePos.Nil, PagePos.Nil, 0);
    private int _length;
    private ushort _count;

    /// <summary>The pages written so far.</summary>
    public SortedRun Run => _run;

    /// <summary>Appends an entry that is not smaller than the last one.</summary>
    public void Append(ReadOnlySpan<byte> entry, int partsLength, bool hasNull)
    {
        if (_payload.Length - _length < SortedRun.ItemHeaderBytes + entry.Length)
        {
            Flush();
        }

        var item = _payload.AsSpan(_length);
        BinaryPrimitives.WriteUInt16LittleEndian(item, (ushort)entry.Length);
        var parts = hasNull ? partsLength | SortedRun.NullBit : partsLength;
        BinaryPrimitives.WriteUInt16LittleEndian(item[2..], (ushort)parts);
        entry.CopyTo(item[SortedRun.ItemHeaderBytes..]);
        _length += SortedRun.ItemHeaderBytes + entry.Length;
        _count++;
    }

    /// <summary>Writes what is left and returns the run.</summary>
    public SortedRun Complete()
    {
        if (_count > 0)
        {
            Flush();
        }

        return _run;
    }

    private void Flush()
    {
        PagePos position;
        using (var page = pages.Allocate(PageType.Linked))
        {
            position = page.Position;
            page.Header.Previous = _run.Back;
            page.Header.ItemCount = _count;
            _payload.AsSpan(0, _length).CopyTo(page.Payload);
        }

        if (!_run.Back.IsNil)
        {
            using var last = pages.Write(_run.Back);
            last.Header.Next = position;
        }

        _run = new(_run.Front.IsNil ? position : _run.Front, position, _run.PageCount + 1);
        (_length, _count) = (0, 0);
    }
}
