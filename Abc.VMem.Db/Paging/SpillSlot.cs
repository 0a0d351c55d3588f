using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>What a slot of the spill log holds. Nothing of it outlives the session.</summary>
internal enum SpillKind
{
    /// <summary>Nothing: the slot can be taken.</summary>
    Free = 0,

    /// <summary>A version of a page.</summary>
    Version = 1,

    /// <summary>What a page of the running transaction was at a savepoint.</summary>
    Undo = 2,
}

/// <summary>Describes one page of the spill log; slots of one bucket are chained, newest first.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct SpillSlot
{
    /// <summary>Size of this struct, in bytes.</summary>
    public const int Bytes = 64;

    /// <summary>Position of the page.</summary>
    [FieldOffset(0)] public long Position;

    /// <summary>Sequence number that made the version.</summary>
    [FieldOffset(8)] public long From;

    /// <summary>Sequence number of the commit that superseded it, final once it is set; 0 = none is known.</summary>
    [FieldOffset(16)] public long To;

    /// <summary>XxHash3 of the page's 4,096 bytes, seeded with the slot's number.</summary>
    [FieldOffset(24)] public ulong Checksum;

    /// <summary>Next slot of the bucket, or next free one, + 1; 0 = end.</summary>
    [FieldOffset(32)] public int Next;

    /// <summary>What the slot holds.</summary>
    [FieldOffset(36)] public SpillKind Kind;

    /// <summary>Of an undo: the savepoint that it restores; so does it every older one since the undo before.</summary>
    [FieldOffset(40)] public int Savepoint;

    /// <summary>Of a private version: see <see cref="Frame.Born"/>.</summary>
    [FieldOffset(44)] public int Born;

    /// <summary>Of a private version: see <see cref="Frame.Saved"/>.</summary>
    [FieldOffset(48)] public int Saved;

    /// <summary>Hash of the fields above, seeded with the slot's number.</summary>
    [FieldOffset(56)] public ulong Hash;

    /// <summary>Whether both are about the same content.</summary>
    public readonly bool IsSame(in SpillSlot other) =>
        Position == other.Position && From == other.From && Kind == other.Kind && Savepoint == other.Savepoint;
}
