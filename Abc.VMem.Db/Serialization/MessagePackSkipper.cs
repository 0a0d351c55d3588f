using System.Buffers.Binary;

namespace Abc.VMem.Db.Serialization;

/// <summary>Measures MessagePack tokens. Pure functions over spans that never throw; stateless.</summary>
/// <remarks>
/// A container is not descended into but adds its elements to the number of tokens still to pass, so depth costs
/// nothing, and a count larger than the bytes left ends the walk at once.
/// </remarks>
internal static class MessagePackSkipper
{
    // Whole size of a token by its first byte; 0 = its length follows or it has elements.
    private static ReadOnlySpan<byte> Sizes =>
    [
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 00-1F
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 20-3F
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 40-5F
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // 60-7F
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 80-9F
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, // A0-AF
        17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, // B0-BF
        1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 5, 9, 2, 3, 5, 9, // C0-CF
        2, 3, 5, 9, 3, 4, 6, 10, 18, 0, 0, 0, 0, 0, 0, 0, // D0-DF
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, // E0-FF
    ];

    /// <summary>Size of the token at the start of a span, nested ones included.</summary>
    /// <param name="source">Bytes.</param>
    /// <param name="size">Size of the token; 0 when the result is false.</param>
    /// <returns>false when the bytes end inside the token.</returns>
    public static bool TrySkip(ReadOnlySpan<byte> source, out int size) => TrySkip(source, 1, out size);

    /// <summary>Size of the given number of tokens, one after the other.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> source, int count, out int size)
    {
        var pos = SkipFixed(source, 0, count, out var left);
        while (left > 0)
        {
            if ((uint)pos >= (uint)source.Length || !TrySkipVariable(source[pos..], out var step))
            {
                size = 0;
                return false;
            }

            pos = SkipFixed(source, pos + step, left - 1, out left);
        }

        var isWhole = pos <= source.Length;
        size = isWhole ? pos : 0;
        return isWhole;
    }

    // Steps over tokens as long as the table measures them. A loop of its own, without calls: the hottest one of all
    // reading, and twice as fast when nothing in it has to be saved.
    private static int SkipFixed(ReadOnlySpan<byte> source, int pos, int count, out int left)
    {
        var sizes = Sizes;
        for (; count > 0 && (uint)pos < (uint)source.Length; count--)
        {
            int step = sizes[source[pos]];
            if (step == 0)
            {
                break;
            }

            pos += step;
        }

        left = count;
        return pos;
    }

    // One token that the table can't measure, with everything inside it.
    private static bool TrySkipVariable(ReadOnlySpan<byte> source, out int size)
    {
        size = 0;
        var pos = 0;
        for (var left = 1L; left > 0; left--)
        {
            if ((uint)pos >= (uint)source.Length)
            {
                return false;
            }

            int step = Sizes[source[pos]];
            if (step == 0 && !TryMeasure(source[pos..], ref left, out step))
            {
                return false;
            }

            pos += step;
        }

        size = pos;
        return pos <= source.Length;
    }

    // Tokens that the table can't measure. Adds the elements of a container to the tokens left.
    private static bool TryMeasure(ReadOnlySpan<byte> source, ref long left, out int step)
    {
        var code = source[0];
        long count;
        switch (code)
        {
            case <= 0x8F:
                (step, count) = (1, 2L * (code & 0xF));
                break;
            case <= 0x9F:
                (step, count) = (1, code & 0xF);
                break;
            case 0xDC or 0xDD or 0xDE or 0xDF:
                if (!TryReadLength(source, 2 << (code & 1), out count))
                {
                    step = 0;
                    return false;
                }

                step = 1 + (2 << (code & 1));
                count <<= code >= 0xDE ? 1 : 0;
                break;
            default:
                return TryMeasureBytes(source, code, out step);
        }

        left += count;
        return left - 1 <= source.Length - step;
    }

    // str, bin and ext with an explicit length.
    private static bool TryMeasureBytes(ReadOnlySpan<byte> source, byte code, out int step)
    {
        var width = code switch
        {
            0xC4 or 0xC7 or 0xD9 => 1,
            0xC5 or 0xC8 or 0xDA => 2,
            _ => 4,
        };
        step = 0;
        if (!TryReadLength(source, width, out var length))
        {
            return false;
        }

        var whole = 1 + width + (code is >= 0xC7 and <= 0xC9 ? 1 : 0) + length;
        step = whole <= source.Length ? (int)whole : 0;
        return step != 0;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> source, int width, out long length)
    {
        length = 0;
        if (source.Length <= width)
        {
            return false;
        }

        length = width switch
        {
            1 => source[1],
            2 => BinaryPrimitives.ReadUInt16BigEndian(source[1..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(source[1..]),
        };
        return true;
    }
}
