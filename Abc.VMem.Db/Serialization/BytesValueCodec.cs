using System.Buffers;
using System.Text;

namespace Abc.VMem.Db.Serialization;

/// <summary>Byte arrays, as they are.</summary>
internal sealed class BytesValueCodec : IMapValueCodec<byte[]>
{
    /// <inheritdoc/>
    public void Encode(byte[] value, IBufferWriter<byte> destination) => destination.Write(value);

    /// <inheritdoc/>
    public byte[] Decode(ReadOnlyMemory<byte> source) => source.ToArray();
}

/// <summary>Strings as UTF-8; what UTF-8 can't hold is refused, never replaced.</summary>
internal sealed class TextValueCodec : IMapValueCodec<string>
{
    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public void Encode(string value, IBufferWriter<byte> destination)
    {
        try
        {
            Strict.GetBytes(value, destination);
        }
        catch (EncoderFallbackException exception)
        {
            throw new DocumentException("value", "The string has a lone surrogate, which can't be stored.", exception);
        }
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlyMemory<byte> source)
    {
        try
        {
            return Strict.GetString(source.Span);
        }
        catch (DecoderFallbackException exception)
        {
            throw new DocumentException("value", "The stored value is no UTF-8 text.", exception);
        }
    }
}
