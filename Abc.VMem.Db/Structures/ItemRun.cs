using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Items on their way into a structure: first those that fill the page where they go, which stay in memory, then full
/// pages of a chain of their own, then the rest in memory again. The structure is not touched meanwhile: it can be the
/// items' source, and any number of them makes it rewrite a few pages only.
/// </summary>
internal sealed class ItemRun
{
    private readonly byte[] _loose;
    private readonly int _headBytes;
    private int _length;
    private ChainState _body;

    /// <summary>Begins without items.</summary>
    /// <param name="target">The structure that they go to.</param>
    /// <param name="headItems">Items that fill the page where they go.</param>
    public ItemRun(in ChainState target, int headItems)
    {
        _headBytes = headItems * target.ItemBytes;
        _loose = new byte[_headBytes + (ItemPages.Capacity(in target) * target.ItemBytes)];
        _body = new() { Kind = target.Kind, ItemBytes = target.ItemBytes };
    }

    /// <summary>The full pages.</summary>
    public ref ChainState Body => ref _body;

    /// <summary>The items before and behind the full pages, one after the other.</summary>
    public ReadOnlySpan<byte> Loose => _loose.AsSpan(0, _length);

    /// <summary>Adds items behind the others.</summary>
    public void Add(PageWriter pages, ReadOnlySpan<byte> items)
    {
        while (!items.IsEmpty)
        {
            if (_length == _loose.Length)
            {
                var full = _loose.AsSpan(_headBytes);
                ItemPages.AddPage(pages, ref _body, PagePos.Nil, full, null);
                _body.ItemCount += full.Length / _body.ItemBytes;
                _length = _headBytes;
            }

            var part = items[..Math.Min(items.Length, _loose.Length - _length)];
            part.CopyTo(_loose.AsSpan(_length));
            _length += part.Length;
            items = items[part.Length..];
        }
    }
}
