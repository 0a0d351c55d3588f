using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Prints documents as JSON with nothing but the schema: for tools without the application's classes. A member that a
/// document has no value for is printed as what it is read as. Stateless.
/// </summary>
internal static partial class DocumentJson
{
    /// <summary>Prints a document into a buffer writer.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no document of the schema.</exception>
    public static void Write(ReadOnlySpan<byte> document, DocumentSchema schema, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        Write(document, schema, writer);
    }

    /// <summary>Prints a document as the writer's next value.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no document of the schema.</exception>
    public static void Write(ReadOnlySpan<byte> document, DocumentSchema schema, Utf8JsonWriter writer)
    {
        DocumentArray.CheckWhole(document);
        var reader = new DocumentReader(document);
        try
        {
            if (schema.Tables.Count == 0)
            {
                WriteToken(ref reader, writer);
            }
            else
            {
                WriteDocument(ref reader, schema, schema.Tables[0], writer);
            }
        }
        catch (DocumentFault fault)
        {
            throw new CorruptDatabaseException("document", -1, "values of the stored kinds", fault.Message);
        }
    }

    private static void WriteDocument(
        ref DocumentReader reader, DocumentSchema schema, FieldTable table, Utf8JsonWriter writer)
    {
        reader.Enter();
        var count = reader.ReadArrayHeader();
        if (count > table.Fields.Count)
        {
            throw new CorruptDatabaseException("document", -1, "at most as many values as its field table has", "more");
        }

        var start = reader.Pos;
        writer.WriteStartObject();
        for (var ordinal = 0; ordinal < table.Fields.Count; ordinal++)
        {
            var field = table.Fields[ordinal];
            if (ordinal < count && reader.Peek() != TokenCode.Absent)
            {
                writer.WritePropertyName(field.Name);
                WriteValue(ref reader, schema, field.Shape, writer);
                continue;
            }

            if (ordinal < count)
            {
                reader.Advance();
            }

            if (table.Find(field.Name) == ordinal && !HasOther(ref reader, start, count, table, field.Name))
            {
                reader.ChargeAbsent(table.DefaultCosts[ordinal]);
                writer.WritePropertyName(field.Name);
                var value = new DocumentReader(field.Default.Span, reader.Depth);
                WriteValue(ref value, schema, field.Shape, writer);
            }
        }

        writer.WriteEndObject();
        reader.Leave();
    }

    // Whether the member has a value under a storage kind that it had before.
    private static bool HasOther(ref DocumentReader reader, int start, int count, FieldTable table, string name)
    {
        for (var ordinal = 0; ordinal < count; ordinal++)
        {
            if (table.Fields[ordinal].Name != name)
            {
                continue;
            }

            var token = DocumentArray.ElementAt(reader.From(start), ordinal, out var scanned);
            reader.ChargeAbsent(scanned);
            if (token[0] != TokenCode.Absent)
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteValue(
        ref DocumentReader reader, DocumentSchema schema, StorageShape shape, Utf8JsonWriter writer)
    {
        if (reader.TryReadNil())
        {
            writer.WriteNullValue();
            return;
        }

        switch (shape.Kind)
        {
            case StorageKind.Document:
                WriteDocument(ref reader, schema, schema.Tables[shape.Table], writer);
                break;
            case StorageKind.List:
                WriteList(ref reader, schema, shape, writer);
                break;
            case StorageKind.Map:
                WriteMap(ref reader, schema, shape, writer);
                break;
            case StorageKind.Opaque:
                WriteToken(ref reader, writer);
                break;
            default:
                WriteScalar(ScalarValues.Read(ref reader, shape.Kind), writer);
                break;
        }
    }

    private static void WriteList(
        ref DocumentReader reader, DocumentSchema schema, StorageShape shape, Utf8JsonWriter writer)
    {
        reader.Enter();
        writer.WriteStartArray();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            WriteValue(ref reader, schema, shape.Element!, writer);
        }

        writer.WriteEndArray();
        reader.Leave();
    }

    // Keys that are scalars become names; others are printed as JSON themselves.
    private static void WriteMap(
        ref DocumentReader reader, DocumentSchema schema, StorageShape shape, Utf8JsonWriter writer)
    {
        reader.Enter();
        writer.WriteStartObject();
        for (var left = reader.ReadMapHeader(); left > 0; left--)
        {
            writer.WritePropertyName(ReadKey(ref reader, schema, shape.Key!));
            WriteValue(ref reader, schema, shape.Element!, writer);
        }

        writer.WriteEndObject();
        reader.Leave();
    }

    private static string ReadKey(ref DocumentReader reader, DocumentSchema schema, StorageShape shape)
    {
        if (!shape.IsComposite && shape.Kind is not (StorageKind.Bytes or StorageKind.Char)
            && reader.Peek() != TokenCode.Nil)
        {
            return ScalarConversions.ToText(ScalarValues.Read(ref reader, shape.Kind))!;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteValue(ref reader, schema, shape, writer);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteScalar(object value, Utf8JsonWriter writer)
    {
        switch (value)
        {
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case BigInteger number:
                writer.WriteRawValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case Half number when Half.IsFinite(number):
                writer.WriteNumberValue((float)number);
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case char half when char.IsSurrogate(half):
                writer.WriteRawValue(FormattableString.Invariant($"\"\\u{(int)half:X4}\""));
                break;
            default:
                writer.WriteStringValue(ScalarConversions.ToText(value));
                break;
        }
    }
}
