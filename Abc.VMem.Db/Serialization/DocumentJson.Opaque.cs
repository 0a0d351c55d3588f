using System.Text.Json;

namespace Abc.VMem.Db.Serialization;

/// <content>Layouts that are not ours: any MessagePack, printed by its own codes.</content>
internal static partial class DocumentJson
{
    private static void WriteToken(ref DocumentReader reader, Utf8JsonWriter writer)
    {
        var code = reader.Peek();
        switch (code)
        {
            case TokenCode.Nil:
                reader.Advance();
                writer.WriteNullValue();
                break;
            case TokenCode.True or TokenCode.False:
                writer.WriteBooleanValue(reader.ReadBoolean());
                break;
            case 0xCA:
                WriteScalar(reader.ReadSingle(), writer);
                break;
            case 0xCB:
                WriteScalar(reader.ReadDouble(), writer);
                break;
            case >= 0xA0 and <= 0xBF or 0xD9 or 0xDA or 0xDB:
                writer.WriteStringValue(reader.ReadString());
                break;
            case 0xC4 or 0xC5 or 0xC6:
                writer.WriteBase64StringValue(reader.ReadBytes());
                break;
            case >= 0x90 and <= 0x9F or 0xDC or 0xDD:
                WriteArray(ref reader, writer);
                break;
            case >= 0x80 and <= 0x8F or 0xDE or 0xDF:
                WriteTokenMap(ref reader, writer);
                break;
            case 0xC7 or 0xC8 or 0xC9 or (>= 0xD4 and <= 0xD8):
                WriteExtension(reader.ReadRaw(), writer);
                break;
            case TokenCode.Absent:
                throw new CorruptDatabaseException("document", -1, "a value", "the mark of an absent one");
            default:
                WriteScalar(reader.ReadBigInteger(), writer);
                break;
        }
    }

    private static void WriteArray(ref DocumentReader reader, Utf8JsonWriter writer)
    {
        reader.Enter();
        writer.WriteStartArray();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            WriteToken(ref reader, writer);
        }

        writer.WriteEndArray();
        reader.Leave();
    }

    private static void WriteTokenMap(ref DocumentReader reader, Utf8JsonWriter writer)
    {
        reader.Enter();
        writer.WriteStartObject();
        for (var left = reader.ReadMapHeader(); left > 0; left--)
        {
            writer.WritePropertyName(ReadTokenKey(ref reader));
            WriteToken(ref reader, writer);
        }

        writer.WriteEndObject();
        reader.Leave();
    }

    private static string ReadTokenKey(ref DocumentReader reader)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteToken(ref reader, writer);
        }

        var json = System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
        return json.StartsWith('"') ? JsonSerializer.Deserialize<string>(json)! : json;
    }

    // Our own extensions as their values, others as type and bytes.
    private static void WriteExtension(ReadOnlySpan<byte> token, Utf8JsonWriter writer)
    {
        var reader = new DocumentReader(token);
        var (type, head) = token[0] switch
        {
            0xC7 => (token[2], 3),
            0xC8 => (token[3], 4),
            0xC9 => (token[5], 6),
            _ => (token[1], 2),
        };
        var kind = (type, token[0]) switch
        {
            (TokenCode.DecimalType, 0xD8) => StorageKind.Decimal,
            (TokenCode.GuidType, 0xD8) => StorageKind.Guid,
            (TokenCode.DateTimeType, 0xD7) => StorageKind.DateTime,
            (TokenCode.DateTimeOffsetType, 0xC7) => StorageKind.DateTimeOffset,
            (TokenCode.Int128Type, 0xD8) or (TokenCode.BigIntegerType, 0xC7 or 0xC8) => StorageKind.Integer,
            _ => StorageKind.Bytes,
        };
        if (kind != StorageKind.Bytes)
        {
            WriteScalar(ScalarValues.Read(ref reader, kind), writer);
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("ext", (sbyte)type);
        writer.WriteBase64String("data", token[head..]);
        writer.WriteEndObject();
    }
}
