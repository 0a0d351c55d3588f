using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Where things are in a node: header, prefix, heads, [children,] slots, gap, cells. Heads and children have room for
/// a multiple of 8 entries, so that the arrays behind them move on every eighth insert only and vectors read whole
/// lanes.
/// </summary>
internal static class NodeLayout
{
    /// <summary>Offset of the prefix in the page.</summary>
    public const int PrefixOffset = PageHeader.Bytes + NodeHeader.Bytes;

    /// <summary>Bytes of a page that prefix, arrays and cells share.</summary>
    public const int CapacityBytes = Page.Size - PrefixOffset;

    /// <summary>Key bytes in a head.</summary>
    public const int HeadBytes = 8;

    /// <summary>Bytes of a leaf cell before its key and value.</summary>
    public const int LeafCellHeaderBytes = 3;

    /// <summary>Bytes of a branch cell before its key.</summary>
    public const int BranchCellHeaderBytes = 2;

    /// <summary>Offset of the heads, 8-aligned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int HeadsOffset(int prefixLength) => PrefixOffset + ((prefixLength + 7) & ~7);

    /// <summary>Number of heads (and children) that there is room for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Room(int count) => (count + 7) & ~7;

    /// <summary>Offset of the slots, after heads and children.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SlotsOffset(int headsOffset, int count, bool isLeaf) =>
        headsOffset + (Room(count) << (isLeaf ? 3 : 4));

    /// <summary>Offset of the first byte after the slots.</summary>
    public static int SlotsEnd(int headsOffset, int count, bool isLeaf) =>
        SlotsOffset(headsOffset, count, isLeaf) + (2 * count);

    /// <summary>Bytes of a page's capacity that a node needs.</summary>
    public static int NodeBytes(bool isLeaf, int prefixLength, int count, int cellBytes) =>
        SlotsEnd(HeadsOffset(prefixLength), count, isLeaf) - PrefixOffset + cellBytes;

    /// <summary>Bytes of a leaf's cell.</summary>
    public static int LeafCellBytes(int suffixLength, int payloadLength) =>
        LeafCellHeaderBytes + Math.Max(0, suffixLength - HeadBytes) + payloadLength;

    /// <summary>Bytes of a branch's cell: none when the head holds the whole suffix.</summary>
    public static int BranchCellBytes(int suffixLength) =>
        suffixLength <= HeadBytes ? 0 : BranchCellHeaderBytes + suffixLength - HeadBytes;
}
