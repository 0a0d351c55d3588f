using System.Buffers.Binary;

namespace Abc.VMem.Db.Serialization;

/// <content>Scalars without allocation and without exceptions.</content>
internal static partial class TokenDecoder
{
    /// <summary>Reads true or false.</summary>
    public static bool TryReadBoolean(ReadOnlySpan<byte> token, out bool value)
    {
        value = token.Length > 0 && token[0] == TokenCode.True;
        return value || (token.Length > 0 && token[0] == TokenCode.False);
    }

    /// <summary>
    /// Reads an integer of at most 64 signed bits; char, TimeSpan, DateOnly and TimeOnly are such numbers too.
    /// </summary>
    public static bool TryReadInt64(ReadOnlySpan<byte> token, out long value)
    {
        value = 0;
        if (token.IsEmpty)
        {
            return false;
        }

        var code = token[0];
        if (code is <= 0x7F or >= 0xE0)
        {
            value = (sbyte)code;
            return true;
        }

        if (code is < 0xCC or > 0xD3 || token.Length != IntegerSize(code))
        {
            return false;
        }

        var rest = token[1..];
        value = code switch
        {
            0xCC => rest[0],
            0xCD => BinaryPrimitives.ReadUInt16BigEndian(rest),
            0xCE => BinaryPrimitives.ReadUInt32BigEndian(rest),
            0xD0 => (sbyte)rest[0],
            0xD1 => BinaryPrimitives.ReadInt16BigEndian(rest),
            0xD2 => BinaryPrimitives.ReadInt32BigEndian(rest),
            _ => BinaryPrimitives.ReadInt64BigEndian(rest),
        };
        return code != 0xCF || value >= 0;
    }

    /// <summary>Reads an integer of at most 64 unsigned bits.</summary>
    public static bool TryReadUInt64(ReadOnlySpan<byte> token, out ulong value)
    {
        if (token.Length == 9 && token[0] == 0xCF)
        {
            value = BinaryPrimitives.ReadUInt64BigEndian(token[1..]);
            return true;
        }

        var isRead = TryReadInt64(token, out var signed) && signed >= 0;
        value = isRead ? (ulong)signed : 0;
        return isRead;
    }

    /// <summary>Reads a floating-point number of any width.</summary>
    public static bool TryReadDouble(ReadOnlySpan<byte> token, out double value)
    {
        switch (token)
        {
            case [0xCB, ..] when token.Length == 9:
                value = BinaryPrimitives.ReadDoubleBigEndian(token[1..]);
                return true;
            case [0xCA, ..] when token.Length == 5:
                value = BinaryPrimitives.ReadSingleBigEndian(token[1..]);
                return true;
            default:
                value = 0;
                return false;
        }
    }

    /// <summary>Reads a decimal.</summary>
    public static bool TryReadDecimal(ReadOnlySpan<byte> token, out decimal value)
    {
        value = 0;
        if (token.Length != 18 || token[0] != 0xD8 || token[1] != TokenCode.DecimalType)
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadInt32LittleEndian(token[14..]);
        var scale = (flags >> 16) & 0xFF;
        if ((flags & 0x7F00_FFFF) != 0 || scale > 28)
        {
            return false;
        }

        value = new decimal(
            BinaryPrimitives.ReadInt32LittleEndian(token[2..]),
            BinaryPrimitives.ReadInt32LittleEndian(token[6..]),
            BinaryPrimitives.ReadInt32LittleEndian(token[10..]),
            flags < 0,
            (byte)scale);
        return true;
    }

    /// <summary>Reads a Guid.</summary>
    public static bool TryReadGuid(ReadOnlySpan<byte> token, out Guid value)
    {
        var isGuid = token.Length == 18 && token[0] == 0xD8 && token[1] == TokenCode.GuidType;
        value = isGuid ? new Guid(token[2..], bigEndian: true) : default;
        return isGuid;
    }

    /// <summary>Reads a DateTime.</summary>
    public static bool TryReadDateTime(ReadOnlySpan<byte> token, out DateTime value)
    {
        value = default;
        if (token.Length != 10 || token[0] != 0xD7 || token[1] != TokenCode.DateTimeType)
        {
            return false;
        }

        var bits = BinaryPrimitives.ReadUInt64BigEndian(token[2..]);
        var (kind, ticks) = ((int)(bits >> 62), (long)(bits & TokenCode.TicksMask));
        if (kind > (int)DateTimeKind.Local || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        value = new DateTime(ticks, (DateTimeKind)kind);
        return true;
    }

    /// <summary>Reads the instant of a DateTimeOffset, as ticks of UTC.</summary>
    public static bool TryReadUtcTicks(ReadOnlySpan<byte> token, out long ticks)
    {
        ticks = 0;
        if (token.Length != 13 || token[0] != 0xC7 || token[1] != 10 || token[2] != TokenCode.DateTimeOffsetType)
        {
            return false;
        }

        ticks = BinaryPrimitives.ReadInt64BigEndian(token[3..]);
        return (ulong)ticks <= (ulong)DateTime.MaxValue.Ticks;
    }

    /// <summary>Reads a DateTimeOffset.</summary>
    public static bool TryReadDateTimeOffset(ReadOnlySpan<byte> token, out DateTimeOffset value)
    {
        value = default;
        if (!TryReadUtcTicks(token, out var ticks))
        {
            return false;
        }

        int minutes = BinaryPrimitives.ReadInt16BigEndian(token[11..]);
        var local = ticks + (minutes * TimeSpan.TicksPerMinute);
        if (Math.Abs(minutes) > 14 * 60 || (ulong)local > (ulong)DateTime.MaxValue.Ticks)
        {
            return false;
        }

        value = new DateTimeOffset(local, TimeSpan.FromMinutes(minutes));
        return true;
    }

    /// <summary>Reads a TimeSpan.</summary>
    public static bool TryReadTimeSpan(ReadOnlySpan<byte> token, out TimeSpan value)
    {
        var isRead = TryReadInt64(token, out var ticks);
        value = new TimeSpan(ticks);
        return isRead;
    }

    /// <summary>The UTF-8 bytes of a text.</summary>
    public static bool TryReadUtf8(ReadOnlySpan<byte> token, out ReadOnlySpan<byte> utf8)
    {
        var head = token.IsEmpty ? 0 : token[0] switch
        {
            >= 0xA0 and <= 0xBF => 1,
            0xD9 => 2,
            0xDA => 3,
            0xDB => 5,
            _ => 0,
        };
        if (head == 0 || !MessagePackSkipper.TrySkip(token, out var size) || size != token.Length)
        {
            utf8 = default;
            return false;
        }

        utf8 = token[head..];
        return true;
    }

    /// <summary>Number of elements of a list or of entries of a dictionary.</summary>
    public static bool TryReadCount(ReadOnlySpan<byte> token, out int count)
    {
        long read = token switch
        {
            [>= 0x80 and <= 0x9F, ..] => token[0] & 0xF,
            [0xDC or 0xDE, _, _, ..] => BinaryPrimitives.ReadUInt16BigEndian(token[1..]),
            [0xDD or 0xDF, _, _, _, _, ..] => BinaryPrimitives.ReadUInt32BigEndian(token[1..]),
            _ => -1,
        };
        count = read >= 0 && read < token.Length ? (int)read : 0;
        return read >= 0 && read < token.Length;
    }

    private static int IntegerSize(byte code) => 1 + (1 << (code & 3));
}
