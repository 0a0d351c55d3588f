using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Payload of page 1: the catalog's head, then state slots from <see cref="FirstSlot"/>. FORMAT.md §3. Little-endian.
/// </summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct StartPageLayout
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 80;

    /// <summary>Offset of the first slot, from the page's first byte.</summary>
    public const int FirstSlot = Page.HeaderBytes + Bytes;

    /// <summary>Slots that fit in the page behind this struct.</summary>
    public const int SlotCount = (Page.Size - FirstSlot) / MapState.Bytes;

    /// <summary>Where the state of the catalog's own map lives.</summary>
    public static PageAddress MapAddress => new(PagePos.Start, Page.HeaderBytes + 16);

    /// <summary>What the page is used for.</summary>
    [FieldOffset(0)] public StartPageKind Kind;

    /// <summary>Layout of the catalog, now 1.</summary>
    [FieldOffset(4)] public uint CatalogLayout;

    /// <summary>
    /// Stamp of the last change of a definition: transaction sequence × 65,536 + ordinal in the transaction.
    /// </summary>
    [FieldOffset(8)] public long CatalogVersion;

    /// <summary>The map of definitions.</summary>
    [FieldOffset(16)] public MapState Map;

    /// <summary>First page of further slots, chained by the header's Next; nil = none.</summary>
    [FieldOffset(48)] public PagePos StatesFront;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(56)] public ulong Reserved;

    /// <summary>Bit i = slot i of this page is used, i = 0..63.</summary>
    [FieldOffset(64)] public ulong UsedLow;

    /// <summary>Bit i = slot 64 + i of this page is used.</summary>
    [FieldOffset(72)] public ulong UsedHigh;
}

/// <summary>
/// Payload of a page of type States: which slots are used, then the slots. FORMAT.md §3. Little-endian.
/// </summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct StatesPageLayout
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 16;

    /// <summary>Offset of the first slot, from the page's first byte.</summary>
    public const int FirstSlot = Page.HeaderBytes + Bytes;

    /// <summary>Slots of a page.</summary>
    public const int SlotCount = (Page.Size - FirstSlot) / MapState.Bytes;

    /// <summary>Bit i = slot i of this page is used, i = 0..63.</summary>
    [FieldOffset(0)] public ulong UsedLow;

    /// <summary>Bit i = slot 64 + i of this page is used.</summary>
    [FieldOffset(8)] public ulong UsedHigh;
}

/// <summary>
/// A state slot that holds a collection's high-water mark of assigned keys. FORMAT.md §3. Little-endian.
/// </summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct IdentityState
{
    /// <summary>Size of this struct, in bytes: that of every slot.</summary>
    public const int Bytes = MapState.Bytes;

    /// <summary>
    /// Highest key ever stored, assigned or given; 0 before the first. A key at or below it is never assigned.
    /// </summary>
    [FieldOffset(0)] public long HighWater;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(8)] public ulong Reserved0;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(16)] public ulong Reserved1;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(24)] public ulong Reserved2;
}
