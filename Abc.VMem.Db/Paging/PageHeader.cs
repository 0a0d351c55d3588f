using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>First 48 bytes of every page. FORMAT.md §1. Little-endian.</summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct PageHeader
{
    /// <summary>Size of this struct, in bytes; the payload starts here.</summary>
    public const int Bytes = 48;

    /// <summary>Bit of <see cref="Flags"/>: written home by its own transaction, without the log.</summary>
    public const byte DirectFlag = 1;

    /// <summary>XxHash3 of bytes 8..4095, seeded with pool id and position; set when the page goes to disk.</summary>
    [FieldOffset(0)] public ulong Checksum;

    /// <summary>Sequence number of the transaction that made this version, ≥ 1.</summary>
    [FieldOffset(8)] public long Sequence;

    /// <summary>The page's own position: catches misdirected reads and writes.</summary>
    [FieldOffset(16)] public PagePos Position;

    /// <summary>Previous page of the chain this page is linked into, or nil.</summary>
    [FieldOffset(24)] public PagePos Previous;

    /// <summary>Next page of the chain this page is linked into, or nil.</summary>
    [FieldOffset(32)] public PagePos Next;

    /// <summary>What the payload is.</summary>
    [FieldOffset(40)] public PageType Type;

    /// <summary>Level within a map, 0 = leaf.</summary>
    [FieldOffset(41)] public byte Level;

    /// <summary>Bit 0 = direct: written home by its own transaction, without the log.</summary>
    [FieldOffset(42)] public byte Flags;

    /// <summary>Version of the payload's layout, now 1.</summary>
    [FieldOffset(43)] public byte LayoutVersion;

    /// <summary>Items in the payload.</summary>
    [FieldOffset(44)] public ushort ItemCount;

    /// <summary>Of a page of items: the structure's kind (low 3 bits) × 4,096 + bytes of an item; else zero.</summary>
    [FieldOffset(46)] public ushort ItemTag;
}
