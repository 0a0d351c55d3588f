namespace Abc.VMem.Db.Serialization;

/// <summary>Turns tokens of one field into parts of keys, without boxing. Immutable, thread-safe.</summary>
internal abstract class TokenKeyEncoder
{
    /// <summary>The encoder of what <see cref="FieldReader.ReadEach"/> gives.</summary>
    /// <param name="field">The field.</param>
    /// <param name="key">Encoding of its values; its type may be wider than the member's.</param>
    /// <exception cref="ArgumentException">The field is stored in another way than the encoding's type.</exception>
    public static TokenKeyEncoder Create(FieldReader field, KeyCodec key)
    {
        var codec = CodecRegistry.Get(key.ValueType);
        if (codec.Kind != field.EachCodec.Kind)
        {
            throw new ArgumentException(
                $"The keys of {field.Path} are {key.Name}, its values {CodecRegistry.NameOf(field.EachType)}.",
                nameof(key));
        }

        if (codec.Kind == StorageKind.String)
        {
            return new TextKeyEncoder(field, (KeyCodec<string?>)key);
        }

        var encoder = typeof(TokenKeyEncoder<>).MakeGenericType(key.ValueType);
        return (TokenKeyEncoder)Activator.CreateInstance(encoder, field, key, codec)!;
    }

    /// <summary>Appends the key part of a token.</summary>
    /// <exception cref="DocumentException">The encoding's type can't hold the value.</exception>
    /// <exception cref="CorruptDatabaseException">The token is of another kind.</exception>
    public abstract void Append(ReadOnlySpan<byte> token, KeyBuffer buffer);
}

/// <summary>Tokens of any type: read, then encoded.</summary>
internal sealed class TokenKeyEncoder<T>(FieldReader field, KeyCodec<T> key, ValueCodec<T> codec) : TokenKeyEncoder
{
    private readonly string _name = field.Path.ToString();

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> token, KeyBuffer buffer) =>
        key.Encode(TokenDecoder.Decode(token, codec, field.EachBinding, _name), buffer);
}

/// <summary>
/// Texts: where the encoding is that of an index part, the bytes are rewritten without making a string.
/// </summary>
internal sealed class TextKeyEncoder(FieldReader field, KeyCodec<string?> key) : TokenKeyEncoder
{
    private readonly string _name = field.Path.ToString();
    private readonly bool _isDescending = ReferenceEquals(key, KeyCodecs.IndexPart(typeof(string), descending: true));
    private readonly bool _isPart = ReferenceEquals(key, KeyCodecs.IndexPart(typeof(string)));

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> token, KeyBuffer buffer)
    {
        if ((_isPart || _isDescending) && TokenDecoder.TryReadUtf8(token, out var utf8))
        {
            KeyCodecs.EncodeUtf8Part(utf8, buffer, _isDescending);
        }
        else
        {
            key.Encode(TokenDecoder.Decode(token, CodecRegistry.Get<string?>(), null, _name), buffer);
        }
    }
}
