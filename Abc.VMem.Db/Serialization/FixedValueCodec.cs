using System.Buffers;
using System.Buffers.Binary;

namespace Abc.VMem.Db.Serialization;

/// <summary>Writes a value of fixed width.</summary>
internal delegate void FixedValueWriter<in T>(Span<byte> destination, T value);

/// <summary>Reads a value of fixed width.</summary>
internal delegate T FixedValueReader<out T>(ReadOnlySpan<byte> source);

/// <summary>Numbers, dates and the like: fixed width, little-endian.</summary>
internal sealed class FixedValueCodec<T>(int size, FixedValueWriter<T> write, FixedValueReader<T> read)
    : IMapValueCodec<T>
{
    /// <inheritdoc/>
    public void Encode(T value, IBufferWriter<byte> destination)
    {
        write(destination.GetSpan(size)[..size], value);
        destination.Advance(size);
    }

    /// <inheritdoc/>
    public T Decode(ReadOnlyMemory<byte> source)
    {
        if (source.Length != size)
        {
            throw new DocumentException(
                "value",
                FormattableString.Invariant($"The stored value has {source.Length} bytes, not {size} as a ")
                + typeof(T).Name + ". Was the map written with another type?");
        }

        try
        {
            return read(source.Span);
        }
        catch (ArgumentException exception)
        {
            throw new DocumentException(
                "value", $"The stored value is out of {typeof(T).Name}'s range.", exception);
        }
    }
}

/// <summary>Layouts of the fixed-width values that are not plain numbers.</summary>
internal static class FixedValues
{
    /// <summary>The four 32-bit parts of <see cref="decimal.GetBits(decimal)"/>: exact, scale included.</summary>
    public static void WriteDecimal(Span<byte> destination, decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(destination[(4 * i)..], parts[i]);
        }
    }

    /// <summary>Reads what <see cref="WriteDecimal"/> wrote.</summary>
    public static decimal ReadDecimal(ReadOnlySpan<byte> source)
    {
        Span<int> parts = stackalloc int[4];
        for (int i = 0; i < 4; i++)
        {
            parts[i] = BinaryPrimitives.ReadInt32LittleEndian(source[(4 * i)..]);
        }

        return new decimal(parts);
    }

    /// <summary>Ticks, then the kind.</summary>
    public static void WriteDateTime(Span<byte> destination, DateTime value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, value.Ticks);
        destination[8] = (byte)value.Kind;
    }

    /// <summary>Reads what <see cref="WriteDateTime"/> wrote.</summary>
    public static DateTime ReadDateTime(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(source), (DateTimeKind)source[8]);

    /// <summary>Ticks of the clock time, then the offset in minutes.</summary>
    public static void WriteDateTimeOffset(Span<byte> destination, DateTimeOffset value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, value.Ticks);
        BinaryPrimitives.WriteInt16LittleEndian(destination[8..], (short)value.TotalOffsetMinutes);
    }

    /// <summary>Reads what <see cref="WriteDateTimeOffset"/> wrote.</summary>
    public static DateTimeOffset ReadDateTimeOffset(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt64LittleEndian(source),
        TimeSpan.FromMinutes(BinaryPrimitives.ReadInt16LittleEndian(source[8..])));
}
