using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Writes one sorted run. A page is filled in memory and written once, when the page after it is allocated. Holds no
/// pin between two calls.
/// </summary>
internal sealed class RunWriter(PageWriter pages)
{
    private readonly byte[] _payload = new byte[Page.PayloadBytes];
    private PagePos _front = PagePos.Nil;
    private PagePos _position = PagePos.Nil;
    private long _pageCount;
    private int _length;

    /// <summary>Appends an item whose key is not below the last one's.</summary>
    public void Append(in SortItem item)
    {
        for (var rest = item.Bytes; !rest.IsEmpty;)
        {
            if (_position.IsNil || _length == _payload.Length)
            {
                Advance();
            }

            var part = rest[..Math.Min(rest.Length, _payload.Length - _length)];
            part.CopyTo(_payload.AsSpan(_length));
            _length += part.Length;
            rest = rest[part.Length..];
        }
    }

    /// <summary>Writes what is left and returns the run.</summary>
    public SortedRun Complete()
    {
        if (!_position.IsNil)
        {
            Write(PagePos.Nil);
        }

        return new(_front, _pageCount);
    }

    private void Advance()
    {
        PagePos next;
        using (var page = pages.Allocate(PageType.Linked))
        {
            next = page.Position;
        }

        if (_position.IsNil)
        {
            _front = next;
        }
        else
        {
            Write(next);
        }

        (_position, _length) = (next, 0);
        _pageCount++;
    }

    private void Write(PagePos next)
    {
        using var page = pages.Write(_position);
        page.Header.Next = next;
        page.Header.ItemCount = (ushort)_length;
        _payload.AsSpan(0, _length).CopyTo(page.Payload);
    }
}
