using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// The sequence numbers that open snapshots read at. Registering takes no lock: write the number, full fence, look at
/// the
/// visible number again; whoever wants to drop a version reads the visible number, fences, then scans. Thread-safe.
/// </summary>
internal sealed class SnapshotRegistry
{
    private const long Free = -1;
    private const long TooOld = -2;
    private const int ChunkSlots = 64;

    private readonly Lock _growth = new();
    private Slot[][] _chunks = [NewChunk()];

    [ThreadStatic]
    private static int t_hint;

    /// <summary>Number of slots in use.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var chunk in Volatile.Read(ref _chunks))
            {
                foreach (ref readonly var slot in chunk.AsSpan())
                {
                    count += Volatile.Read(in slot.Sequence) != Free ? 1 : 0;
                }
            }

            return count;
        }
    }

    /// <summary>Registers a snapshot at the newest visible sequence number.</summary>
    /// <param name="visible">The host's visible sequence number; only grows.</param>
    /// <param name="sequence">What the snapshot reads at.</param>
    /// <returns>The slot, to release.</returns>
    public int Register(ref long visible, out long sequence)
    {
        sequence = Volatile.Read(ref visible);
        Yields.At(Point.Snapshot);
        var index = Claim(sequence);
        ref var slot = ref At(index);
        while (true)
        {
            // The claim was a full fence; so is the one below: a reclaimer that missed the number had read visible
            // ≤ it.
            Yields.At(Point.Snapshot);
            var now = Volatile.Read(ref visible);
            if (now == sequence || !Rules.Holds(Rule.SnapshotSecondLook))
            {
                return index;
            }

            sequence = now;
            Volatile.Write(ref slot.Sequence, now);
            if (Rules.Holds(Rule.SnapshotFence))
            {
                Interlocked.MemoryBarrier();
            }
        }
    }

    /// <summary>Ends a registration.</summary>
    public void Release(int index) => Volatile.Write(ref At(index).Sequence, Free);

    /// <summary>Whether a registration's old state had to give way.</summary>
    public bool IsTooOld(int index) => Volatile.Read(ref At(index).Sequence) == TooOld;

    /// <summary>Whether a snapshot reads at S with from ≤ S &lt; to.</summary>
    public bool AnyIn(long from, long to)
    {
        if (Rules.Holds(Rule.ScanFence))
        {
            Interlocked.MemoryBarrier();
        }

        foreach (var chunk in Volatile.Read(ref _chunks))
        {
            foreach (ref readonly var slot in chunk.AsSpan())
            {
                var sequence = Volatile.Read(in slot.Sequence);
                if (sequence >= from && sequence < to)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Takes its state from the snapshot that reads at the smallest number below a limit; false when there is none.
    /// </summary>
    public bool MarkOldestTooOld(long below)
    {
        while (true)
        {
            var oldest = long.MaxValue;
            foreach (var chunk in Volatile.Read(ref _chunks))
            {
                foreach (ref readonly var slot in chunk.AsSpan())
                {
                    var sequence = Volatile.Read(in slot.Sequence);
                    oldest = sequence >= 0 && sequence < oldest ? sequence : oldest;
                }
            }

            if (oldest >= below)
            {
                return false;
            }

            if (MarkTooOld(oldest))
            {
                return true;
            }
        }
    }

    /// <summary>Takes their state from all snapshots at S with from ≤ S &lt; to.</summary>
    public void MarkTooOld(long from, long to)
    {
        foreach (var chunk in Volatile.Read(ref _chunks))
        {
            foreach (ref var slot in chunk.AsSpan())
            {
                var sequence = Volatile.Read(ref slot.Sequence);
                if (sequence >= from && sequence < to)
                {
                    Interlocked.CompareExchange(ref slot.Sequence, TooOld, sequence);
                }
            }
        }
    }

    private bool MarkTooOld(long sequence)
    {
        var any = false;
        foreach (var chunk in Volatile.Read(ref _chunks))
        {
            foreach (ref var slot in chunk.AsSpan())
            {
                any |= Interlocked.CompareExchange(ref slot.Sequence, TooOld, sequence) == sequence;
            }
        }

        return any;
    }

    private int Claim(long sequence)
    {
        var start = t_hint;
        while (true)
        {
            var chunks = Volatile.Read(ref _chunks);
            var total = chunks.Length * ChunkSlots;
            for (var i = 0; i < total; i++)
            {
                var index = (start + i) % total;
                ref var slot = ref chunks[index / ChunkSlots][index % ChunkSlots];
                if (Volatile.Read(ref slot.Sequence) == Free
                    && Interlocked.CompareExchange(ref slot.Sequence, sequence, Free) == Free)
                {
                    t_hint = index;
                    return index;
                }
            }

            Grow(chunks);
        }
    }

    private void Grow(Slot[][] seen)
    {
        lock (_growth)
        {
            if (ReferenceEquals(seen, _chunks))
            {
                Volatile.Write(ref _chunks, [.. seen, NewChunk()]);
            }
        }
    }

    private ref Slot At(int index) => ref Volatile.Read(ref _chunks)[index / ChunkSlots][index % ChunkSlots];

    private static Slot[] NewChunk()
    {
        var chunk = new Slot[ChunkSlots];
        chunk.AsSpan().Fill(new Slot { Sequence = Free });
        return chunk;
    }

    /// <summary>A cache line each, so that readers on different cores do not disturb each other.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Slot
    {
        [FieldOffset(0)] public long Sequence;
    }
}
