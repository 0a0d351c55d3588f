namespace Abc.VMem.Db.Serialization;

/// <summary>The byte in front of a value that may be null: null comes first.</summary>
internal static class NullMarker
{
    /// <summary>The value is null, and nothing follows.</summary>
    public const byte Null = 0;

    /// <summary>The value follows.</summary>
    public const byte Present = 1;

    /// <summary>Length of a marker and what follows, or -1 when the source ends before.</summary>
    public static int TryMeasure(KeyCodec inner, ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty || source[0] == Null)
        {
            return source.IsEmpty ? -1 : 1;
        }

        var length = inner.TryMeasure(source[1..]);
        return length < 0 ? -1 : length + 1;
    }

    /// <summary>Whether the source starts with a null.</summary>
    public static bool ReadIsNull(KeyCodec codec, ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
        {
            KeyDamage.ThrowIncomplete(codec.Name, 0);
        }

        if (source[0] > Present)
        {
            KeyDamage.Throw(codec.Name, FormattableString.Invariant($"null marker {source[0]:X2}"));
        }

        return source[0] == Null;
    }
}

/// <summary>A nullable type as a primary key: encoded as its value type, null refused.</summary>
internal sealed class NullableKeyCodec<T>(KeyCodec<T> inner) : KeyCodec<T?>
    where T : struct
{
    /// <inheritdoc/>
    public override string Name => inner.Name;

    /// <inheritdoc/>
    public override bool IsExact => inner.IsExact;

    /// <inheritdoc/>
    public override int TryMeasure(ReadOnlySpan<byte> source) => inner.TryMeasure(source);

    /// <inheritdoc/>
    public override void Encode(T? value, KeyBuffer buffer) =>
        inner.Encode(value ?? throw new ArgumentNullException(nameof(value)), buffer);

    /// <inheritdoc/>
    public override void EncodeObject(object? value, KeyBuffer buffer) => inner.EncodeObject(value, buffer);

    /// <inheritdoc/>
    public override T? Decode(ReadOnlySpan<byte> source, out int consumed) => inner.Decode(source, out consumed);
}

/// <summary>A value type behind a null marker.</summary>
internal sealed class MarkedValueKeyCodec<T>(KeyCodec<T> inner) : KeyCodec<T?>
    where T : struct
{
    /// <inheritdoc/>
    public override string Name { get; } = inner.Name + "?";

    /// <inheritdoc/>
    public override bool IsExact => inner.IsExact;

    /// <inheritdoc/>
    public override int TryMeasure(ReadOnlySpan<byte> source) => NullMarker.TryMeasure(inner, source);

    /// <inheritdoc/>
    public override void Encode(T? value, KeyBuffer buffer)
    {
        buffer.Append(value.HasValue ? NullMarker.Present : NullMarker.Null);
        if (value.HasValue)
        {
            inner.Encode(value.GetValueOrDefault(), buffer);
        }
    }

    /// <inheritdoc/>
    public override void EncodeObject(object? value, KeyBuffer buffer)
    {
        buffer.Append(value is null ? NullMarker.Null : NullMarker.Present);
        if (value is not null)
        {
            inner.EncodeObject(value, buffer);
        }
    }

    /// <inheritdoc/>
    public override T? Decode(ReadOnlySpan<byte> source, out int consumed)
    {
        if (NullMarker.ReadIsNull(this, source))
        {
            consumed = 1;
            return null;
        }

        var value = inner.Decode(source[1..], out consumed);
        consumed++;
        return value;
    }
}

/// <summary>A reference type behind a null marker.</summary>
internal sealed class MarkedReferenceKeyCodec<T>(KeyCodec<T> inner) : KeyCodec<T?>
    where T : class
{
    /// <inheritdoc/>
    public override string Name { get; } = inner.Name + "?";

    /// <inheritdoc/>
    public override bool IsExact => inner.IsExact;

    /// <inheritdoc/>
    public override int TryMeasure(ReadOnlySpan<byte> source) => NullMarker.TryMeasure(inner, source);

    /// <inheritdoc/>
    public override void Encode(T? value, KeyBuffer buffer)
    {
        buffer.Append(value is null ? NullMarker.Null : NullMarker.Present);
        if (value is not null)
        {
            inner.Encode(value, buffer);
        }
    }

    /// <inheritdoc/>
    public override T? Decode(ReadOnlySpan<byte> source, out int consumed)
    {
        if (NullMarker.ReadIsNull(this, source))
        {
            consumed = 1;
            return null;
        }

        var value = inner.Decode(source[1..], out consumed);
        consumed++;
        return value;
    }
}
