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
    /// <summary>Makes the codec of each type; only those that are used get compiled.</summary>
    public static IReadOnlyDictionary<Type, Func<ValueCodec>> ByType { get; } = new Dictionary<Type, Func<ValueCodec>>
    {
        [typeof(bool)] = static () => new ScalarCodec<bool>(
            StorageKind.Bool, static (ref w, v) => w.Write(v), static (ref r) => r.ReadBoolean()),
        [typeof(sbyte)] = static () => new ScalarCodec<sbyte>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadSByte()),
        [typeof(byte)] = static () => new ScalarCodec<byte>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadByte()),
        [typeof(short)] = static () => new ScalarCodec<short>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadInt16()),
        [typeof(ushort)] = static () => new ScalarCodec<ushort>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadUInt16()),
        [typeof(int)] = static () => new ScalarCodec<int>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadInt32()),
        [typeof(uint)] = static () => new ScalarCodec<uint>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadUInt32()),
        [typeof(long)] = static () => new ScalarCodec<long>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadInt64()),
        [typeof(ulong)] = static () => new ScalarCodec<ulong>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadUInt64()),
        [typeof(Int128)] = static () => new ScalarCodec<Int128>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadInt128()),
        [typeof(UInt128)] = static () => new ScalarCodec<UInt128>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadUInt128()),
        [typeof(BigInteger)] = static () => new ScalarCodec<BigInteger>(
            StorageKind.Integer, static (ref w, v) => w.Write(v), static (ref r) => r.ReadBigInteger()),
        [typeof(Half)] = static () => new ScalarCodec<Half>(
            StorageKind.Half, static (ref w, v) => w.Write(v), static (ref r) => r.ReadHalf()),
        [typeof(float)] = static () => new ScalarCodec<float>(
            StorageKind.Single, static (ref w, v) => w.Write(v), static (ref r) => r.ReadSingle()),
        [typeof(double)] = static () => new ScalarCodec<double>(
            StorageKind.Double, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDouble()),
        [typeof(char)] = static () => new ScalarCodec<char>(
            StorageKind.Char, static (ref w, v) => w.Write(v), static (ref r) => r.ReadChar()),
        [typeof(string)] = static () => new ScalarCodec<string?>(
            StorageKind.String, static (ref w, v) => w.Write(v), static (ref r) => r.ReadString()),
        [typeof(byte[])] = static () => new ScalarCodec<byte[]?>(
            StorageKind.Bytes, static (ref w, v) => w.Write(v), static (ref r) => r.ReadBytes()),
        [typeof(decimal)] = static () => new ScalarCodec<decimal>(
            StorageKind.Decimal, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDecimal()),
        [typeof(Guid)] = static () => new ScalarCodec<Guid>(
            StorageKind.Guid, static (ref w, v) => w.Write(v), static (ref r) => r.ReadGuid()),
        [typeof(DateTime)] = static () => new ScalarCodec<DateTime>(
            StorageKind.DateTime, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDateTime()),
        [typeof(DateTimeOffset)] = static () => new ScalarCodec<DateTimeOffset>(
            StorageKind.DateTimeOffset, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDateTimeOffset()),
        [typeof(TimeSpan)] = static () => new ScalarCodec<TimeSpan>(
            StorageKind.TimeSpan, static (ref w, v) => w.Write(v), static (ref r) => r.ReadTimeSpan()),
        [typeof(DateOnly)] = static () => new ScalarCodec<DateOnly>(
            StorageKind.DateOnly, static (ref w, v) => w.Write(v), static (ref r) => r.ReadDateOnly()),
        [typeof(TimeOnly)] = static () => new ScalarCodec<TimeOnly>(
            StorageKind.TimeOnly, static (ref w, v) => w.Write(v), static (ref r) => r.ReadTimeOnly()),
    };
}
