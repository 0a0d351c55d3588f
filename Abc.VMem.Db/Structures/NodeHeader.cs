using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Bytes 48..55 of a node of a map. FORMAT.md §6. Little-endian.</summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct NodeHeader
{
    /// <summary>Size of this struct, in bytes; the prefix starts after it.</summary>
    public const int Bytes = 8;

    /// <summary>Length of the prefix that all keys of the node share, 0..1000.</summary>
    [FieldOffset(0)] public ushort PrefixLength;

    /// <summary>
    /// Offset in the page of the lowest cell byte; 4096 when there is no cell. The gap before it is zero.
    /// </summary>
    [FieldOffset(2)] public ushort CellsStart;

    /// <summary>Bytes between CellsStart and the page's end that belong to no cell any more.</summary>
    [FieldOffset(4)] public ushort DeadBytes;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(6)] public ushort Reserved;
}
