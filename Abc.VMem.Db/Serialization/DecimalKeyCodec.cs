namespace Abc.VMem.Db.Serialization;

/// <summary>
/// decimal in 1 to 16 bytes, exact over the whole range; 1.0 and 1.00 are one key. Zero is the byte 80. A positive
/// value 0.d1d2d3… × 10^e (d1 and the last digit not 0) is the byte 80 + 28 + e, then its digits in pairs, each
/// pair as 2 × pair + 1, the last one as 2 × pair, an odd digit at the end filled up with 0. A negative value is
/// the complement of its opposite's bytes.
/// </summary>
/// <remarks>e lies in [-27, 29]; the bit below each pair puts a longer number after the shorter one it starts
/// with.</remarks>
internal sealed class DecimalKeyCodec : KeyCodec<decimal>
{
    private const byte Zero = 0x80;
    private const int ExponentBias = 28;
    private const int MaxExponent = 29;
    private const int MaxDigits = 29;
    private const int MaxLength = 1 + ((MaxDigits + 1) / 2);
    private const int MaxScale = 28;
    private const int LowDigits = 19;
    private const ulong LowRange = 10_000_000_000_000_000_000;

    private static readonly UInt128 MaxCoefficient = (UInt128.One << 96) - 1;

    /// <inheritdoc/>
    public override string Name => "decimal";

    /// <inheritdoc/>
    public override bool IsExact => false;

    /// <inheritdoc/>
    public override void Encode(decimal value, KeyBuffer buffer)
    {
        if (value == 0)
        {
            buffer.Append(Zero);
            return;
        }

        Span<byte> digits = stackalloc byte[MaxDigits + 1];
        var count = WriteDigits(value, digits);
        var exponent = count - value.Scale;
        count = digits[..count].LastIndexOfAnyExcept((byte)0) + 1;
        digits[count] = 0;

        var start = buffer.Length;
        buffer.Append((byte)(Zero + ExponentBias + exponent));
        for (var i = 0; i < count; i += 2)
        {
            var pair = (digits[i] * 10) + digits[i + 1];
            buffer.Append((byte)((2 * pair) + (i + 2 < count ? 1 : 0)));
        }

        if (decimal.IsNegative(value))
        {
            buffer.Complement(start);
        }
    }

    /// <inheritdoc/>
    public override int TryMeasure(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty || source[0] == Zero)
        {
            return source.IsEmpty ? -1 : 1;
        }

        // In the complement of a negative number a set lowest bit marks the last pair.
        var lastBit = source[0] < Zero ? 1 : 0;
        for (var i = 1; i < Math.Min(source.Length, MaxLength); i++)
        {
            if ((source[i] & 1) == lastBit)
            {
                return i + 1;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override decimal Decode(ReadOnlySpan<byte> source, out int consumed)
    {
        consumed = Measure(source);
        if (source[0] == Zero)
        {
            return 0;
        }

        var isNegative = source[0] < Zero;
        var mask = isNegative ? 0xFF : 0;
        var exponent = (source[0] ^ mask) - Zero - ExponentBias;
        var coefficient = UInt128.Zero;
        var pair = 0;
        foreach (var value in source[1..consumed])
        {
            pair = (value ^ mask) >> 1;
            if (pair > 99 || (coefficient == 0 && pair < 10))
            {
                KeyDamage.Throw(Name, "a pair of digits out of range");
            }

            coefficient = (coefficient * 100) + (uint)pair;
        }

        if (pair == 0 || exponent is <= -ExponentBias or > MaxExponent)
        {
            KeyDamage.Throw(Name, "an exponent out of range, or zeros at the end");
        }

        var digits = 2 * (consumed - 1);
        return pair % 10 == 0
            ? ToDecimal(coefficient / 10, digits - 1 - exponent, isNegative)
            : ToDecimal(coefficient, digits - exponent, isNegative);
    }

    /// <summary>Writes the coefficient's digits, 1 to 29 of them, the first one not 0; returns their count.</summary>
    private static int WriteDigits(decimal value, Span<byte> digits)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var low = ((ulong)(uint)bits[1] << 32) | (uint)bits[0];
        if (bits[2] == 0)
        {
            return WriteDigits(low, digits, CountDigits(low));
        }

        var (high, rest) = UInt128.DivRem(new UInt128((uint)bits[2], low), LowRange);
        var highCount = high == 0 ? 0 : WriteDigits((ulong)high, digits, CountDigits((ulong)high));
        var restCount = high == 0 ? CountDigits((ulong)rest) : LowDigits;
        return highCount + WriteDigits((ulong)rest, digits[highCount..], restCount);
    }

    private static int WriteDigits(ulong value, Span<byte> digits, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            (value, var digit) = Math.DivRem(value, 10);
            digits[i] = (byte)digit;
        }

        return count;
    }

    private static int CountDigits(ulong value)
    {
        var count = 1;
        for (; value >= 10; value /= 10)
        {
            count++;
        }

        return count;
    }

    private decimal ToDecimal(UInt128 coefficient, int scale, bool isNegative)
    {
        // At most 30 digits: the product stays below 2^128.
        for (; scale < 0; scale++)
        {
            coefficient *= 10;
        }

        if (scale > MaxScale || coefficient > MaxCoefficient)
        {
            KeyDamage.Throw(Name, "a number out of range");
        }

        var low = (ulong)coefficient;
        return new decimal((int)low, (int)(low >> 32), (int)(uint)(coefficient >> 64), isNegative, (byte)scale);
    }
}
