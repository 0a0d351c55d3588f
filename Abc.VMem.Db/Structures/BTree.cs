using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Receives a value without a copy; the span is valid during the call only.</summary>
public delegate void ValueReader<TState>(ReadOnlySpan<byte> value, ref TState state)
    where TState : allows ref struct;

/// <summary>
/// The map on bytes: a B-tree over the pages of a reader or writer, located by a state in some page. Every level is a
/// doubly linked list of pages. Finding never writes. A write checks its arguments before its first page write; what
/// fails after it dooms the transaction. At most 4 pages are pinned at a time by a write, 1 by a read.
/// </summary>
internal static partial class BTree
{
    /// <summary>Longest key, in bytes.</summary>
    public const int MaxKeyBytes = 1000;

    /// <summary>Longest value, in bytes: 64 MB and some room for an envelope.</summary>
    public const int MaxValueBytes = (64 << 20) + (64 << 10);

    /// <summary>Most levels; 16 levels of the narrowest nodes hold more than a file can.</summary>
    public const int MaxHeight = 16;

    /// <summary>
    /// Room for the longest key and a head behind its prefix: what <see cref="NodeView.CopyKey"/> asks for.
    /// </summary>
    public const int KeyRoom = MaxKeyBytes + NodeLayout.HeadBytes;

    /// <summary>A value stays in its leaf while key, value and cell header take no more than this.</summary>
    private const int MaxInlineCellBytes = NodeLayout.CapacityBytes / 4;

    /// <summary>A node at or below this looks for a neighbour to merge with.</summary>
    private const int SparseBytes = NodeLayout.CapacityBytes * 425 / 1000;

    /// <summary>Two neighbours merge when they take no more than this together.</summary>
    private const int MergedBytes = NodeLayout.CapacityBytes * 85 / 100;

    /// <summary>Entries of the map, O(1).</summary>
    public static long Count(PageReader pages, PageAddress state) => ReadState(pages, state).Count;

    /// <summary>Reads and checks the state of a map.</summary>
    internal static MapState ReadState(PageReader pages, PageAddress address)
    {
        using var page = pages.Read(address.Page);
        var state = Layout.At<MapState>(page.Bytes, address.Offset);
        bool isEmpty = state.Height == 0;
        bool isSound = isEmpty
            ? state is { Root.Value: 0, Count: 0, OverflowPages: 0, Kind: StateKind.None }
            : state is
            {
                Height: <= MaxHeight, Root.Value: > 1, Count: > 0, OverflowPages: >= 0, Kind: StateKind.Map,
            };
        if (!isSound)
        {
            ThrowState(address, state);
        }

        return state;
    }

    internal static void WriteState(PageWriter pages, PageAddress address, in MapState state)
    {
        using var page = pages.Write(address.Page);
        var kind = state.Height == 0 ? StateKind.None : StateKind.Map;
        Layout.At<MapState>(page.Bytes, address.Offset) = state with { Kind = kind };
    }

    private static void ThrowState(PageAddress address, in MapState state) =>
        MapErrors.ThrowState(
            address,
            "all zero, or a root, 1 to 16 levels and a count",
            FormattableString.Invariant(
                $"root {state.Root}, height {state.Height}, count {state.Count}, overflow {state.OverflowPages}"));
}
