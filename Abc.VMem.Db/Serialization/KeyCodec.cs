namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Order-preserving, self-delimiting encoding of one key type: memcmp of two encodings is the order of the values,
/// and an encoding followed by anything can be decoded without knowing where it ends. Each value has one encoding;
/// decoding refuses all other bytes. Instances are stateless and thread-safe.
/// </summary>
internal abstract class KeyCodec
{
    /// <summary>The type of the values; of an index part over a value type, its Nullable.</summary>
    public abstract Type ValueType { get; }

    /// <summary>
    /// Name of the encoding, stored in the catalog and checked at open, such as "int64", "string",
    /// "tuple(string?,date)".
    /// </summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether decoding gives back exactly the value that was encoded; not so for decimal (scale), DateTime (kind),
    /// DateTimeOffset (offset), and the floating types (-0.0 and the payload of NaN).
    /// </summary>
    public abstract bool IsExact { get; }

    /// <summary>Appends a boxed value; null only where the type allows it.</summary>
    /// <remarks>When it throws, part of the encoding may stand in the buffer.</remarks>
    /// <exception cref="ArgumentException">The value is of another type, or has no encoding.</exception>
    public abstract void EncodeObject(object? value, KeyBuffer buffer);

    /// <summary>Decodes to a boxed value; consumed is the encoding's length.</summary>
    /// <exception cref="CorruptDatabaseException">The source does not start with an encoding.</exception>
    public abstract object? DecodeObject(ReadOnlySpan<byte> source, out int consumed);

    /// <summary>Length of the encoding at the start of source, or -1 when the source ends before it does.</summary>
    public abstract int TryMeasure(ReadOnlySpan<byte> source);

    /// <summary>Length of the encoding at the start of source, without decoding it.</summary>
    /// <exception cref="CorruptDatabaseException">There is none.</exception>
    public int Measure(ReadOnlySpan<byte> source)
    {
        var length = TryMeasure(source);
        if (length < 0)
        {
            KeyDamage.ThrowIncomplete(Name, source.Length);
        }

        return length;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The typed form of a key encoding.</summary>
internal abstract class KeyCodec<T> : KeyCodec
{
    /// <inheritdoc/>
    public sealed override Type ValueType => typeof(T);

    /// <summary>Appends a value, without boxing.</summary>
    /// <remarks>When it throws, part of the encoding may stand in the buffer.</remarks>
    /// <exception cref="ArgumentException">The value has no encoding (null where none is allowed, a lone
    /// surrogate).</exception>
    public abstract void Encode(T value, KeyBuffer buffer);

    /// <summary>Decodes a value; consumed is the encoding's length.</summary>
    /// <exception cref="CorruptDatabaseException">The source does not start with an encoding.</exception>
    public abstract T Decode(ReadOnlySpan<byte> source, out int consumed);

    /// <inheritdoc/>
    public override void EncodeObject(object? value, KeyBuffer buffer)
    {
        if (value is T typed)
        {
            Encode(typed, buffer);
        }
        else if (value is null)
        {
            // A type that can hold null passes it on: the encoding decides whether it allows it.
            Encode(default(T) is null ? default! : throw new ArgumentNullException(nameof(value)), buffer);
        }
        else
        {
            throw new ArgumentException(
                $"A key of type {typeof(T)} is needed here, not {value.GetType()}.", nameof(value));
        }
    }

    /// <inheritdoc/>
    public sealed override object? DecodeObject(ReadOnlySpan<byte> source, out int consumed) =>
        Decode(source, out consumed);
}
