using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Repairs the catalog's slots: the pages they lie in, the chain of these pages, and which of the slots are used, as
/// the definitions say that are left. A state that lay in a lost page is gone.
/// </summary>
internal sealed class SlotRepair(RepairContext context)
{
    private readonly PageOwner _owner = context.Owners.Begin("catalog slots");
    private readonly HashSet<PageAddress> _named = [];
    private readonly List<PagePos> _chain = [];
    private bool _isChainWhole;

    /// <summary>Walks the chain of slot pages as far as it leads.</summary>
    public void Begin()
    {
        PagePos next;
        using (var start = context.Pages.Read(PagePos.Start))
        {
            next = Layout.At<StartPageLayout>(start.Payload, 0).StatesFront;
        }

        while (TryTake(next, out var following))
        {
            _chain.Add(next);
            next = following;
        }

        _isChainWhole = next.IsNil;
    }

    /// <summary>Takes the slots that a definition names.</summary>
    /// <returns>False when one of them can't be a slot, or is another definition's.</returns>
    public bool TryName(IReadOnlyList<PageAddress> slots)
    {
        if (slots.Any(slot => !CanBeSlot(slot) || _named.Contains(slot)) || slots.Distinct().Count() < slots.Count)
        {
            return false;
        }

        _named.UnionWith(slots);
        return true;
    }

    /// <summary>Sets the pages and their marks right.</summary>
    public void Complete()
    {
        foreach (var position in _named.Select(slot => slot.Page).Distinct().Order())
        {
            if (position != PagePos.Start && !_chain.Contains(position))
            {
                context.Owners.Add(position, _owner);
                context.Explain(position);
                _chain.Add(position);
                _isChainWhole = false;
            }
        }

        if (!_isChainWhole)
        {
            Relink();
        }

        MarkUsed(PagePos.Start, StartPageLayout.FirstSlot);
        foreach (var position in _chain)
        {
            MarkUsed(position, StatesPageLayout.FirstSlot);
            context.Step("catalog slots");
        }
    }

    private bool CanBeSlot(PageAddress slot)
    {
        if (slot.Page == PagePos.Start || _chain.Contains(slot.Page))
        {
            return true;
        }

        if (!context.Owners.IsInside(slot.Page) || context.Owners.Contains(slot.Page))
        {
            return false;
        }

        using var page = context.Pages.Read(slot.Page);
        return context.IsLost(slot.Page) || page.Header.Type == PageType.States;
    }

    private bool TryTake(PagePos position, out PagePos next)
    {
        next = PagePos.Nil;
        if (position.IsNil || !context.Owners.IsInside(position) || context.Owners.Contains(position))
        {
            return false;
        }

        using var page = context.Pages.Read(position);
        if (page.Header.Type != PageType.States)
        {
            return false;
        }

        context.Owners.Add(position, _owner);
        next = page.Header.Next;
        return true;
    }

    private void Relink()
    {
        for (var i = 0; i < _chain.Count; i++)
        {
            using var page = context.Pages.Write(_chain[i]);
            ref var header = ref page.Header;
            (header.Type, header.Level, header.LayoutVersion) = (PageType.States, 0, 1);
            (header.Previous, header.Next) = (PagePos.Nil, i + 1 < _chain.Count ? _chain[i + 1] : PagePos.Nil);
        }

        using var start = context.Pages.Write(PagePos.Start);
        Layout.At<StartPageLayout>(start.Payload, 0).StatesFront = _chain.Count > 0 ? _chain[0] : PagePos.Nil;
    }

    private void MarkUsed(PagePos position, int firstSlot)
    {
        var (low, high) = (0UL, 0UL);
        foreach (var slot in _named.Where(slot => slot.Page == position))
        {
            var index = (slot.Offset - firstSlot) / MapState.Bytes;
            (low, high) = index < 64 ? (low | (1UL << index), high) : (low, high | (1UL << (index - 64)));
        }

        var marks = firstSlot - (2 * sizeof(ulong));
        using (var page = context.Pages.Read(position))
        {
            if (Layout.At<ulong>(page.Bytes, marks) == low && Layout.At<ulong>(page.Bytes, marks + 8) == high)
            {
                return;
            }
        }

        using var changed = context.Pages.Write(position);
        Layout.At<ulong>(changed.Bytes, marks) = low;
        Layout.At<ulong>(changed.Bytes, marks + sizeof(ulong)) = high;
    }
}
