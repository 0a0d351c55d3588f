using System.Numerics;

namespace Abc.VMem.Db.Serialization;

/// <summary>Writes one value.</summary>
internal delegate void WriteValue<in T>(ref DocumentWriter writer, T value);

/// <summary>Reads one value.</summary>
internal delegate T ReadValue<out T>(ref DocumentReader reader);

/// <summary>A type with a token of its own.</summary>
internal sealed class ScalarCodec<T>(StorageKind kind, WriteValue<T> write, ReadValue<T> read) : ValueCodec<T>
{
    /// <inheritdoc/>
    public override StorageKind Kind => kind;

    /// <inheritdoc/>
    public override void Write(ref DocumentWriter writer, T value, Binding? binding) => write(ref writer, value);

    /// <inheritdoc/>
    public override T Read(ref DocumentReader reader, Binding? binding) => read(ref reader);
}

/// <summary>The types with a token of their own.</summary>
internal static class ScalarCodecs
{
    /// <summary>Codecs by type.</summary>
    public static IReadOnlyDictionary<Type, ValueCodec> ByType { get; } = new ValueCodec[]
    {
        new ScalarCodec<bool>(StorageKind.Bool, static (ref w, v) => w.Write(v), static (ref r) => r.ReadBoolean()),
        new ScalarCodec<sbyte>(StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadSByte()),
        new ScalarCodec<byte>(StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadByte()),
        new ScalarCodec<short>(StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadInt16()),
        new ScalarCodec<ushort>(StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadUInt16()),
        new ScalarCodec<int>(StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadInt32()),
        new ScalarCodec<uint>(StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadUInt32()),
        new ScalarCodec<long>(StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadInt64()),
        new ScalarCodec<ulong>(StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadUInt64()),
        new ScalarCodec<Int128>(StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadInt128()),
        new ScalarCodec<UInt128>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadUInt128()),
        new ScalarCodec<BigInteger>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadBigInteger()),
        new ScalarCodec<Half>(StorageKind.Half, static (ref w, v) => w.Write(v), static (ref r) => r.ReadHalf()),
        new ScalarCodec<float>(StorageKind.Single, static (ref w, v) => w.Write(v), static (ref r) => r.ReadSingle()),
        new ScalarCodec<double>(StorageKind.Double, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDouble()),
        new ScalarCodec<char>(StorageKind.Char, static (ref w, v) => w.Write(v), static (ref r) => r.ReadChar()),
        new ScalarCodec<string?>(StorageKind.String, static (ref w, v) => w.Write(v), static (ref r) => r.ReadString()),
        new ScalarCodec<byte[]?>(StorageKind.Bytes, static (ref w, v) => w.Write(v), static (ref r) => r.ReadBytes()),
        new ScalarCodec<decimal>(
            StorageKind.Decimal, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDecimal()),
        new ScalarCodec<Guid>(StorageKind.Guid, static (ref w, v) => w.Write(v), static (ref r) => r.ReadGuid()),
        new ScalarCodec<DateTime>(
            StorageKind.DateTime, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDateTime()),
        new ScalarCodec<DateTimeOffset>(
            StorageKind.DateTimeOffset, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDateTimeOffset()),
        new ScalarCodec<TimeSpan>(
            StorageKind.TimeSpan, static (ref w, v) => w.Write(v), static (ref r) => r.ReadTimeSpan()),
        new ScalarCodec<DateOnly>(
            StorageKind.DateOnly, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDateOnly()),
        new ScalarCodec<TimeOnly>(
            StorageKind.TimeOnly, static (ref w, v) => w.Write(v), static (ref r) => r.ReadTimeOnly()),
    }.ToDictionary(codec => codec.ValueType);
}
