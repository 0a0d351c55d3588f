using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>Payload of page 0. FORMAT.md §2. Little-endian.</summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct RootPageLayout
{
    /// <summary>Size of this struct, in bytes; <see cref="HomeMark"/> follows.</summary>
    public const int Bytes = 96;

    /// <summary>"abc.vmem" as little-endian bytes; rejects foreign files before anything else is trusted.</summary>
    public const ulong ExpectedSignature = 0x6D65_6D76_2E63_6261;

    /// <summary>The format that this code writes.</summary>
    public const ushort CurrentFormatVersion = 1;

    /// <summary>"abc.vmem".</summary>
    [FieldOffset(0)] public ulong Signature;

    /// <summary>Raised on any incompatible change; older programs refuse.</summary>
    [FieldOffset(8)] public ushort FormatVersion;

    /// <summary>Bytes of a page, 4096.</summary>
    [FieldOffset(10)] public ushort PageSize;

    /// <summary>Bytes at the end of each page that the payload does not use, now 0 (room for encryption).</summary>
    [FieldOffset(12)] public ushort ReservedBytesPerPage;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(14)] public ushort Reserved0;

    /// <summary>Features that a program may ignore.</summary>
    [FieldOffset(16)] public uint CompatibleFlags;

    /// <summary>Features that a program may ignore when it only reads.</summary>
    [FieldOffset(20)] public uint ReadOnlyCompatibleFlags;

    /// <summary>Features that a program must know, or refuse the file.</summary>
    [FieldOffset(24)] public uint IncompatibleFlags;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(28)] public uint Reserved1;

    /// <summary>Random, never changes: seeds checksums, ties the log to the file.</summary>
    [FieldOffset(32)] public ulong PoolId;

    /// <summary>Pages of the pool, ≥ 2; the file may be longer.</summary>
    [FieldOffset(40)] public long PageCount;

    /// <summary>Top of the stack of free pages, or nil: see FORMAT.md §8.</summary>
    [FieldOffset(48)] public PagePos FreeFront;

    /// <summary>Free pages in all.</summary>
    [FieldOffset(56)] public long FreeCount;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(64)] public long Reserved2;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(72)] public long Reserved3;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(80)] public long Reserved4;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(88)] public long Reserved5;
}

/// <summary>
/// How the file was left, right after <see cref="RootPageLayout"/>. It belongs to the page at home, not to its
/// versions:
/// it is stamped when page 0 goes home and read as zero otherwise. FORMAT.md §2. Little-endian.
/// </summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct HomeMark
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 32;

    /// <summary>Offset of this struct in page 0.</summary>
    public const int Offset = PageHeader.Bytes + RootPageLayout.Bytes;

    /// <summary>1 = closed cleanly, everything is at home; 0 = the log is needed.</summary>
    [FieldOffset(0)] public long Clean;

    /// <summary>Last sequence number at the last clean close.</summary>
    [FieldOffset(8)] public long LastSequence;

    /// <summary>End of the log at the last clean close; the next log starts there.</summary>
    [FieldOffset(16)] public long LastLsn;

    /// <summary>Newest log generation at the last clean close; segments up to it are dead.</summary>
    [FieldOffset(24)] public long Generation;
}

/// <summary>What the start page is used for. DO NOT CHANGE THESE VALUES: they are on disk.</summary>
internal enum StartPageKind : uint
{
    /// <summary>Nothing yet.</summary>
    Empty = 0,

    /// <summary>The catalog of a database.</summary>
    Catalog = 1,

    /// <summary>A program that works on the pool itself.</summary>
    Program = 2,
}
