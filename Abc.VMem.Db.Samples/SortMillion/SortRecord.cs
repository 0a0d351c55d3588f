using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Samples.SortMillion;

/// <summary>A record of 100 bytes, 40 to a page: a key, the number it was made with, and a load to carry.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct SortRecord : IComparable<SortRecord>
{
    public ulong Key;
    public long Number;
    private Load _load;

    /// <summary>The record with a number; its key is as good as random.</summary>
    public static SortRecord Make(long number)
    {
        var record = new SortRecord { Key = Mix((ulong)number), Number = number };
        ((Span<byte>)record._load).Fill((byte)record.Key);
        return record;
    }

    /// <summary>Whether the record is whole.</summary>
    public readonly bool IsWhole =>
        Key == Mix((ulong)Number) && !((ReadOnlySpan<byte>)_load).ContainsAnyExcept((byte)Key);

    /// <summary>By key; equal keys by number.</summary>
    public readonly int CompareTo(SortRecord other)
    {
        var order = Key.CompareTo(other.Key);
        return order != 0 ? order : Number.CompareTo(other.Number);
    }

    // A bijection of 64 bits: multiplications by odd numbers, and shifts that are xored in.
    private static ulong Mix(ulong number)
    {
        number = (number + 0x9E37_79B9_7F4A_7C15) * 0xBF58_476D_1CE4_E5B9;
        number = (number ^ (number >> 27)) * 0x94D0_49BB_1331_11EB;
        return number ^ (number >> 31);
    }

    [InlineArray(84)]
    private struct Load
    {
        private byte _first;
    }
}
