using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Reads a sorted run, one copied page at a time, and frees its pages on the way. Holds no pin between two calls.
/// </summary>
internal sealed class RunReader(PageWriter pages, SortedRun run, int ordinal)
{
    private readonly byte[] _page = new byte[Page.PayloadBytes];

    // An item that begins in one page and ends in another.
    private byte[] _spanning = [];
    private PagePos _next = run.Front;
    private int _length;
    private int _offset;
    private byte[] _source = [];
    private int _itemOffset;
    private int _itemLength;

    /// <summary>The run's place among the others, in the order in which they were made.</summary>
    public int Ordinal => ordinal;

    /// <summary>The item; valid until the next move.</summary>
    public SortItem Item => SortItem.Parse(_source.AsSpan(_itemOffset, _itemLength));

    /// <summary>The head of the item's key.</summary>
    public ulong Head { get; private set; }

    /// <summary>Moves to the next item; false at the end.</summary>
    public bool MoveNext()
    {
        if (_offset == _length && !LoadPage())
        {
            return false;
        }

        if (SortItem.TryParse(_page.AsSpan(_offset, _length - _offset), out var item))
        {
            (_source, _itemOffset, _itemLength) = (_page, _offset, item.Bytes.Length);
            _offset += _itemLength;
            Head = SortItem.HeadOf(item.Key);
        }
        else
        {
            Gather();
            Head = SortItem.HeadOf(Item.Key);
        }

        return true;
    }

    private void Gather()
    {
        var gathered = 0;
        while (true)
        {
            var before = gathered;
            var part = _page.AsSpan(_offset, _length - _offset);
            if (_spanning.Length < gathered + part.Length)
            {
                Array.Resize(ref _spanning, Math.Max(gathered + part.Length, 2 * _spanning.Length));
            }

            part.CopyTo(_spanning.AsSpan(gathered));
            gathered += part.Length;
            if (SortItem.TryParse(_spanning.AsSpan(0, gathered), out var item))
            {
                (_source, _itemOffset, _itemLength) = (_spanning, 0, item.Bytes.Length);
                _offset += _itemLength - before;
                return;
            }

            if (!LoadPage())
            {
                throw new CorruptDatabaseException("sorted run", _next.Value, "the rest of an item", "the end");
            }
        }
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
            _length = Math.Min((int)page.Header.ItemCount, _page.Length);
            page.Payload[.._length].CopyTo(_page);
            _next = page.Header.Next;
        }

        _offset = 0;
        pages.Free(position);
        return _length > 0;
    }
}
