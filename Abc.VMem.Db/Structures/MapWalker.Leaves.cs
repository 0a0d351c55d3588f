using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Going from leaf to leaf.</summary>
internal sealed partial class MapWalker
{
    private bool MoveNextLeaf()
    {
        switch (_place)
        {
            case Place.AfterLast:
                return false;
            case Place.OnEntry when _pages!.ChangeCount == _changes:
                return SettleForward(_index + 1);
            case Place.OnEntry:
                SeekAfter(Key);
                break;
            case Place.BeforeFirst when _from is { } from:
                Seek(from);
                break;
            case Place.BeforeFirst:
                return LoadEdge(last: false) ? SettleForward(0) : Stop(Place.AfterLast);
        }

        return LoadSought(out int index) ? SettleForward(index) : Stop(Place.AfterLast);
    }

    private bool MovePreviousLeaf()
    {
        switch (_place)
        {
            case Place.BeforeFirst:
                return false;
            case Place.OnEntry when _pages!.ChangeCount == _changes:
                return SettleBackward(_index - 1);
            case Place.OnEntry:
                Seek(Key);
                break;
            case Place.AfterLast when _to is { } to:
                Seek(to);
                break;
            case Place.AfterLast:
                return LoadEdge(last: true) ? SettleBackward(_count - 1) : Stop(Place.BeforeFirst);
        }

        return LoadSought(out int index) ? SettleBackward(index - 1) : Stop(Place.BeforeFirst);
    }

    /// <summary>Goes to an index of the leaf, or to the first of the leaves behind when there is none.</summary>
    private bool SettleForward(int index)
    {
        index = Math.Max(index, _first);
        while (index >= _end)
        {
            // A range that ends inside this leaf has nothing in the next one.
            if (_end < _count || !LoadNeighbour(View.Next, forward: true))
            {
                return Stop(Place.AfterLast);
            }

            index = _first;
        }

        return Stand(index);
    }

    private bool SettleBackward(int index)
    {
        index = Math.Min(index, _end - 1);
        while (index < _first)
        {
            if (_first > 0 || !LoadNeighbour(View.Previous, forward: false))
            {
                return Stop(Place.BeforeFirst);
            }

            index = _end - 1;
        }

        return Stand(index);
    }

    private bool Stand(int index)
    {
        _place = Place.OnEntry;
        _index = index;
        _keyIndex = -2;
        return true;
    }

    private bool Stop(Place place)
    {
        Leave(place);
        return false;
    }

    /// <summary>
    /// Loads the leaf whose range holds the sought key, and where it would stand; false when the map is empty.
    /// </summary>
    private bool LoadSought(out int index)
    {
        var sought = _sought.AsSpan(0, _soughtLength);
        if (_hasLeaf && _pages!.ChangeCount == _changes)
        {
            index = View.Find(sought, out bool found);
            if (found || (index > 0 && index < _count))
            {
                return true;
            }
        }

        index = 0;
        var state = BTree.ReadState(_pages!, _address);
        if (state.Height == 0)
        {
            return false;
        }

        Load(BTree.FindLeaf(_pages!, state, sought));
        index = View.Find(sought, out _);
        return true;
    }

    private bool LoadEdge(bool last)
    {
        var state = BTree.ReadState(_pages!, _address);
        if (state.Height == 0)
        {
            return false;
        }

        Load(BTree.EdgeLeaf(_pages!, state, last));
        return true;
    }

    /// <summary>
    /// Loads the next or previous leaf. Its first key must lie on the right side, so that no cycle can hold us.
    /// </summary>
    private bool LoadNeighbour(PagePos position, bool forward)
    {
        if (position.IsNil)
        {
            return false;
        }

        Span<byte> first = stackalloc byte[BTree.KeyRoom];
        int firstLength = View.CopyKey(0, first);
        Load(position);
        _keyIndex = -2;
        int length = View.CopyKey(0, _key);
        int order = _key.AsSpan(0, length).SequenceCompareTo(first[..firstLength]);
        if (forward ? order <= 0 : order >= 0)
        {
            Leave(Place.AfterLast);
            MapErrors.ThrowNode(position, "leaves in the order of their keys", "a leaf out of order");
        }

        return true;
    }

    private void Load(PagePos position)
    {
        _hasLeaf = false;
        long changes = _pages!.ChangeCount;
        PagePos next;
        using (var page = _pages.Read(position))
        {
            var node = new NodeView(page.Bytes, position, 0);
            page.Bytes.CopyTo(_leaf);
            (_count, next) = (node.Count, node.Next);
        }

        if (!next.IsNil)
        {
            _pages.Prefetch(next);
        }

        (_position, _changes) = (position, changes);
        var view = View;
        view.Prefix.CopyTo(_key);
        _prefixLength = view.PrefixLength;
        _headsOffset = NodeLayout.HeadsOffset(_prefixLength);
        _slotsOffset = NodeLayout.SlotsOffset(_headsOffset, _count, isLeaf: true);
        _first = _from is { } from ? view.Find(from, out _) : 0;
        _end = _to is { } to ? view.Find(to, out _) : _count;
        _hasLeaf = true;
    }
}
