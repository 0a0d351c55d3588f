using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Head of the start page's payload in a file that a program manages; the program's own bytes follow it. FORMAT.md §3.
/// Little-endian.
/// </summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct ProgramHead
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 80;

    /// <summary>Layout that this version writes.</summary>
    public const uint CurrentLayout = 1;

    /// <summary>Offset of the program's first byte, from the page's first byte.</summary>
    public const int ProgramOffset = Page.HeaderBytes + Bytes;

    /// <summary>Where the state of the list of temporary structures lives.</summary>
    public static PageAddress TemporariesAddress => new(PagePos.Start, Page.HeaderBytes + 16);

    /// <summary>What the page is used for: a program.</summary>
    [FieldOffset(0)] public StartPageKind Kind;

    /// <summary>Layout of this head, now 1.</summary>
    [FieldOffset(4)] public uint HeadLayout;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(8)] public ulong Reserved0;

    /// <summary>Pages that hold the states of temporary structures outside of transactions; freed at open.</summary>
    [FieldOffset(16)] public ChainState Temporaries;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(48)] public ulong Reserved1;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(56)] public ulong Reserved2;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(64)] public ulong Reserved3;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(72)] public ulong Reserved4;
}
