using System.Buffers;
using System.Text;

namespace Abc.VMem.Db.Serialization;

/// <content>The stored form: [version, [table…]], a table is [[name, shape, default]…].</content>
internal sealed partial class DocumentSchema
{
    private const int Version = 1;

    /// <summary>Encodes the schema for the catalog (MessagePack).</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new DocumentWriter(buffer);
        writer.WriteArrayHeader(2);
        writer.Write(Version);
        writer.WriteArrayHeader(Tables.Count);
        foreach (var table in Tables)
        {
            writer.WriteArrayHeader(table.Fields.Count);
            foreach (var field in table.Fields)
            {
                writer.WriteArrayHeader(3);
                writer.Write(field.Name);
                WriteShape(ref writer, field.Shape);
                writer.Write(field.Default.ToArray());
            }
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Decodes a stored schema; every length is bounded.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no schema.</exception>
    public static DocumentSchema FromBytes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Read(bytes);
        }
        catch (DocumentFault fault)
        {
            throw Corrupt("a schema", fault.Message);
        }
    }

    private static DocumentSchema Read(ReadOnlySpan<byte> bytes)
    {
        DocumentArray.CheckWhole(bytes);
        var reader = new DocumentReader(bytes);
        ReadCount(ref reader, 2, 2);
        if (reader.ReadInt64() is var version && version != Version)
        {
            throw Corrupt("schema version 1", FormattableString.Invariant($"{version}"));
        }

        var tables = new FieldTable[ReadCount(ref reader, 0, MaxTables)];
        for (var i = 0; i < tables.Length; i++)
        {
            var fields = new FieldEntry[ReadCount(ref reader, 0, MaxTables)];
            for (var ordinal = 0; ordinal < fields.Length; ordinal++)
            {
                fields[ordinal] = ReadField(ref reader, tables.Length);
            }

            tables[i] = new FieldTable(fields);
        }

        return tables.Length == 0 ? Empty : new DocumentSchema(tables);
    }

    private static FieldEntry ReadField(ref DocumentReader reader, int tableCount)
    {
        ReadCount(ref reader, 3, 3);
        var name = ReadName(ref reader);
        var shape = ReadShape(ref reader, tableCount, 0);
        var value = reader.ReadBytes() ?? [];
        DocumentArray.CheckWhole(value);
        return new FieldEntry(name, shape, value);
    }

    private static void WriteShape(ref DocumentWriter writer, StorageShape shape)
    {
        switch (shape.Kind)
        {
            case StorageKind.Document:
                WriteHead(ref writer, shape.Kind, 2);
                writer.Write(shape.Table);
                break;
            case StorageKind.List:
                WriteHead(ref writer, shape.Kind, 2);
                WriteShape(ref writer, shape.Element!);
                break;
            case StorageKind.Map:
                WriteHead(ref writer, shape.Kind, 3);
                WriteShape(ref writer, shape.Key!);
                WriteShape(ref writer, shape.Element!);
                break;
            case StorageKind.Opaque:
                WriteHead(ref writer, shape.Kind, 2);
                writer.Write(shape.Label);
                break;
            default:
                writer.Write((byte)shape.Kind);
                break;
        }
    }

    private static void WriteHead(ref DocumentWriter writer, StorageKind kind, int count)
    {
        writer.WriteArrayHeader(count);
        writer.Write((byte)kind);
    }

    // A number alone, or an array of a number and what is inside.
    private static StorageShape ReadShape(ref DocumentReader reader, int tableCount, int depth)
    {
        if (reader.Peek() <= 0x7F)
        {
            var scalar = (StorageKind)reader.ReadByte();
            return scalar is >= StorageKind.Bool and <= StorageKind.TimeOnly
                ? StorageShape.Scalar(scalar)
                : throw Corrupt("a storage kind", $"{scalar}");
        }

        if (depth >= StorageShape.MaxDepth)
        {
            throw Corrupt("a storage kind nested at most 32 levels", "more");
        }

        var count = ReadCount(ref reader, 2, 3);
        var kind = (StorageKind)reader.ReadByte();
        if (count != (kind == StorageKind.Map ? 3 : 2))
        {
            throw Corrupt("the parts of a storage kind", FormattableString.Invariant($"{count}"));
        }

        return kind switch
        {
            StorageKind.Document => StorageShape.Document(ReadTable(ref reader, tableCount)),
            StorageKind.List => StorageShape.List(ReadShape(ref reader, tableCount, depth + 1)),
            StorageKind.Map => StorageShape.Map(
                ReadShape(ref reader, tableCount, depth + 1), ReadShape(ref reader, tableCount, depth + 1)),
            StorageKind.Opaque => StorageShape.Opaque(ReadName(ref reader)),
            _ => throw Corrupt("a storage kind", $"{kind}"),
        };
    }

    private static int ReadTable(ref DocumentReader reader, int tableCount)
    {
        var table = reader.ReadInt64();
        return table >= 0 && table < tableCount
            ? (int)table
            : throw Corrupt("the number of a field table", FormattableString.Invariant($"{table}"));
    }

    private static string ReadName(ref DocumentReader reader)
    {
        var name = reader.ReadString();
        return name is not null && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes
            ? name
            : throw Corrupt("a name", "null or a long text");
    }

    private static int ReadCount(ref DocumentReader reader, int min, int max)
    {
        var count = reader.ReadArrayHeader();
        return count >= min && count <= max
            ? count
            : throw Corrupt(
                FormattableString.Invariant($"{min} to {max} elements"), FormattableString.Invariant($"{count}"));
    }

    private static CorruptDatabaseException Corrupt(string expected, string found) =>
        new("document schema", -1, expected, found);
}
