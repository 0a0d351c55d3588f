namespace Abc.VMem.Db.Serialization;

/// <summary>Scalars by storage kind instead of type: for conversions and for tools without the classes.</summary>
internal static class ScalarValues
{
    /// <summary>Reads a scalar that is not null; an integer of any width as BigInteger.</summary>
    public static object Read(ref DocumentReader reader, StorageKind kind) => kind switch
    {
        StorageKind.Bool => reader.ReadBoolean(),
        StorageKind.Integer => reader.ReadBigInteger(),
        StorageKind.Single => reader.ReadSingle(),
        StorageKind.Double => reader.ReadDouble(),
        StorageKind.Half => reader.ReadHalf(),
        StorageKind.Char => reader.ReadChar(),
        StorageKind.String => reader.ReadString() ?? "",
        StorageKind.Bytes => reader.ReadBytes() ?? [],
        StorageKind.Decimal => reader.ReadDecimal(),
        StorageKind.Guid => reader.ReadGuid(),
        StorageKind.DateTime => reader.ReadDateTime(),
        StorageKind.DateTimeOffset => reader.ReadDateTimeOffset(),
        StorageKind.TimeSpan => reader.ReadTimeSpan(),
        StorageKind.DateOnly => reader.ReadDateOnly(),
        StorageKind.TimeOnly => reader.ReadTimeOnly(),
        _ => throw new CorruptDatabaseException("document", -1, "a scalar", $"{kind}"),
    };

    /// <summary>Writes a scalar as <see cref="Read"/> returns it.</summary>
    public static void Write(ref DocumentWriter writer, object value) =>
        CodecRegistry.Get(value.GetType()).WriteObject(ref writer, value, null);
}
