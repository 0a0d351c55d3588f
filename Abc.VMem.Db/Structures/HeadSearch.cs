using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Abc.VMem.Db.Structures;

/// <summary>Search in the sorted heads of a node.</summary>
internal static class HeadSearch
{
    /// <summary>
    /// Number of heads below the given one. The span's length is a multiple of 8, its padding is all ones and
    /// therefore never below. Halves down to 32 heads, then compares these in vectors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LowerBound(ReadOnlySpan<ulong> heads, ulong head)
    {
        int start = 0;
        int count = heads.Length;
        while (count > 32)
        {
            // A multiple of 4, so that the rest is one too.
            int half = (count >> 1) & ~3;
            if (heads[start + half - 1] < head)
            {
                start += half;
                count -= half;
            }
            else
            {
                count = half;
            }
        }

        return start + CountBelow(heads.Slice(start, count), head);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountBelow(ReadOnlySpan<ulong> heads, ulong head)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return CountBelowScalar(heads, head);
        }

        var wanted = Vector256.Create(head);
        var sum = Vector256<ulong>.Zero;
        for (int i = 0; i + 4 <= heads.Length; i += 4)
        {
            // A lane that compares true is -1.
            sum -= Vector256.LessThan(Vector256.Create(heads.Slice(i, 4)), wanted);
        }

        return (int)Vector256.Sum(sum);
    }

    internal static int CountBelowScalar(ReadOnlySpan<ulong> heads, ulong head)
    {
        int count = 0;
        while (count < heads.Length && heads[count] < head)
        {
            count++;
        }

        return count;
    }
}
