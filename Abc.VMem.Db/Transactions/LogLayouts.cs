using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Start of a log segment, in a 4 KB block of its own. FORMAT.md §4. Little-endian.</summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct SegmentHeader
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 88;

    /// <summary>"vmem.log" as little-endian bytes.</summary>
    public const ulong ExpectedMagic = 0x676F_6C2E_6D65_6D76;

    /// <summary>
    /// Sequence numbers, positions and generations of a file that was not tampered with stay below this.
    /// </summary>
    public const long MaxNumber = 1L << 60;

    /// <summary>"vmem.log".</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Version of the log's format, 1.</summary>
    [FieldOffset(8)] public uint FormatVersion;

    /// <summary>Bytes of a page, 4096 (page 0 may be torn when the log is read).</summary>
    [FieldOffset(12)] public uint PageSize;

    /// <summary>The data file's id.</summary>
    [FieldOffset(16)] public ulong PoolId;

    /// <summary>Random, new each time the segment is used: old chunks are not taken for new ones.</summary>
    [FieldOffset(24)] public ulong Salt;

    /// <summary>Number of the segment in the life of the file, ≥ 1.</summary>
    [FieldOffset(32)] public long Generation;

    /// <summary>Log position of the byte after this block.</summary>
    [FieldOffset(40)] public long FirstLsn;

    /// <summary>Every sequence number in this segment is at least this.</summary>
    [FieldOffset(48)] public long FirstSequence;

    /// <summary>Log position where the previous segment ended.</summary>
    [FieldOffset(56)] public long PreviousEndLsn;

    /// <summary>Digest of the last chunk before this segment; the first chunk here chains to it.</summary>
    [FieldOffset(64)] public ulong PreviousDigest;

    /// <summary>Generation of the oldest segment that recovery needed when this one was begun.</summary>
    [FieldOffset(72)] public long OldestLiveGeneration;

    /// <summary>XxHash3 of the bytes before.</summary>
    [FieldOffset(80)] public ulong Checksum;
}

/// <summary>Start of a chunk: at most 1 MB of one commit. FORMAT.md §4. Little-endian.</summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct ChunkHeader
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 80;

    /// <summary>"vchk" as little-endian bytes.</summary>
    public const uint ExpectedMagic = 0x6B68_6376;

    /// <summary>Bit of <see cref="Flags"/>: the commit is whole with this chunk.</summary>
    public const uint Last = 1;

    /// <summary>Longest chunk, header included.</summary>
    public const int MaxChunkBytes = 1 << 20;

    /// <summary>"vchk".</summary>
    [FieldOffset(0)] public uint Magic;

    /// <summary>Bytes of the chunk, this header included, a multiple of 8.</summary>
    [FieldOffset(4)] public uint Length;

    /// <summary>The segment's salt.</summary>
    [FieldOffset(8)] public ulong Salt;

    /// <summary>Log position of the chunk's first byte.</summary>
    [FieldOffset(16)] public long Lsn;

    /// <summary>Sequence number of the commit; of the last commit when the chunk holds no commit.</summary>
    [FieldOffset(24)] public long Sequence;

    /// <summary>Number of the chunk in its commit, from 0.</summary>
    [FieldOffset(32)] public uint Part;

    /// <summary>Bit 0 = last chunk of its commit.</summary>
    [FieldOffset(36)] public uint Flags;

    /// <summary>Digest of the chunk before, or what the segment's header says.</summary>
    [FieldOffset(40)] public ulong PreviousDigest;

    /// <summary>Everything before this log position was durable when the chunk was made.</summary>
    [FieldOffset(48)] public long DurableLsn;

    /// <summary>Generation of the oldest segment that recovery still needs.</summary>
    [FieldOffset(56)] public long OldestLiveGeneration;

    /// <summary>Page records in the chunk.</summary>
    [FieldOffset(64)] public uint PageCount;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(68)] public uint Reserved;

    /// <summary>XxHash3 of the chunk with this field zero, seeded with the salt.</summary>
    [FieldOffset(72)] public ulong Digest;
}

/// <summary>Start of a page's record in a chunk; byte ranges follow. FORMAT.md §4. Little-endian.</summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct PageRecordHeader
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 32;

    /// <summary>The page.</summary>
    [FieldOffset(0)] public PagePos Position;

    /// <summary>Sequence number of the version that the ranges make.</summary>
    [FieldOffset(8)] public long Sequence;

    /// <summary>
    /// Sequence number of the version that the ranges change; 0 = image: they change a page of zeros.
    /// </summary>
    [FieldOffset(16)] public long BaseSequence;

    /// <summary>Bytes of the ranges, padding to a multiple of 8 excluded.</summary>
    [FieldOffset(24)] public uint RangeBytes;

    /// <summary>Zero. Claimed only together with a format flag.</summary>
    [FieldOffset(28)] public uint Reserved;
}

/// <summary>Start of a byte range in a page's record; its bytes follow. FORMAT.md §4. Little-endian.</summary>
[OnDisk, StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct RangeHeader
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 4;

    /// <summary>Offset of the range in the page, 16..4095: checksum and sequence number are never in a range.</summary>
    [FieldOffset(0)] public ushort Offset;

    /// <summary>Bytes of the range, ≥ 1.</summary>
    [FieldOffset(2)] public ushort Length;
}
