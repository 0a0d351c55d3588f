using System.Buffers;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Turns a value that was stored under another storage kind into the kind of the member's type, where that loses
/// nothing.
/// </summary>
internal static class TokenConverter
{
    /// <summary>The value as a token of the target's kind.</summary>
    /// <exception cref="DocumentFault">The conversion would lose something, or there is none.</exception>
    public static byte[] Convert(StorageShape source, ReadOnlySpan<byte> token, ValueCodec target)
    {
        var buffer = new ArrayBufferWriter<byte>(token.Length + 16);
        var writer = new DocumentWriter(buffer);
        Convert(ref writer, source, token, target);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Convert(
        ref DocumentWriter writer, StorageShape source, ReadOnlySpan<byte> token, ValueCodec target)
    {
        if (token[0] == TokenCode.Nil)
        {
            writer.WriteNil();
        }
        else if (source is { Kind: StorageKind.List or StorageKind.Map } && source.Kind == target.Kind)
        {
            ConvertInside(ref writer, source, token, target);
        }
        else if (target.Kind == StorageKind.List && source.Kind is not (StorageKind.Bytes or StorageKind.Map))
        {
            writer.WriteArrayHeader(1);
            Convert(ref writer, source, token, target.Element!);
        }
        else if (source.Kind == target.Kind && source.Kind != StorageKind.Document)
        {
            writer.WriteRaw(token);
        }
        else if (source.IsComposite || target.Kind >= StorageKind.Document)
        {
            throw Refuse(source, target);
        }
        else
        {
            ConvertScalar(ref writer, source, token, target);
        }
    }

    private static void ConvertInside(
        ref DocumentWriter writer, StorageShape source, ReadOnlySpan<byte> token, ValueCodec target)
    {
        var reader = new DocumentReader(token);
        if (source.Kind == StorageKind.List)
        {
            var count = reader.ReadArrayHeader();
            writer.WriteArrayHeader(count);
            for (; count > 0; count--)
            {
                Convert(ref writer, source.Element!, reader.ReadRaw(), target.Element!);
            }
        }
        else
        {
            var count = reader.ReadMapHeader();
            writer.WriteMapHeader(count);
            for (; count > 0; count--)
            {
                Convert(ref writer, source.Key!, reader.ReadRaw(), target.Key!);
                Convert(ref writer, source.Element!, reader.ReadRaw(), target.Element!);
            }
        }
    }

    private static void ConvertScalar(
        ref DocumentWriter writer, StorageShape source, ReadOnlySpan<byte> token, ValueCodec target)
    {
        var reader = new DocumentReader(token);
        var value = ScalarValues.Read(ref reader, source.Kind);
        var type = Nullable.GetUnderlyingType(target.ValueType) ?? target.ValueType;
        var converted = ScalarConversions.TryConvert(value, target.Kind, type)
            ?? throw new DocumentFault(
                $"the stored {source} {ScalarConversions.ToText(value) ?? "value"} can't be read as "
                + $"{CodecRegistry.NameOf(type)} without loss. Declare the member as it was, or give it a new name.");
        ScalarValues.Write(ref writer, converted);
    }

    private static DocumentFault Refuse(StorageShape source, ValueCodec target) => new(
        $"a {source} is stored and can't be read as {CodecRegistry.NameOf(target.ValueType)}. Declare the member as it "
        + "was, or give it a new name.");
}
