using System.Numerics;
using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Paging;

/// <summary>What a pool keeps beside its frames, all of it taken at open: a function of their number alone.</summary>
internal static class PoolTables
{
    private const int MinSpillHeads = 1024;
    private const int ManySpillHeads = 16384;
    private const int LargeSpillHeadsPerFrame = 8;
    private const int SpillHeadsPerFrame = 64;

    /// <summary>Chains of frames, one head each; a power of two.</summary>
    public static int Buckets(int frames) => (int)Math.Min(1u << 30, BitOperations.RoundUpToPowerOf2((uint)frames));

    /// <summary>
    /// Chains of the spill log's index, one head each: many for each frame of a small pool, which spills most, and
    /// eight for each frame of a large one; a power of two.
    /// </summary>
    public static int SpillHeads(int frames)
    {
        var most = Math.Max(ManySpillHeads, LargeSpillHeadsPerFrame * (long)frames);
        var heads = Math.Clamp((long)SpillHeadsPerFrame * frames, MinSpillHeads, most);
        return (int)Math.Min(1u << 30, BitOperations.RoundUpToPowerOf2((ulong)heads));
    }

    /// <summary>Bytes of all tables: frames, their chains, the stack of free ones, the list for sorting.</summary>
    public static long Bytes(int frames) =>
        ((long)frames * (Unsafe.SizeOf<Frame>() + (2 * sizeof(int))))
        + ((long)Buckets(frames) * sizeof(int))
        + ((long)SpillHeads(frames) * sizeof(int));
}
