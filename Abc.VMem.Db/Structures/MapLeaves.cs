using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Finds the leaves of a damaged map that can still be reached: from the root through every branch that is whole, and
/// sideways along each level. Nodes that do not hold together are passed over.
/// </summary>
internal sealed class MapLeaves(RepairContext context, PageOwner owner)
{
    private readonly List<Leaf> _leaves = [];
    private readonly Stack<Step> _open = new();
    private readonly HashSet<PagePos> _lost = [];
    private readonly byte[] _page = new byte[Page.Size];
    private readonly byte[] _key = new byte[BTree.KeyRoom];

    /// <summary>Nodes found; they belong to the owner now.</summary>
    public long Nodes { get; private set; }

    /// <summary>Nodes that were to be there and were lost with their pages.</summary>
    public long LostNodes => _lost.Count;

    /// <summary>Finds the leaves below a root.</summary>
    public void AddBelow(PagePos root, int height)
    {
        _open.Push(new(root, height - 1, PagePos.Nil, PagePos.Nil));
        while (_open.TryPop(out var step))
        {
            Visit(step);
        }
    }

    /// <summary>Takes a page if it is a leaf that holds together.</summary>
    /// <param name="position">The page.</param>
    /// <param name="isWanted">Looks at the node; false = leave it.</param>
    public void AddOrphan(PagePos position, Func<NodeView, bool>? isWanted = null)
    {
        if (IsOrphan(position, isWanted))
        {
            Take(new NodeView(_page, position, level: 0));
        }
    }

    /// <summary>Whether a page belongs to nothing and is a leaf that holds together.</summary>
    /// <inheritdoc cref="AddOrphan" path="/param"/>
    public bool IsOrphan(PagePos position, Func<NodeView, bool>? isWanted = null) =>
        context.TryLoad(position, _page)
        && Layout.At<PageHeader>((ReadOnlySpan<byte>)_page, 0).Type == PageType.MapLeaf
        && TryView(position, 0, out var node)
        && (isWanted is null || isWanted(node));

    /// <summary>Notes that the nodes that were lost led to nothing but nodes of this map.</summary>
    public void ExplainLost()
    {
        foreach (var position in _lost)
        {
            context.Explain(position);
        }
    }

    /// <summary>The leaves, in the order of their keys.</summary>
    public IReadOnlyList<PagePos> InOrder()
    {
        Sort();
        return [.. _leaves.Select(leaf => leaf.Position)];
    }

    /// <summary>
    /// Whether the leaves can be those of one map: in the order of their keys each names its neighbours, or a lost page
    /// in their place. Leaves of a map that leaked have ends of their own.
    /// </summary>
    public bool AreOfOneMap()
    {
        Sort();
        for (var i = 0; i < _leaves.Count; i++)
        {
            var previous = i == 0 ? PagePos.Nil : _leaves[i - 1].Position;
            var next = i + 1 == _leaves.Count ? PagePos.Nil : _leaves[i + 1].Position;
            if ((_leaves[i].Previous != previous && !context.IsLost(_leaves[i].Previous))
                || (_leaves[i].Next != next && !context.IsLost(_leaves[i].Next)))
            {
                return false;
            }
        }

        return true;
    }

    private void Sort() => _leaves.Sort((a, b) => a.FirstKey.AsSpan().SequenceCompareTo(b.FirstKey));

    private void Visit(Step step)
    {
        if (context.IsLost(step.Position))
        {
            _lost.Add(step.Position);
        }

        if (!context.TryLoad(step.Position, _page) || !TryView(step.Position, step.Level, out var node)
            || !IsNeighbour(node, in step))
        {
            return;
        }

        Take(node);
        context.Step("map");
        for (var i = 0; !node.IsLeaf && i < node.Count; i++)
        {
            _open.Push(new(node.Child(i), step.Level - 1, PagePos.Nil, PagePos.Nil));
        }

        Push(step with { Position = node.Next, Previous = node.Position, Next = PagePos.Nil });
        Push(step with { Position = node.Previous, Previous = PagePos.Nil, Next = node.Position });
    }

    private void Push(Step step)
    {
        if (!step.Position.IsNil)
        {
            _open.Push(step);
        }
    }

    // What is reached sideways has to lead back: in a file whose log is lost, links may be of different moments.
    private static bool IsNeighbour(NodeView node, in Step step) =>
        (step.Previous.IsNil || node.Previous == step.Previous) && (step.Next.IsNil || node.Next == step.Next);

    private bool TryView(PagePos position, int level, out NodeView node)
    {
        try
        {
            node = new NodeView(_page, position, level);
            NodeCheck.Run(_page, node, default, hasUpper: false, default);
            return true;
        }
        catch (CorruptDatabaseException)
        {
            node = default;
            return false;
        }
    }

    private void Take(NodeView node)
    {
        context.Owners.Add(node.Position, owner);
        Nodes++;
        if (node.IsLeaf)
        {
            var length = node.CopyKey(0, _key);
            _leaves.Add(new(_key[..length], node.Position, node.Previous, node.Next));
        }
    }

    private readonly record struct Leaf(byte[] FirstKey, PagePos Position, PagePos Previous, PagePos Next);

    private readonly record struct Step(PagePos Position, int Level, PagePos Previous, PagePos Next);
}
