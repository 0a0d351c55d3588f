using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Lookups: one page is pinned at a time.</summary>
internal static partial class BTree
{
    [ThreadStatic]
    private static ValueBuffer? t_spareBuffer;

    /// <summary>Whether the key is there.</summary>
    public static bool Contains(PageReader pages, PageAddress state, ReadOnlySpan<byte> key)
    {
        var map = ReadState(pages, state);
        if (map.Height == 0)
        {
            return false;
        }

        var position = FindLeaf(pages, map, key);
        using var page = pages.Read(position);
        new NodeView(page.Bytes, position, 0).Find(key, out bool found);
        return found;
    }

    /// <summary>
    /// Hands the value to a callback (inline: straight from the page); false when the key is absent.
    /// </summary>
    public static bool TryGet<TState>(
        PageReader pages, PageAddress state, ReadOnlySpan<byte> key, ref TState callbackState,
        ValueReader<TState> reader)
        where TState : allows ref struct
    {
        var map = ReadState(pages, state);
        if (map.Height == 0)
        {
            return false;
        }

        OverflowReference overflow;
        var position = FindLeaf(pages, map, key);
        using (var page = pages.Read(position))
        {
            var node = new NodeView(page.Bytes, position, 0);
            int index = node.Find(key, out bool found);
            if (!found)
            {
                return false;
            }

            var cell = node.Cell(index);
            if (!cell.IsOverflow)
            {
                reader(cell.Payload, ref callbackState);
                return true;
            }

            overflow = cell.Overflow;
        }

        // Taken, not shared: the callback may read another map.
        var buffer = t_spareBuffer ?? new ValueBuffer();
        t_spareBuffer = null;
        OverflowChain.Read(pages, overflow, buffer);
        reader(buffer.Span, ref callbackState);
        buffer.Trim();
        t_spareBuffer = buffer;
        return true;
    }

    /// <summary>
    /// Copies the value when it fits; false when the key is absent; length is the value's whole length.
    /// </summary>
    public static bool TryGet(
        PageReader pages, PageAddress state, ReadOnlySpan<byte> key, Span<byte> destination, out int length)
    {
        length = 0;
        var map = ReadState(pages, state);
        if (map.Height == 0)
        {
            return false;
        }

        OverflowReference overflow;
        var position = FindLeaf(pages, map, key);
        using (var page = pages.Read(position))
        {
            var node = new NodeView(page.Bytes, position, 0);
            int index = node.Find(key, out bool found);
            if (!found)
            {
                return false;
            }

            var cell = node.Cell(index);
            if (!cell.IsOverflow)
            {
                length = cell.Payload.Length;
                cell.Payload[..Math.Min(length, destination.Length)].CopyTo(destination);
                return true;
            }

            overflow = cell.Overflow;
        }

        length = OverflowChain.CheckedLength(overflow);
        if (length <= destination.Length)
        {
            OverflowChain.Read(pages, overflow, destination[..length]);
        }

        return true;
    }

    /// <summary>Copies the value into a growing buffer (reset first); false when the key is absent.</summary>
    public static bool TryGet(PageReader pages, PageAddress state, ReadOnlySpan<byte> key, ValueBuffer destination)
    {
        destination.Reset(0);
        var map = ReadState(pages, state);
        if (map.Height == 0)
        {
            return false;
        }

        OverflowReference overflow;
        var position = FindLeaf(pages, map, key);
        using (var page = pages.Read(position))
        {
            var node = new NodeView(page.Bytes, position, 0);
            int index = node.Find(key, out bool found);
            if (!found)
            {
                return false;
            }

            var cell = node.Cell(index);
            if (!cell.IsOverflow)
            {
                cell.Payload.CopyTo(destination.Reset(cell.Payload.Length));
                return true;
            }

            overflow = cell.Overflow;
        }

        OverflowChain.Read(pages, overflow, destination);
        return true;
    }

    /// <summary>Position of the leaf whose range holds the key; the map is not empty.</summary>
    internal static PagePos FindLeaf(PageReader pages, in MapState state, ReadOnlySpan<byte> key)
    {
        var position = state.Root;
        for (int level = state.Height - 1; level > 0; level--)
        {
            using var page = pages.Read(position);
            var node = new NodeView(page.Bytes, position, level);
            position = node.Child(node.FindChild(key));
        }

        return position;
    }

    /// <summary>Position of the first or last leaf; the map is not empty.</summary>
    internal static PagePos EdgeLeaf(PageReader pages, in MapState state, bool last)
    {
        var position = state.Root;
        for (int level = state.Height - 1; level > 0; level--)
        {
            using var page = pages.Read(position);
            var node = new NodeView(page.Bytes, position, level);
            position = node.Child(last ? node.Count - 1 : 0);
        }

        return position;
    }

    /// <summary>Remembers the way down to the leaf whose range holds the key; the map is not empty.</summary>
    private static void FindPath(PageReader pages, in MapState state, ReadOnlySpan<byte> key, ref MapPath path)
    {
        var position = state.Root;
        for (int level = state.Height - 1; level > 0; level--)
        {
            using var page = pages.Read(position);
            var node = new NodeView(page.Bytes, position, level);
            int index = node.FindChild(key);
            path[level] = new MapStep(position, index);
            position = node.Child(index);
        }

        path[0] = new MapStep(position, 0);
    }
}
