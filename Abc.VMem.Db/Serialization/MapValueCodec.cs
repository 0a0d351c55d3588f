using System.Buffers;
using System.Buffers.Binary;

namespace Abc.VMem.Db.Serialization;

/// <summary>How the values of a typed map are stored. Stateless and thread-safe.</summary>
internal interface IMapValueCodec<TValue>
{
    /// <summary>Appends a value, which is not null.</summary>
    /// <exception cref="DocumentException">It can't be stored.</exception>
    void Encode(TValue value, IBufferWriter<byte> destination);

    /// <summary>Reads a value back.</summary>
    /// <exception cref="DocumentException">The bytes are none of this type.</exception>
    TValue Decode(ReadOnlyMemory<byte> source);
}

/// <summary>Finds how a type is stored as a value of a map.</summary>
internal static class MapValueCodecs
{
    private static readonly Dictionary<Type, object> Known = new()
    {
        [typeof(byte[])] = new BytesValueCodec(),
        [typeof(string)] = new TextValueCodec(),
        [typeof(bool)] = Fixed(1, static (to, value) => to[0] = value ? (byte)1 : (byte)0, static from => from[0] != 0),
        [typeof(byte)] = Fixed(1, static (to, value) => to[0] = value, static from => from[0]),
        [typeof(sbyte)] = Fixed(1, static (to, value) => to[0] = (byte)value, static from => (sbyte)from[0]),
        [typeof(char)] = Fixed(
            2, static (to, value) => BinaryPrimitives.WriteUInt16LittleEndian(to, value),
            static from => (char)BinaryPrimitives.ReadUInt16LittleEndian(from)),
        [typeof(short)] = Fixed(
            2, BinaryPrimitives.WriteInt16LittleEndian, BinaryPrimitives.ReadInt16LittleEndian),
        [typeof(ushort)] = Fixed(
            2, BinaryPrimitives.WriteUInt16LittleEndian, BinaryPrimitives.ReadUInt16LittleEndian),
        [typeof(int)] = Fixed(
            4, BinaryPrimitives.WriteInt32LittleEndian, BinaryPrimitives.ReadInt32LittleEndian),
        [typeof(uint)] = Fixed(
            4, BinaryPrimitives.WriteUInt32LittleEndian, BinaryPrimitives.ReadUInt32LittleEndian),
        [typeof(long)] = Fixed(
            8, BinaryPrimitives.WriteInt64LittleEndian, BinaryPrimitives.ReadInt64LittleEndian),
        [typeof(ulong)] = Fixed(
            8, BinaryPrimitives.WriteUInt64LittleEndian, BinaryPrimitives.ReadUInt64LittleEndian),
        [typeof(Int128)] = Fixed(
            16, BinaryPrimitives.WriteInt128LittleEndian, BinaryPrimitives.ReadInt128LittleEndian),
        [typeof(UInt128)] = Fixed(
            16, BinaryPrimitives.WriteUInt128LittleEndian, BinaryPrimitives.ReadUInt128LittleEndian),
        [typeof(Half)] = Fixed(
            2, BinaryPrimitives.WriteHalfLittleEndian, BinaryPrimitives.ReadHalfLittleEndian),
        [typeof(float)] = Fixed(
            4, BinaryPrimitives.WriteSingleLittleEndian, BinaryPrimitives.ReadSingleLittleEndian),
        [typeof(double)] = Fixed(
            8, BinaryPrimitives.WriteDoubleLittleEndian, BinaryPrimitives.ReadDoubleLittleEndian),
        [typeof(decimal)] = Fixed(16, FixedValues.WriteDecimal, FixedValues.ReadDecimal),
        [typeof(Guid)] = Fixed(
            16, static (to, value) => value.TryWriteBytes(to, bigEndian: true, out _),
            static from => new Guid(from, bigEndian: true)),
        [typeof(TimeSpan)] = Fixed(
            8, static (to, value) => BinaryPrimitives.WriteInt64LittleEndian(to, value.Ticks),
            static from => new TimeSpan(BinaryPrimitives.ReadInt64LittleEndian(from))),
        [typeof(DateOnly)] = Fixed(
            4, static (to, value) => BinaryPrimitives.WriteInt32LittleEndian(to, value.DayNumber),
            static from => DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32LittleEndian(from))),
        [typeof(TimeOnly)] = Fixed(
            8, static (to, value) => BinaryPrimitives.WriteInt64LittleEndian(to, value.Ticks),
            static from => new TimeOnly(BinaryPrimitives.ReadInt64LittleEndian(from))),
        [typeof(DateTime)] = Fixed(9, FixedValues.WriteDateTime, FixedValues.ReadDateTime),
        [typeof(DateTimeOffset)] = Fixed(10, FixedValues.WriteDateTimeOffset, FixedValues.ReadDateTimeOffset),
    };

    /// <summary>The codec of a type: known ones have a layout of their own, all others are MessagePack.</summary>
    public static IMapValueCodec<TValue> For<TValue>() => Cache<TValue>.Codec;

    private static FixedValueCodec<T> Fixed<T>(int size, FixedValueWriter<T> write, FixedValueReader<T> read) =>
        new(size, write, read);

    private static class Cache<TValue>
    {
        public static readonly IMapValueCodec<TValue> Codec = Known.TryGetValue(typeof(TValue), out object? codec)
            ? (IMapValueCodec<TValue>)codec
            : new MessagePackValueCodec<TValue>();
    }
}
