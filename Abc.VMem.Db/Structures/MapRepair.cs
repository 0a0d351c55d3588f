using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Repairs maps: one that holds is left as it is, another one is built anew, in place of its state, from the entries of
/// every leaf that can be reached. Where nothing of exactly one map can be reached, since its root or its state was
/// lost, and all else is whole, the leaves that nothing else leads to are its own.
/// </summary>
internal sealed class MapRepair(RepairContext context)
{
    private readonly List<(PageOwner Owner, Func<NodeView, bool>? IsLeaf)> _rootless = [];
    private readonly byte[] _page = new byte[Page.Size];
    private readonly byte[] _key = new byte[BTree.KeyRoom];
    private readonly ValueBuffer _value = new();
    private bool _isAnyCut;
    private bool _isDerivedCut;

    /// <summary>Repairs one map.</summary>
    /// <param name="owner">The map.</param>
    /// <param name="map">Its state.</param>
    /// <param name="isLeaf">
    /// Tells its leaves from those of maps that are derived from others, if that can be done.
    /// </param>
    /// <returns>Whether it was whole.</returns>
    public bool Run(PageOwner owner, in MapState map, Func<NodeView, bool>? isLeaf = null)
    {
        if (TryAccept(owner))
        {
            return true;
        }

        var leaves = new MapLeaves(context, owner);
        leaves.AddBelow(map.Root, map.Height);
        var loss = context.LossOf(owner);
        loss.Items += map.Count;
        loss.Pages += leaves.LostNodes;
        if (map.Height > 1 && leaves.Nodes == 0)
        {
            _rootless.Add((owner, isLeaf));
            context.Explain(map.Root);
            ClearState(owner);
            loss.IsAll = true;
            return false;
        }

        _isAnyCut |= map.Height > 1;
        Rebuild(owner, leaves.InOrder());
        return false;
    }

    /// <summary>Empties a map that is derived from other data, if it does not hold.</summary>
    /// <returns>Whether it was whole, and was left as it is.</returns>
    public bool RunDerived(PageOwner owner, in MapState map)
    {
        if (TryAccept(owner))
        {
            return true;
        }

        // Its nodes are claimed, so that no other map takes them for its own; there may be more than can be reached.
        var leaves = new MapLeaves(context, owner);
        leaves.AddBelow(map.Root, map.Height);
        leaves.ExplainLost();
        _isDerivedCut |= map.Height > 1;
        ClearState(owner);
        return false;
    }

    /// <summary>Notes a map that is derived from other data, whose state was lost: it may have had leaves.</summary>
    public void AddDerivedStateless() => _isDerivedCut = true;

    /// <summary>Notes a map whose state was lost: it may have had entries.</summary>
    /// <param name="owner">The map.</param>
    /// <param name="isLeaf">Tells its leaves, as in <see cref="Run"/>.</param>
    public void AddStateless(PageOwner owner, Func<NodeView, bool>? isLeaf)
    {
        _rootless.Add((owner, isLeaf));
        var loss = context.LossOf(owner);
        loss.IsAll = true;
        loss.AddNote("Its state was lost: how many entries it had is unknown.");
    }

    /// <summary>
    /// Gives the leaves that nothing leads to, to the one map that lost its root, if nothing else is lost that could
    /// have led to leaves. Call it when all else is repaired.
    /// </summary>
    /// <param name="owner">That map.</param>
    /// <returns>False when there is no such map, or when leaves can't be told from others or from free pages.</returns>
    public bool TryAdopt(out PageOwner? owner)
    {
        owner = null;
        if (_rootless.Count != 1 || _isAnyCut || !context.IsFreeKnown
            || (_isDerivedCut && _rootless[0].IsLeaf is null) || !context.IsAllExplained())
        {
            return false;
        }

        (owner, var isLeaf) = _rootless[0];
        return Adopt(owner, isLeaf, mayBeSeveral: false);
    }

