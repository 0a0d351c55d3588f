using System.Buffers.Binary;

namespace Abc.VMem.Db.Serialization;

// IEEE bits, big-endian: those of a negative number inverted, the sign bit of the others set. -0.0 is written as 0.0,
// and every NaN as zero bits, which lie below negative infinity. A reader accepts only what the writer writes.

/// <summary>double in 8 bytes.</summary>
internal sealed class DoubleKeyCodec() : FixedKeyCodec<double>("float64", sizeof(double), isExact: false)
{
    private const ulong Sign = 1UL << 63;

    /// <inheritdoc/>
    protected override void Write(double value, Span<byte> target) =>
        BinaryPrimitives.WriteUInt64BigEndian(target, ToOrdered(value));

    /// <inheritdoc/>
    protected override double Read(ReadOnlySpan<byte> source)
    {
        var ordered = BinaryPrimitives.ReadUInt64BigEndian(source);
        var value = ordered == 0
            ? double.NaN
            : BitConverter.UInt64BitsToDouble((ordered & Sign) != 0 ? ordered ^ Sign : ~ordered);
        if (ToOrdered(value) != ordered)
        {
            KeyDamage.Throw(Name, "bits of -0.0 or of a NaN");
        }

        return value;
    }

    private static ulong ToOrdered(double value)
    {
        if (double.IsNaN(value))
        {
            return 0;
        }

        var bits = BitConverter.DoubleToUInt64Bits(value == 0 ? 0 : value);
        return (bits & Sign) != 0 ? ~bits : bits | Sign;
    }
}

/// <summary>float in 4 bytes.</summary>
internal sealed class SingleKeyCodec() : FixedKeyCodec<float>("float32", sizeof(float), isExact: false)
{
    private const uint Sign = 1U << 31;

    /// <inheritdoc/>
    protected override void Write(float value, Span<byte> target) =>
        BinaryPrimitives.WriteUInt32BigEndian(target, ToOrdered(value));

    /// <inheritdoc/>
    protected override float Read(ReadOnlySpan<byte> source)
    {
        var ordered = BinaryPrimitives.ReadUInt32BigEndian(source);
        var value = ordered == 0
            ? float.NaN
            : BitConverter.UInt32BitsToSingle((ordered & Sign) != 0 ? ordered ^ Sign : ~ordered);
        if (ToOrdered(value) != ordered)
        {
            KeyDamage.Throw(Name, "bits of -0.0 or of a NaN");
        }

        return value;
    }

    private static uint ToOrdered(float value)
    {
        if (float.IsNaN(value))
        {
            return 0;
        }

        var bits = BitConverter.SingleToUInt32Bits(value == 0 ? 0 : value);
        return (bits & Sign) != 0 ? ~bits : bits | Sign;
    }
}

/// <summary>Half in 2 bytes.</summary>
internal sealed class HalfKeyCodec() : FixedKeyCodec<Half>("float16", sizeof(ushort), isExact: false)
{
    private const ushort Sign = 1 << 15;

    /// <inheritdoc/>
    protected override void Write(Half value, Span<byte> target) =>
        BinaryPrimitives.WriteUInt16BigEndian(target, ToOrdered(value));

    /// <inheritdoc/>
    protected override Half Read(ReadOnlySpan<byte> source)
    {
        var ordered = BinaryPrimitives.ReadUInt16BigEndian(source);
        var value = ordered == 0
            ? Half.NaN
            : BitConverter.UInt16BitsToHalf((ushort)((ordered & Sign) != 0 ? ordered ^ Sign : ~ordered));
        if (ToOrdered(value) != ordered)
        {
            KeyDamage.Throw(Name, "bits of -0.0 or of a NaN");
        }

        return value;
    }

    private static ushort ToOrdered(Half value)
    {
        if (Half.IsNaN(value))
        {
            return 0;
        }

        var bits = BitConverter.HalfToUInt16Bits(value == Half.Zero ? Half.Zero : value);
        return (ushort)((bits & Sign) != 0 ? ~bits : bits | Sign);
    }
}
