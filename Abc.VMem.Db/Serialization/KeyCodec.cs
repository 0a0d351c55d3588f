namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Order-preserving, self-delimiting encoding of one key type: memcmp of two encodings is the order of the values, and an
/// encoding followed by anything can be decoded without knowing where it ends. Instances are stateless and thread-safe.
/// </summary>
internal abstract class KeyCodec
{
    /// <summary>The type of the values.</summary>
    public abstract Type ValueType { get; }

    /// <summary>Name of the encoding, stored in the catalog and checked at open, such as "int64", "string", "tuple(string,date)".</summary>
    public abstract string Name { get; }

    /// <summary>Whether decoding gives back exactly the value that was encoded (decimal scale, DateTime kind, case…).</summary>
    public abstract bool IsExact { get; }

    /// <summary>Appends a boxed value; null only where the type allows it.</summary>
    public abstract void EncodeObject(object? value, KeyBuffer buffer);

    /// <summary>Decodes to a boxed value; consumed is the encoding's length.</summary>
    public abstract object? DecodeObject(ReadOnlySpan<byte> source, out int consumed);

    /// <summary>Length of the encoding at the start of source, without decoding it.</summary>
    /// <exception cref="CorruptDatabaseException">There is none.</exception>
    public abstract int Measure(ReadOnlySpan<byte> source);
}

/// <summary>The typed form of a key encoding.</summary>
internal abstract class KeyCodec<T> : KeyCodec
{
    /// <inheritdoc/>
    public sealed override Type ValueType => typeof(T);

    /// <summary>Appends a value, without boxing.</summary>
    public abstract void Encode(T value, KeyBuffer buffer);

    /// <summary>Decodes a value; consumed is the encoding's length.</summary>
    public abstract T Decode(ReadOnlySpan<byte> source, out int consumed);
}