    /// <summary>Gives leaves that nothing leads to, to a map without a root.</summary>
    /// <param name="owner">The map.</param>
    /// <param name="isWanted">Looks at a leaf; false = leave it.</param>
    /// <param name="mayBeSeveral">Whether to take leaves, too, that can't be all of one map.</param>
    /// <returns>Whether there were any.</returns>
    public bool Adopt(PageOwner owner, Func<NodeView, bool>? isWanted = null, bool mayBeSeveral = true)
    {
        _rootless.RemoveAll(rootless => rootless.Owner == owner);
        var leaves = new MapLeaves(context, owner);
        for (var at = 2L; at < context.Owners.PageCount; at++)
        {
            leaves.AddOrphan(new(at), isWanted);
        }

        if (leaves.Nodes == 0)
        {
            return false;
        }

        var loss = context.LossOf(owner);
        if (!mayBeSeveral && !leaves.AreOfOneMap())
        {
            // Some of them leaked before: which ones, nothing can tell.
            context.Owners.Withdraw(owner);
            loss.AddNote("Its root was lost; leaves that nothing led to were there, but not of one map only.");
            return false;
        }

        loss.AddNote("Its root was lost; leaves that nothing else led to were taken for its own.");
        Rebuild(owner, leaves.InOrder());
        return true;
    }

    /// <summary>Makes a map empty; its pages are given back with the others that nothing leads to.</summary>
    public void ClearState(PageOwner owner)
    {
        using (var page = context.Pages.Read(owner.State.Page))
        {
            if (!page.Bytes.Slice(owner.State.Offset, MapState.Bytes).ContainsAnyExcept((byte)0))
            {
                return;
            }
        }

        using var changed = context.Pages.Write(owner.State.Page);
        changed.Bytes.Slice(owner.State.Offset, MapState.Bytes).Clear();
    }

    private bool TryAccept(PageOwner owner)
    {
        try
        {
            BTree.Check(context.Pages, owner.State, position => context.Owners.Add(position, owner));
            owner.Items = BTree.Count(context.Pages, owner.State);
            context.Step("map");
            return true;
        }
        catch (CorruptDatabaseException)
        {
            context.Owners.Withdraw(owner);
            return false;
        }
    }

    private void Rebuild(PageOwner owner, IReadOnlyList<PagePos> leaves)
    {
        ClearState(owner);
        var loss = context.LossOf(owner);
        foreach (var position in leaves)
        {
            using (var page = context.Pages.Read(position))
            {
                page.Bytes.CopyTo(_page);
            }

            var leaf = new NodeView(_page, position, level: 0);
            for (var i = 0; i < leaf.Count; i++)
            {
                Move(owner, loss, leaf, i);
            }
        }

        owner.Items = BTree.Count(context.Pages, owner.State);
        loss.IsAll = owner.Items == 0;
    }

    private void Move(PageOwner owner, RepairLoss loss, NodeView leaf, int index)
    {
        var key = _key.AsSpan(0, leaf.CopyKey(index, _key));
        var cell = leaf.Cell(index);
        if (cell.IsOverflow && !TryReadOverflow(owner, cell.Overflow))
        {
            loss.AddKey(key);
            return;
        }

        if (BTree.Insert(context.Pages, owner.State, key, cell.IsOverflow ? _value.Span : cell.Payload))
        {
            loss.Items--;
        }

        context.Step("map");
    }

    private bool TryReadOverflow(PageOwner owner, OverflowReference reference)
    {
        try
        {
            // Pages that belong to something else, free ones among them, are not the value's.
            OverflowChain.Check(context.Pages, reference, RequireUnowned);
            OverflowChain.Read(context.Pages, reference, _value);
            OverflowChain.Check(context.Pages, reference, position => context.Owners.Add(position, owner));
            return true;
        }
        catch (CorruptDatabaseException)
        {
            return false;
        }
    }

    private void RequireUnowned(PagePos position)
    {
        if (!context.Owners.IsInside(position) || context.Owners.Contains(position) || context.IsLost(position))
        {
            throw new CorruptDatabaseException("overflow", position.Value, "a page of the value's own", "another one");
        }
    }
}
