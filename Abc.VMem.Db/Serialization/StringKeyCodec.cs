namespace Abc.VMem.Db.Serialization;

/// <summary>string: <see cref="KeyText"/>, then the end mark. No null.</summary>
internal sealed class StringKeyCodec : KeyCodec<string>
{
    /// <inheritdoc/>
    public override string Name => "string";

    /// <inheritdoc/>
    public override bool IsExact => true;

    /// <inheritdoc/>
    public override int TryMeasure(ReadOnlySpan<byte> source) => KeyEscape.TryMeasure(source);

    /// <inheritdoc/>
    public override void Encode(string value, KeyBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(value);
        KeyText.Encode(value, buffer, buffer.AllowsLoneSurrogates);
        buffer.Append(KeyEscape.End);
    }

    /// <inheritdoc/>
    public override string Decode(ReadOnlySpan<byte> source, out int consumed)
    {
        consumed = Measure(source);
        return KeyText.Decode(source[..(consumed - 1)]);
    }
}

/// <summary>byte[]: its bytes with <see cref="KeyEscape"/>, then the end mark. No null.</summary>
internal sealed class BytesKeyCodec : KeyCodec<byte[]>
{
    /// <inheritdoc/>
    public override string Name => "bytes";

    /// <inheritdoc/>
    public override bool IsExact => true;

    /// <inheritdoc/>
    public override int TryMeasure(ReadOnlySpan<byte> source) => KeyEscape.TryMeasure(source);

    /// <inheritdoc/>
    public override void Encode(byte[] value, KeyBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(value);
        KeyEscape.Encode(value, buffer);
        buffer.Append(KeyEscape.End);
    }

    /// <inheritdoc/>
    public override byte[] Decode(ReadOnlySpan<byte> source, out int consumed)
    {
        consumed = Measure(source);
        return KeyEscape.Decode(source[..(consumed - 1)]);
    }
}
