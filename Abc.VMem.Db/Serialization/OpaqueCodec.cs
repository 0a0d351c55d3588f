using MessagePack;
using MessagePack.Formatters;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// A type whose layout belongs to the MessagePack library or to a formatter of the application: [Union], integer
/// [Key]s, [MessagePackFormatter], Uri, BigInteger… Stored as the one token that it writes.
/// </summary>
internal sealed class OpaqueCodec<T>(IMessagePackFormatter<T>? formatter = null) : ValueCodec<T>
{
    /// <inheritdoc/>
    public override StorageKind Kind => StorageKind.Opaque;

    /// <inheritdoc/>
    public override string Label => CodecRegistry.LabelOf(typeof(T), formatter?.GetType());

    /// <inheritdoc/>
    public override void Write(ref DocumentWriter writer, T value, Binding? binding)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        try
        {
            var target = new MessagePackWriter(buffer);
            Formatter().Serialize(ref target, value, OpaqueResolver.Options);
            target.Flush();
        }
        catch (Exception error) when (error is not DocumentFault and not VMemDbException)
        {
            throw new DocumentFault($"its formatter failed: {error.Message}", error);
        }

        var token = buffer.WrittenSpan;
        if (!MessagePackSkipper.TrySkip(token, out var size) || size != token.Length || token[0] == TokenCode.Absent)
        {
            throw new DocumentFault("its formatter didn't write exactly one MessagePack token.");
        }

        writer.WriteRaw(token);
    }

    /// <inheritdoc/>
    public override T Read(ref DocumentReader reader, Binding? binding)
    {
        var depth = reader.Depth;
        var token = reader.ReadRaw().ToArray();
        try
        {
            var source = new MessagePackReader(token) { Depth = depth };
            return Formatter().Deserialize(ref source, OpaqueResolver.Options);
        }
        catch (Exception error) when (error is not DocumentFault and not VMemDbException)
        {
            throw new DocumentFault($"its formatter can't read what is stored: {error.Message}", error);
        }
    }

    private IMessagePackFormatter<T> Formatter() =>
        formatter ?? OpaqueResolver.Instance.GetFormatterWithVerify<T>();
}
