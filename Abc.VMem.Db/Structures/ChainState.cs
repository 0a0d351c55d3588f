using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Locates a linked list of pages, and the container, list, stack or string on it. All zero = empty, without pages.
/// FORMAT.md §9. Little-endian.
/// </summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct ChainState
{
    /// <summary>Size of this struct, in bytes: that of every state.</summary>
    public const int Bytes = MapState.Bytes;

    /// <summary>First page; 0 while the structure is empty.</summary>
    [FieldOffset(0)] public PagePos Front;

    /// <summary>Last page; 0 while the structure is empty.</summary>
    [FieldOffset(8)] public PagePos Back;

    /// <summary>Items on all pages; 0 for a linked list of opaque pages.</summary>
    [FieldOffset(16)] public long ItemCount;

    /// <summary>Pages.</summary>
    [FieldOffset(24)] public uint PageCount;

    /// <summary>Bytes of an item, 1 to 4,048; 0 for a linked list of opaque pages.</summary>
    [FieldOffset(28)] public ushort ItemBytes;

    /// <summary>Which structure it is; zero while it is empty.</summary>
    [FieldOffset(30)] public StateKind Kind;

    /// <summary>Whether another state of the same structure locates the same pages and counts the same items.</summary>
    public readonly bool IsSame(in ChainState other) =>
        ItemCount == other.ItemCount && PageCount == other.PageCount && Front == other.Front && Back == other.Back;
}
