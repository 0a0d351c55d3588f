using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Repairs one chain of pages: walks from both ends as far as pages lead to each other, goes on behind a lost page
/// where exactly one page names it as its previous one, links what is left, and sets the state right.
/// </summary>
internal sealed class ChainRepair
{
    private readonly RepairContext _context;
    private readonly PageOwner _owner;
    private readonly ChainState _chain;
    private readonly List<Link> _kept = [];
    private readonly byte[] _page = new byte[Page.Size];
    private long _items;
    private bool _hasGap;

    private ChainRepair(RepairContext context, PageOwner owner, in ChainState chain) =>
        (_context, _owner, _chain) = (context, owner, chain);

    /// <summary>Repairs the chain; returns its pages in order.</summary>
    public static IReadOnlyList<PagePos> Run(RepairContext context, PageOwner owner, in ChainState chain)
    {
        var repair = new ChainRepair(context, owner, in chain);
        repair.Collect();
        if (owner.Kind == StateKind.Text && repair._hasGap)
        {
            repair.TrimText();
        }

        repair.Relink();
        repair.Settle();
        return [.. repair._kept.Select(link => link.Position)];
    }

    private void Collect()
    {
        var gap = WalkForward(_chain.Front, PagePos.Nil);
        while (!gap.IsNil && _context.SuccessorOf(gap) is { IsNil: false } next)
        {
            var taken = _kept.Count;
            _hasGap = true;
            gap = WalkForward(next, gap);
            if (_kept.Count == taken)
            {
                break;
            }

            _kept[taken] = _kept[taken] with { IsAfterGap = true };
        }

        if (gap.IsNil && _kept.Count > 0)
        {
            // It has an end. When the state names another last page, of another moment, that one is another chain's.
            _hasGap |= _kept[^1].Position != _chain.Back;
            return;
        }

        _hasGap = true;
        var tail = WalkBackward();
        if (tail.Count > 0)
        {
            tail[0] = tail[0] with { IsAfterGap = true };
            _kept.AddRange(tail);
        }
    }

    // Returns the page that could not be taken; nil at the end of the chain.
    private PagePos WalkForward(PagePos position, PagePos previous)
    {
        while (!position.IsNil)
        {
            if (!TryTake(position, out var header) || header.Previous != previous)
            {
                return position;
            }

            Take(position, in header);
            (previous, position) = (position, header.Next);
        }

        return PagePos.Nil;
    }

    private List<Link> WalkBackward()
    {
        var front = _kept.Count;
        var (position, next) = (_chain.Back, PagePos.Nil);
        while (!position.IsNil && _kept.Count < _chain.PageCount
            && TryTake(position, out var header) && header.Next == next)
        {
            Take(position, in header);
            (next, position) = (position, header.Previous);
        }

        var tail = _kept[front..];
        _kept.RemoveRange(front, tail.Count);
        tail.Reverse();
        return tail;
    }

    private bool TryTake(PagePos position, out PageHeader header)
    {
        header = default;
        if (!_context.TryLoad(position, _page))
        {
            return false;
        }

        header = Layout.At<PageHeader>((ReadOnlySpan<byte>)_page, 0);
        return header.Type == StateShape.PageTypeOf(_owner.Kind)
            && (!_owner.HasItems || header.ItemTag == ItemPages.TagOf(_owner.Kind, _chain.ItemBytes))
            && (!_owner.HasItems || (header.ItemCount > 0 && header.ItemCount <= Page.PayloadBytes / _chain.ItemBytes));
    }

    private void Take(PagePos position, in PageHeader header)
    {
        _context.Owners.Add(position, _owner);
        _context.Step(_owner.KindText);
        _kept.Add(new(position, header.ItemCount, IsAfterGap: false));
        _items += _owner.HasItems ? header.ItemCount : 0;
    }

    // A character of which a part was on a lost page goes with it.
    private void TrimText()
    {
        for (var i = 0; i < _kept.Count; i++)
        {
            var isAfterGap = _kept[i].IsAfterGap || (i == 0 && _kept[i].Position != _chain.Front);
            var isBeforeGap = i + 1 < _kept.Count
                ? _kept[i + 1].IsAfterGap
                : _kept[i].Position != _chain.Back;
            if (isAfterGap || isBeforeGap)
            {
                TrimPage(i, isAfterGap, isBeforeGap);
            }
        }

        _kept.RemoveAll(link => link.Items == 0);
    }

    private void TrimPage(int index, bool atFront, bool atEnd)
    {
        var link = _kept[index];
        int start, length;
        using (var page = _context.Pages.Read(link.Position))
        {
            var text = page.Payload[..link.Items];
            start = atFront ? TextEdges.LeadingPart(text) : 0;
            length = text.Length - start - (atEnd ? TextEdges.TrailingPart(text[start..]) : 0);
        }

        if (length == link.Items)
        {
            return;
        }

        using (var page = _context.Pages.Write(link.Position))
        {
            page.Payload.Slice(start, length).CopyTo(page.Payload);
            page.Header.ItemCount = (ushort)length;
        }

        _items -= link.Items - length;
        _kept[index] = link with { Items = length };
    }

    private void Relink()
    {
        for (var i = 0; i < _kept.Count; i++)
        {
            var position = _kept[i].Position;
            var previous = i == 0 ? PagePos.Nil : _kept[i - 1].Position;
            var next = i + 1 == _kept.Count ? PagePos.Nil : _kept[i + 1].Position;
            bool differs;
            using (var page = _context.Pages.Read(position))
            {
                differs = page.Header.Previous != previous || page.Header.Next != next;
            }

            if (differs)
            {
                using var page = _context.Pages.Write(position);
                (page.Header.Previous, page.Header.Next) = (previous, next);
            }

            _context.Step(_owner.KindText);
        }
    }

    private void Settle()
    {
        _owner.Items = _items;
        var settled = _kept.Count == 0
            ? default
            : _chain with
            {
                Front = _kept[0].Position,
                Back = _kept[^1].Position,
                ItemCount = _items,
                PageCount = (uint)_kept.Count,
            };
        if (!_hasGap && settled.ItemCount == _chain.ItemCount && settled.PageCount == _chain.PageCount)
        {
            return;
        }

        using (var page = _context.Pages.Write(_owner.State.Page))
        {
            Layout.At<ChainState>(page.Bytes, _owner.State.Offset) = settled;
        }

        if (_owner.Kind != StateKind.Text)
        {
            // States of further structures may have been among what is lost.
            _context.NoteUnexplained();
        }

        var loss = _context.LossOf(_owner);
        loss.Items += _chain.ItemCount - _items;
        loss.Pages += _chain.PageCount - (long)_kept.Count;
        loss.IsAll = _kept.Count == 0;
    }

    private readonly record struct Link(PagePos Position, int Items, bool IsAfterGap);
}
