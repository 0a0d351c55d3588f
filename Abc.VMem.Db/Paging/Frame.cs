using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>What a frame of the pool holds: one version of one page.</summary>
/// <remarks>
/// A frame is found through its position's chain. It is unlinked, and its fields change hands, only while its pins are
/// <see cref="Evicting"/>; a reader that pins first and looks again afterwards can therefore search without a lock.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct Frame
{
    /// <summary>No position: the frame is free, or being filled.</summary>
    public const long NoPosition = -1;

    /// <summary>End of the interval of a version that nothing has superseded.</summary>
    public const long Unbounded = long.MaxValue;

    /// <summary>
    /// Value of <see cref="Pins"/> that keeps everyone out; pins that come in meanwhile leave it negative.
    /// </summary>
    public const int Evicting = int.MinValue / 2;

    /// <summary>The bytes differ from home, or home is not known to be equal.</summary>
    public const int Dirty = 1;

    /// <summary>A version of the running transaction, not committed.</summary>
    public const int Private = 2;

    /// <summary>A fresh page of the running transaction that has been, or must be, written straight home.</summary>
    public const int Direct = 4;

    /// <summary>Unlinked while someone still pinned it; free once the pins are gone.</summary>
    public const int Orphan = 8;

    /// <summary>The spill log holds the same version: the frame can be dropped.</summary>
    public const int Spilled = 16;

    /// <summary>A page of an operation's own, outside the file.</summary>
    public const int Temporary = 32;

    /// <summary>Position of the page. Set last when a frame is filled, cleared first when it is emptied.</summary>
    [FieldOffset(0)] public long Position;

    /// <summary>Sequence number that made the version: the first S that sees it.</summary>
    [FieldOffset(8)] public long From;

    /// <summary>
    /// Sequence number that superseded it (the running transaction's included): the first S that doesn't see it.
    /// </summary>
    [FieldOffset(16)] public long To;

    /// <summary>Pointers that hold the frame.</summary>
    [FieldOffset(24)] public int Pins;

    /// <summary>Next frame of the chain + 1, 0 = end.</summary>
    [FieldOffset(28)] public int Next;

    /// <summary>Next frame of the transaction's list + 1, 0 = end.</summary>
    [FieldOffset(32)] public int NextPrivate;

    /// <summary>Previous frame of the transaction's list + 1, 0 = start.</summary>
    [FieldOffset(36)] public int PreviousPrivate;

    /// <summary>Bits above.</summary>
    [FieldOffset(40)] public int Flags;

    /// <summary>Uses since the clock last passed, 0..3.</summary>
    [FieldOffset(44)] public int KeepCount;

    /// <summary>Position when the frame was last put into a checkpoint's list; only for sorting.</summary>
    [FieldOffset(48)] public long SortKey;

    /// <summary>
    /// Of a private version: the newest savepoint when the transaction first changed the page; 0 = none.
    /// </summary>
    [FieldOffset(56)] public int Born;

    /// <summary>
    /// Of a private version: the newest savepoint for which the page is kept as it was, or was not there; 0 = none.
    /// </summary>
    [FieldOffset(60)] public int Saved;

    /// <summary>Whether a snapshot or writer at S sees this version.</summary>
    public readonly bool Serves(long position, long sequence) =>
        Volatile.Read(in Position) == position && Volatile.Read(in From) <= sequence && sequence < Volatile.Read(in To);

    /// <summary>Whether a flag is set.</summary>
    public readonly bool Has(int flag) => (Volatile.Read(in Flags) & flag) != 0;
}
