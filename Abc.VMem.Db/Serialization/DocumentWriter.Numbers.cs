using System.Buffers.Binary;
using System.Numerics;

namespace Abc.VMem.Db.Serialization;

/// <content>Numbers, dates and identifiers.</content>
internal ref partial struct DocumentWriter
{
    /// <summary>Writes true or false.</summary>
    public void Write(bool value) => WriteByte(value ? TokenCode.True : TokenCode.False);

    /// <summary>Writes an integer.</summary>
    public void Write(sbyte value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(byte value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(short value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(ushort value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(int value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(uint value) => Write((long)value);

    /// <summary>Writes a UTF-16 unit as its number.</summary>
    public void Write(char value) => Write((long)value);

    /// <summary>Writes a day number.</summary>
    public void Write(DateOnly value) => Write((long)value.DayNumber);

    /// <summary>Writes ticks.</summary>
    public void Write(TimeOnly value) => Write(value.Ticks);

    /// <summary>Writes ticks.</summary>
    public void Write(TimeSpan value) => Write(value.Ticks);

    /// <summary>Writes an integer.</summary>
    public void Write(long value)
    {
        if (value >= 0)
        {
            Write((ulong)value);
        }
        else if (value >= -32)
        {
            WriteByte((byte)value);
        }
        else if (value >= sbyte.MinValue)
        {
            WriteUInt8(0xD0, (byte)value);
        }
        else if (value >= short.MinValue)
        {
            WriteUInt16(0xD1, (ushort)value);
        }
        else if (value >= int.MinValue)
        {
            WriteUInt32(0xD2, (uint)value);
        }
        else
        {
            WriteUInt64(0xD3, (ulong)value);
        }
    }

    /// <summary>Writes an integer.</summary>
    public void Write(ulong value)
    {
        switch (value)
        {
            case <= 0x7F:
                WriteByte((byte)value);
                break;
            case <= 0xFF:
                WriteUInt8(0xCC, (byte)value);
                break;
            case <= 0xFFFF:
                WriteUInt16(0xCD, (ushort)value);
                break;
            case <= 0xFFFF_FFFF:
                WriteUInt32(0xCE, (uint)value);
                break;
            default:
                WriteUInt64(0xCF, value);
                break;
        }
    }

    /// <summary>Writes an integer: 64 bits where they suffice.</summary>
    public void Write(Int128 value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            Write((long)value);
        }
        else if (value >= 0 && value <= ulong.MaxValue)
        {
            Write((ulong)value);
        }
        else
        {
            var room = Room(18);
            (room[0], room[1]) = (0xD8, TokenCode.Int128Type);
            BinaryPrimitives.WriteInt128BigEndian(room[2..], value);
            _pos += 18;
        }
    }

    /// <summary>Writes an integer: the shortest form that holds it.</summary>
    public void Write(UInt128 value)
    {
        if (value <= (UInt128)Int128.MaxValue)
        {
            Write((Int128)value);
        }
        else
        {
            Write((BigInteger)value);
        }
    }

    /// <summary>Writes an integer: the shortest form that holds it.</summary>
    /// <exception cref="DocumentFault">It is longer than <see cref="TokenCode.MaxIntegerBytes"/>.</exception>
    public void Write(BigInteger value)
    {
        if (value >= (BigInteger)Int128.MinValue && value <= (BigInteger)Int128.MaxValue)
        {
            Write((Int128)value);
            return;
        }

        var length = value.GetByteCount();
        if (length > TokenCode.MaxIntegerBytes)
        {
            throw new DocumentFault("the integer is longer than 4096 bytes.");
        }

        var room = Room(4 + length);
        var head = WriteLength(room, length, 0xC7);
        room[head] = TokenCode.BigIntegerType;
        value.TryWriteBytes(room[(head + 1)..], out _, isBigEndian: true);
        _pos += head + 1 + length;
    }

    /// <summary>Writes a number in 32 bits.</summary>
    public void Write(Half value) => Write((float)value);

    /// <summary>Writes a number in 32 bits.</summary>
    public void Write(float value) => WriteUInt32(0xCA, BitConverter.SingleToUInt32Bits(value));

    /// <summary>Writes a number in 64 bits.</summary>
    public void Write(double value) => WriteUInt64(0xCB, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes a decimal with its scale.</summary>
    public void Write(decimal value)
    {
        var room = Room(18);
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        (room[0], room[1]) = (0xD8, TokenCode.DecimalType);
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(room[(2 + (4 * i))..], parts[i]);
        }

        _pos += 18;
    }

    /// <summary>Writes a Guid in big-endian field order.</summary>
    public void Write(Guid value)
    {
        var room = Room(18);
        (room[0], room[1]) = (0xD8, TokenCode.GuidType);
        value.TryWriteBytes(room[2..], bigEndian: true, out _);
        _pos += 18;
    }

    /// <summary>Writes ticks and kind.</summary>
    public void Write(DateTime value)
    {
        var room = Room(10);
        (room[0], room[1]) = (0xD7, TokenCode.DateTimeType);
        BinaryPrimitives.WriteUInt64BigEndian(room[2..], ((ulong)value.Kind << 62) | (ulong)value.Ticks);
        _pos += 10;
    }

    /// <summary>Writes ticks of the instant and the offset.</summary>
    public void Write(DateTimeOffset value)
    {
        var room = Room(13);
        (room[0], room[1], room[2]) = (0xC7, 10, TokenCode.DateTimeOffsetType);
        BinaryPrimitives.WriteInt64BigEndian(room[3..], value.UtcTicks);
        BinaryPrimitives.WriteInt16BigEndian(room[11..], (short)value.TotalOffsetMinutes);
        _pos += 13;
    }

    private void WriteUInt8(byte code, byte value)
    {
        var room = Room(2);
        room[1] = value;
        room[0] = code;
        _pos += 2;
    }

    private void WriteUInt16(byte code, ushort value)
    {
        var room = Room(3);
        BinaryPrimitives.WriteUInt16BigEndian(room[1..], value);
        room[0] = code;
        _pos += 3;
    }

    private void WriteUInt32(byte code, uint value)
    {
        var room = Room(5);
        BinaryPrimitives.WriteUInt32BigEndian(room[1..], value);
        room[0] = code;
        _pos += 5;
    }

    private void WriteUInt64(byte code, ulong value)
    {
        var room = Room(9);
        BinaryPrimitives.WriteUInt64BigEndian(room[1..], value);
        room[0] = code;
        _pos += 9;
    }
}
