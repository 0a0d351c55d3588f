using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Locates a map. All zero = an empty map without pages. FORMAT.md §6. Little-endian.</summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct MapState
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 32;

    /// <summary>Position of the root node; 0 while the map is empty.</summary>
    [FieldOffset(0)] public PagePos Root;

    /// <summary>Entries in the map.</summary>
    [FieldOffset(8)] public long Count;

    /// <summary>Pages in overflow chains of values.</summary>
    [FieldOffset(16)] public long OverflowPages;

    /// <summary>Levels, 0 while the map is empty, 1 = a single leaf.</summary>
    [FieldOffset(24)] public byte Height;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(25)] public byte Reserved0;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(26)] public ushort Reserved1;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(28)] public ushort Reserved2;

    /// <summary><see cref="StateKind.Map"/>, or zero while the map is empty.</summary>
    [FieldOffset(30)] public StateKind Kind;
}
