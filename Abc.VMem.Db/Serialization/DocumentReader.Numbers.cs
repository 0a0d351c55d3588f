using System.Buffers.Binary;
using System.Numerics;

namespace Abc.VMem.Db.Serialization;

/// <content>Numbers, dates and identifiers.</content>
internal ref partial struct DocumentReader
{
    /// <summary>Reads true or false.</summary>
    public bool ReadBoolean()
    {
        switch (Peek())
        {
            case TokenCode.True:
                _pos++;
                return true;
            case TokenCode.False:
                _pos++;
                return false;
            default:
                ThrowNilOrType("bool", "true or false");
                return false;
        }
    }

    /// <summary>Reads an integer.</summary>
    public sbyte ReadSByte()
    {
        var value = ReadInt64("sbyte");
        return value == (sbyte)value ? (sbyte)value : (sbyte)Range(value, "sbyte");
    }

    /// <summary>Reads an integer.</summary>
    public byte ReadByte()
    {
        var value = ReadInt64("byte");
        return value == (byte)value ? (byte)value : (byte)Range(value, "byte");
    }

    /// <summary>Reads an integer.</summary>
    public short ReadInt16()
    {
        var value = ReadInt64("short");
        return value == (short)value ? (short)value : (short)Range(value, "short");
    }

    /// <summary>Reads an integer.</summary>
    public ushort ReadUInt16()
    {
        var value = ReadInt64("ushort");
        return value == (ushort)value ? (ushort)value : (ushort)Range(value, "ushort");
    }

    /// <summary>Reads an integer.</summary>
    public int ReadInt32()
    {
        var value = ReadInt64("int");
        return value == (int)value ? (int)value : (int)Range(value, "int");
    }

    /// <summary>Reads an integer.</summary>
    public uint ReadUInt32()
    {
        var value = ReadInt64("uint");
        return value == (uint)value ? (uint)value : (uint)Range(value, "uint");
    }

    /// <summary>Reads a UTF-16 unit.</summary>
    public char ReadChar()
    {
        var value = ReadInt64("char");
        return value == (char)value ? (char)value : (char)Range(value, "char");
    }

    /// <summary>Reads an integer.</summary>
    public long ReadInt64() => ReadInt64("long");

    /// <summary>Reads an integer.</summary>
    public ulong ReadUInt64()
    {
        if (Peek() == 0xCF)
        {
            return ReadUInt64At();
        }

        var value = ReadInt64("ulong");
        return value >= 0 ? (ulong)value : (ulong)Range(value, "ulong");
    }

    /// <summary>Reads an integer.</summary>
    public Int128 ReadInt128()
    {
        var value = ReadBigOrInt128(out var big);
        return big is null ? value : Range(big, "Int128");
    }

    /// <summary>Reads an integer.</summary>
    public UInt128 ReadUInt128()
    {
        var value = ReadBigOrInt128(out var big);
        if (big is { } beyond && beyond > 0 && beyond <= (BigInteger)UInt128.MaxValue)
        {
            return (UInt128)beyond;
        }

        return big is null && value >= 0 ? (UInt128)value : (UInt128)Range(big ?? value, "UInt128");
    }

    /// <summary>Reads an integer of any length.</summary>
    public BigInteger ReadBigInteger()
    {
        var value = ReadBigOrInt128(out var big);
        return big ?? value;
    }

    /// <summary>Reads a number that was stored in 32 bits.</summary>
    public Half ReadHalf() => (Half)ReadSingle();

    /// <summary>Reads a number that was stored in 32 bits.</summary>
    public float ReadSingle()
    {
        if (Peek() != 0xCA)
        {
            ThrowNilOrType("float", "a 32-bit float");
        }

        return BitConverter.UInt32BitsToSingle(ReadUInt32At());
    }

    /// <summary>Reads a number that was stored in 64 bits.</summary>
    public double ReadDouble()
    {
        if (Peek() != 0xCB)
        {
            ThrowNilOrType("double", "a 64-bit float");
        }

        return BitConverter.UInt64BitsToDouble(ReadUInt64At());
    }

    /// <summary>Reads a decimal.</summary>
    public decimal ReadDecimal()
    {
        var bytes = ReadExtension(TokenCode.DecimalType, 0xD8, "decimal");
        Span<int> parts = stackalloc int[4];
        for (var i = 0; i < 4; i++)
        {
            parts[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
        }

        // Flags are a scale of 0 to 28 in bits 16-23 and a sign in bit 31.
        if ((parts[3] & 0x7F00_FFFF) != 0 || ((parts[3] >> 16) & 0xFF) > 28)
        {
            Throw("a decimal", "other flags");
        }

        return new decimal(parts);
    }

    /// <summary>Reads a Guid.</summary>
    public Guid ReadGuid() => new(ReadExtension(TokenCode.GuidType, 0xD8, "Guid"), bigEndian: true);

    /// <summary>Reads a date with its kind.</summary>
    public DateTime ReadDateTime()
    {
        var bits = BinaryPrimitives.ReadUInt64BigEndian(ReadExtension(TokenCode.DateTimeType, 0xD7, "DateTime"));
        var (kind, ticks) = ((int)(bits >> 62), (long)(bits & TokenCode.TicksMask));
        if (kind > (int)DateTimeKind.Local || ticks > DateTime.MaxValue.Ticks)
        {
            Throw("a date", "ticks out of range");
        }

        return new DateTime(ticks, (DateTimeKind)kind);
    }

    /// <summary>Reads a date with its offset.</summary>
    public DateTimeOffset ReadDateTimeOffset()
    {
        var bytes = ReadExtension(TokenCode.DateTimeOffsetType, 0xC7, "DateTimeOffset");
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        int minutes = BinaryPrimitives.ReadInt16BigEndian(bytes[8..]);
        var local = ticks + (minutes * TimeSpan.TicksPerMinute);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks || local < 0 || local > DateTime.MaxValue.Ticks
            || Math.Abs(minutes) > 14 * 60)
        {
            Throw("a date with an offset", "ticks or offset out of range");
        }

        return new DateTimeOffset(local, TimeSpan.FromMinutes(minutes));
    }

    /// <summary>Reads ticks.</summary>
    public TimeSpan ReadTimeSpan() => new(ReadInt64("TimeSpan"));

    /// <summary>Reads a day number.</summary>
    public DateOnly ReadDateOnly()
    {
        var day = ReadInt64("DateOnly");
        return DateOnly.FromDayNumber((int)(day >= 0 && day <= DateOnly.MaxValue.DayNumber
            ? day
            : Range(day, "DateOnly")));
    }

    /// <summary>Reads ticks.</summary>
    public TimeOnly ReadTimeOnly()
    {
        var ticks = ReadInt64("TimeOnly");
        return new TimeOnly(ticks >= 0 && ticks <= TimeOnly.MaxValue.Ticks ? ticks : Range(ticks, "TimeOnly"));
    }

    /// <summary>Reads an integer for a type that is named when it is null or too large.</summary>
    public long ReadInt64(string type)
    {
        var code = Peek();
        if (code <= 0x7F || code >= 0xE0)
        {
            _pos++;
            return (sbyte)code;
        }

        return ReadLongInteger(code, type);
    }

    private long ReadLongInteger(byte code, string type)
    {
        switch (code)
        {
            case 0xCC:
                return ReadUInt8At();
            case 0xCD:
                return ReadUInt16At();
            case 0xCE:
                return ReadUInt32At();
            case 0xCF:
                var value = ReadUInt64At();
                return value <= long.MaxValue ? (long)value : Range(value, type);
            case 0xD0:
                return (sbyte)ReadUInt8At();
            case 0xD1:
                return (short)ReadUInt16At();
            case 0xD2:
                return (int)ReadUInt32At();
            case 0xD3:
                return (long)ReadUInt64At();
            case 0xC7 or 0xC8 or 0xD8:
                return ReadWide(type);
            default:
                ThrowNilOrType(type, "an integer");
                return 0;
        }
    }

    // An integer beyond 64 bits: a value, but not one for the type asked for.
    private long ReadWide(string type)
    {
        var value = ReadBigOrInt128(out var big);
        return Range(big ?? value, type);
    }

    private Int128 ReadBigOrInt128(out BigInteger? big)
    {
        big = null;
        switch (Peek())
        {
            case 0xCF:
                return ReadUInt64At();
            case 0xD8:
                return BinaryPrimitives.ReadInt128BigEndian(ReadExtension(TokenCode.Int128Type, 0xD8, "an integer"));
            case 0xC7 or 0xC8:
                big = ReadBig();
                return 0;
            default:
                return ReadInt64("Int128");
        }
    }

    private BigInteger ReadBig()
    {
        var token = ReadRaw();
        var head = token[0] == 0xC7 ? 3 : 4;
        if (token[head - 1] != TokenCode.BigIntegerType || token.Length - head is 0 or > TokenCode.MaxIntegerBytes)
        {
            Throw("an integer of at most 4096 bytes", "another token");
        }

        return new BigInteger(token[head..], isBigEndian: true);
    }

    private ReadOnlySpan<byte> ReadExtension(byte type, byte code, string name)
    {
        if (Peek() != code || !TryReadExtension(type, out var bytes))
        {
            ThrowNilOrType(name, name);
            return default;
        }

        return bytes;
    }

    private bool TryReadExtension(byte type, out ReadOnlySpan<byte> bytes)
    {
        var start = _pos;
        bytes = TakeExtension(out var found);
        if (found == type)
        {
            return true;
        }

        _pos = start;
        return false;
    }

    // fixext 8, fixext 16, and ext 8 of 10 bytes: the three that this format uses.
    private ReadOnlySpan<byte> TakeExtension(out byte type)
    {
        var code = Peek();
        var head = code == 0xC7 ? 3 : 2;
        var size = code switch { 0xD7 => 8, 0xD8 => 16, _ => 10 };
        var rest = Rest;
        if (rest.Length < head + size)
        {
            ThrowEnd();
        }

        type = code == 0xC7 && rest[1] != 10 ? (byte)0 : rest[head - 1];
        _pos += head + size;
        return rest.Slice(head, size);
    }

    private static long Range(object value, string type)
    {
        DocumentFault.ThrowRange(value, type);
        return 0;
    }

    private readonly void ThrowNilOrType(string type, string expected)
    {
        if (Peek() == TokenCode.Nil)
        {
            DocumentFault.ThrowNull(type);
        }

        ThrowType(expected);
    }
}
