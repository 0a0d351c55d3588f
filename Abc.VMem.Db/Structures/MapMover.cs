using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Moves the misplaced pages of one map, in steps: from the root down to the branches above the leaves, these in the
/// order of their keys. Leaves are read only when they move, or may lead to long values. Between two steps the map may
/// change: the next one goes on at the key where the last one stopped.
/// </summary>
internal sealed class MapMover
{
    private readonly byte[] _branch = new byte[Page.Size];
    private readonly byte[] _key = new byte[BTree.KeyRoom];
    private readonly byte[] _next = new byte[BTree.KeyRoom];
    private int _keyLength;
    private int _nextLength;
    private ChainPlace _place;

    private ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>Begins with the smallest key.</summary>
    public void Begin() => (_keyLength, _place) = (0, default);

    /// <summary>Goes on, until the step is full; true when the map is done.</summary>
    /// <exception cref="CorruptDatabaseException">The map is damaged.</exception>
    public bool Step(PageMover mover, PageAddress address)
    {
        var map = BTree.ReadState(mover.Pages, address);
        if (map.Height == 0)
        {
            return true;
        }

        if (mover.IsMisplaced(map.Root))
        {
            if (!mover.TryMoveLinked(map.Root, out var root))
            {
                return false;
            }

            map.Root = root;
            BTree.WriteState(mover.Pages, address, in map);
        }

        return map.Height == 1 ? MoveValues(mover, in map, map.Root) : MoveBranches(mover, in map);
    }

    private bool MoveBranches(PageMover mover, in MapState map)
    {
        while (!mover.IsFull)
        {
            if (!TryDescend(mover, in map, out var branch) || !MoveChildren(mover, in map, branch))
            {
                return false;
            }

            if (_nextLength == 0)
            {
                return true;
            }

            _next.AsSpan(0, _nextLength).CopyTo(_key);
            _keyLength = _nextLength;
        }

        return false;
    }

    /// <summary>Goes down to the branch above the leaf of the key; branches on the way move.</summary>
    private bool TryDescend(PageMover mover, in MapState map, out PagePos branch)
    {
        branch = map.Root;
        _nextLength = 0;
        for (int level = map.Height - 1; level > 1; level--)
        {
            int index;
            PagePos child;
            using (var page = mover.Pages.Read(branch))
            {
                var node = new NodeView(page.Bytes, branch, level);
                index = node.FindChild(Key);
                child = node.Child(index);
                _nextLength = index + 1 < node.Count ? node.CopyKey(index + 1, _next) : _nextLength;
            }

            mover.CountRead();
            if (mover.IsMisplaced(child) && !TryMoveChild(mover, branch, index, ref child))
            {
                return false;
            }

            branch = child;
        }

        return true;
    }

    /// <summary>Moves the leaves below a branch, from that of the key on.</summary>
    private bool MoveChildren(PageMover mover, in MapState map, PagePos branch)
    {
        using (var page = mover.Pages.Read(branch))
        {
            page.Bytes.CopyTo(_branch);
        }

        mover.CountRead();
        var node = new NodeView(_branch, branch, 1);
        for (int index = node.FindChild(Key); index < node.Count; index++)
        {
            if (mover.IsFull)
            {
                return false;
            }

            var leaf = node.Child(index);
            if (mover.IsMisplaced(leaf) && !TryMoveChild(mover, branch, index, ref leaf))
            {
                return false;
            }

            if (map.OverflowPages > 0 && !MoveValues(mover, in map, leaf))
            {
                return false;
            }

            if (index + 1 < node.Count)
            {
                _keyLength = node.CopyKey(index + 1, _key);
            }
        }

        return true;
    }

    private static bool TryMoveChild(PageMover mover, PagePos branch, int index, ref PagePos child)
    {
        if (!mover.TryMoveLinked(child, out var to))
        {
            return false;
        }

        using var page = mover.Pages.Write(branch);
        NodeEdit.SetChild(page.Bytes, index, to);
        child = to;
        return true;
    }

