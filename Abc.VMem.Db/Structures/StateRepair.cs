using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Finds structures as <see cref="StateScan"/> does, but also those whose first or last page was lost, and repairs each
/// of them before it looks for further states in what is left of its items.
/// </summary>
internal sealed class StateRepair(RepairContext context)
{
    private readonly Queue<(PageOwner Owner, ChainState Chain, MapState Map)> _queue = new();
    private readonly byte[] _page = new byte[Page.Size];

    /// <summary>Maps; they are completed last, since one may be left over for orphaned leaves.</summary>
    public MapRepair Maps { get; } = new(context);

    /// <summary>Repairs the structure whose state is known to be at a place, and all that it leads to.</summary>
    /// <param name="address">The place, in a page that is there.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="kind">Which structure has to be there; none = any.</param>
    /// <param name="isLeaf">Tells leaves of a map, as in <see cref="MapRepair.Run"/>.</param>
    public PageOwner Follow(PageAddress address, string name, StateKind kind, Func<NodeView, bool>? isLeaf = null)
    {
        Load(address.Page);
        var chain = Layout.At<ChainState>((ReadOnlySpan<byte>)_page, address.Offset);
        var map = Layout.At<MapState>((ReadOnlySpan<byte>)_page, address.Offset);
        if (!_page.AsSpan(address.Offset, ChainState.Bytes).ContainsAnyExcept((byte)0))
        {
            return context.Owners.Begin(name, kind, address);
        }

        if (StateShape.IsSound(in chain, in map, context.SourcePageCount) && (kind == 0 || kind == chain.Kind))
        {
            var owner = Enqueue(name, address, in chain, in map);
            Run(isLeaf);
            return owner;
        }

        return Refuse(address, name, kind);
    }

    /// <summary>Makes a structure empty whose state can't be used.</summary>
    public PageOwner Refuse(PageAddress address, string name, StateKind kind)
    {
        var owner = context.Owners.Begin(name, kind, address);
        Clear(address);
        context.NoteUnexplained();
        context.LossOf(owner).IsAll = true;
        context.LossOf(owner).AddNote("Its state was no longer one.");
        return owner;
    }

    /// <summary>Repairs the structures whose states lie in a page of the program's.</summary>
    public void FollowAllIn(PagePos position, int from)
    {
        Load(position);
        FindStates(position, from, Page.Size);
        Run();
    }

    private void Run(Func<NodeView, bool>? isLeaf = null)
    {
        while (_queue.TryDequeue(out var next))
        {
            if (FindOriginal(next.Owner, next.Chain.Front) is { } original)
            {
                CopyState(original.State, next.Owner.State);
                continue;
            }

            if (next.Owner.Kind == StateKind.Map)
            {
                Maps.Run(next.Owner, next.Map, isLeaf);
                continue;
            }

            foreach (var position in ChainRepair.Run(context, next.Owner, next.Chain))
            {
                SearchItems(next.Owner, position);
            }
        }
    }

    // As a check does: a state that was copied with an item is no loss, and stays a copy of the repaired one.
    private PageOwner? FindOriginal(PageOwner owner, PagePos first) =>
        owner.Name is null && context.Owners.IsInside(first) && context.Owners.OwnerOf(first) is { } other
            && other.Kind == owner.Kind && context.Owners.OrdinalOf(first) == 1
            ? other
            : null;

    private void CopyState(PageAddress from, PageAddress to)
    {
        ChainState state;
        using (var page = context.Pages.Read(from.Page))
        {
            state = Layout.At<ChainState>(page.Bytes, from.Offset);
        }

        using (var page = context.Pages.Write(to.Page))
        {
            Layout.At<ChainState>(page.Bytes, to.Offset) = state;
        }

        context.Step("copied state");
    }

    private void SearchItems(PageOwner owner, PagePos position)
    {
        if (owner.Kind == StateKind.Text)
        {
            return;
        }

        Load(position);
        var items = Layout.At<PageHeader>((ReadOnlySpan<byte>)_page, 0).ItemCount;
        var end = owner.Kind == StateKind.LinkedPages ? Page.Size : Page.HeaderBytes + (items * owner.ItemBytes);
        FindStates(position, Page.HeaderBytes, end);
    }

    private void FindStates(PagePos position, int from, int to) =>
        StateShape.FindAll(
            _page,
            from,
            to,
            context.SourcePageCount,
            CanBeEnd,
            (at, in chain, in map) => Enqueue(null, new(position, at), in chain, in map));

    // A lost page can be anything, unless it was free.
    private bool CanBeEnd(PagePos position, PageType type, bool isFirst, bool isLast)
    {
        if (context.Owners.IsInside(position) && context.Owners.OwnerOf(position) == context.Free)
        {
            return false;
        }

        if (context.IsLost(position))
        {
            return true;
        }

        using var page = context.Pages.Read(position);
        ref readonly var header = ref page.Header;
        return header.Type == type && (!isFirst || header.Previous.IsNil) && (!isLast || header.Next.IsNil);
    }

    private PageOwner Enqueue(string? name, PageAddress address, in ChainState chain, in MapState map)
    {
        var owner = context.Owners.Begin(name, chain.Kind, address);
        owner.ItemBytes = chain.Kind == StateKind.Map ? 0 : chain.ItemBytes;
        _queue.Enqueue((owner, chain, map));
        return owner;
    }

    private void Clear(PageAddress address)
    {
        using var page = context.Pages.Write(address.Page);
        page.Bytes.Slice(address.Offset, ChainState.Bytes).Clear();
    }

    private void Load(PagePos position)
    {
        using var page = context.Pages.Read(position);
        page.Bytes.CopyTo(_page);
    }
}
