using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>One verification of a map, depth first. Holds no pin: it copies one page per level.</summary>
internal sealed class MapCheck
{
    private readonly PageReader _pages;
    private readonly MapState _state;
    private readonly Action<PagePos> _visit;
    private readonly Level[] _levels;
    private long _count;
    private long _overflowPages;

    /// <summary>Prepares the verification of a map that is not empty.</summary>
    public MapCheck(PageReader pages, in MapState state, Action<PagePos> visit)
    {
        (_pages, _state, _visit) = (pages, state, visit);
        _levels = new Level[state.Height];
        for (int i = 0; i < _levels.Length; i++)
        {
            _levels[i] = new Level();
        }
    }

    /// <summary>Verifies everything.</summary>
    /// <exception cref="CorruptDatabaseException">Something does not hold.</exception>
    public void Run()
    {
        Visit(_state.Root, _levels.Length - 1, default, hasUpper: false, default);
        foreach (var level in _levels)
        {
            if (!level.Next.IsNil)
            {
                MapErrors.ThrowNode(level.Last, "the last page of its level to have no next", level.Next.Value);
            }
        }

        if (_count != _state.Count || _overflowPages != _state.OverflowPages)
        {
            MapErrors.ThrowNode(
                _state.Root,
                FormattableString.Invariant($"{_state.Count} entries and {_state.OverflowPages} overflow pages"),
                FormattableString.Invariant($"{_count} and {_overflowPages}"));
        }
    }

    private void Visit(
        PagePos position, int levelNumber, ReadOnlySpan<byte> lower, bool hasUpper, ReadOnlySpan<byte> upper)
    {
        var level = _levels[levelNumber];
        _visit(position);
        using (var page = _pages.Read(position))
        {
            page.Bytes.CopyTo(level.Page);
        }

        var node = new NodeView(level.Page, position, levelNumber);
        CheckLinks(level, node);
        NodeCheck.Run(level.Page, node, lower, hasUpper, upper);
        if (node.IsLeaf)
        {
            CheckValues(node);
            return;
        }

        // The recursion is as deep as the tree is high, at most 16.
        for (int i = 0; i < node.Count; i++)
        {
            bool isLast = i + 1 == node.Count;
            int lowLength = i == 0 ? 0 : node.CopyKey(i, level.Lower);
            int highLength = isLast ? 0 : node.CopyKey(i + 1, level.Upper);
            Visit(
                node.Child(i),
                levelNumber - 1,
                i == 0 ? lower : level.Lower.AsSpan(0, lowLength),
                hasUpper || !isLast,
                isLast ? upper : level.Upper.AsSpan(0, highLength));
        }
    }

    private static void CheckLinks(Level level, NodeView node)
    {
        bool isFirst = level.Last.IsNil;
        if (node.Previous != level.Last || (!isFirst && level.Next != node.Position))
        {
            MapErrors.ThrowNode(
                node.Position,
                FormattableString.Invariant($"to be linked after page {level.Last}, whose next is {level.Next}"),
                node.Previous.Value);
        }

        (level.Last, level.Next) = (node.Position, node.Next);
    }

    private void CheckValues(NodeView node)
    {
        _count += node.Count;
        for (int i = 0; i < node.Count; i++)
        {
            var cell = node.Cell(i);
            if (cell.IsOverflow)
            {
                OverflowChain.Check(_pages, cell.Overflow, _visit);
                _overflowPages += OverflowChain.PageCount(cell.Overflow.Length);
            }
        }
    }

    /// <summary>Where the walk stands in one level.</summary>
    private sealed class Level
    {
        public byte[] Page { get; } = new byte[Paging.Page.Size];

        public byte[] Lower { get; } = new byte[BTree.KeyRoom];

        public byte[] Upper { get; } = new byte[BTree.KeyRoom];

        public PagePos Last { get; set; } = PagePos.Nil;

        public PagePos Next { get; set; } = PagePos.Nil;
    }
}