    /// <summary>Moves the pages of the long values of a leaf, from the key on.</summary>
    private bool MoveValues(PageMover mover, in MapState map, PagePos leaf)
    {
        if (map.OverflowPages == 0)
        {
            return true;
        }

        mover.CountRead();
        int index = -1;
        while (TryFindLong(mover.Pages, leaf, ref index, out var reference, out int at))
        {
            var moved = reference;
            bool isDone = MoveChain(mover, ref moved);
            if (moved.Front != reference.Front || moved.Back != reference.Back)
            {
                using var page = mover.Pages.Write(leaf);
                Layout.At<OverflowReference>(page.Bytes, at) = moved;
            }

            if (!isDone)
            {
                return false;
            }
        }

        return true;
    }

    // Index -1: from the key on; else from behind that entry.
    private bool TryFindLong(PageReader pages, PagePos leaf, ref int index, out OverflowReference reference, out int at)
    {
        using var page = pages.Read(leaf);
        var node = new NodeView(page.Bytes, leaf, 0);
        for (index = index < 0 ? node.Find(Key, out _) : index + 1; index < node.Count; index++)
        {
            var cell = node.Cell(index);
            if (cell.IsOverflow)
            {
                (reference, at) = (cell.Overflow, cell.PayloadOffset);
                _keyLength = node.CopyKey(index, _key);
                return true;
            }
        }

        (reference, at) = (default, 0);
        return false;
    }

    private bool MoveChain(PageMover mover, ref OverflowReference reference)
    {
        long count = OverflowChain.PageCount(OverflowChain.CheckedLength(in reference));
        var (position, number) = Resume(mover.Pages, in reference);
        _place = default;
        for (; number < count; number++)
        {
            if (mover.IsFull)
            {
                Remember(mover.Pages, in reference, position, number);
                return false;
            }

            PagePos next;
            using (var page = mover.Pages.Read(position))
            {
                RequireLink(in page.Header, number, count, in reference);
                next = page.Header.Next;
            }

            mover.CountRead();
            if (mover.IsMisplaced(position))
            {
                if (!mover.TryMoveLinked(position, out var to))
                {
                    return false;
                }

                reference.Front = number == 0 ? to : reference.Front;
                reference.Back = number == count - 1 ? to : reference.Back;
            }

            position = next;
        }

        return true;
    }

    // A chain changes as a whole, or in place: then its pages are others, or of another transaction.
    private (PagePos Position, long Number) Resume(PageReader pages, in OverflowReference reference)
    {
        if (_place.Position != default && _place.Front == reference.Front && _place.Back == reference.Back)
        {
            using var page = pages.Read(_place.Position);
            if (page.Header.Sequence == _place.Sequence)
            {
                return (_place.Position, _place.Number);
            }
        }

        return (reference.Front, 0);
    }

    private void Remember(PageReader pages, in OverflowReference reference, PagePos position, long number)
    {
        using var page = pages.Read(position);
        _place = new(reference.Front, reference.Back, position, page.Header.Sequence, number);
    }

    private static void RequireLink(in PageHeader header, long number, long count, in OverflowReference reference)
    {
        bool isFirst = number == 0;
        bool isLast = number == count - 1;
        if (header.Type != PageType.Overflow || header.Previous.IsNil != isFirst || header.Next.IsNil != isLast
            || (isLast && header.Position != reference.Back))
        {
            MapErrors.ThrowOverflow(
                header.Position,
                FormattableString.Invariant($"page {number + 1} of {count}, linked to its neighbours"),
                FormattableString.Invariant($"{header.Type}, previous {header.Previous}, next {header.Next}"));
        }
    }

    /// <summary>Where the last step stopped in a long value.</summary>
    private readonly record struct ChainPlace(
        PagePos Front, PagePos Back, PagePos Position, long Sequence, long Number);
}
