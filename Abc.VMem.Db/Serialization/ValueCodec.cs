namespace Abc.VMem.Db.Serialization;

/// <summary>Reads and writes values of one type inside documents. One instance per type, thread-safe.</summary>
internal abstract class ValueCodec
{
    /// <summary>The type of the values.</summary>
    public abstract Type ValueType { get; }

    /// <summary>How the values are stored.</summary>
    public abstract StorageKind Kind { get; }

    /// <summary>Codec of a list's elements or a map's values.</summary>
    public virtual ValueCodec? Element => null;

    /// <summary>Codec of a map's keys.</summary>
    public virtual ValueCodec? Key => null;

    /// <summary>Members of a plain object.</summary>
    public virtual ObjectPlan? Plan => null;

    /// <summary>Name of an opaque layout.</summary>
    public virtual string? Label => null;

    /// <summary>Why values of the type can't be stored; null when they can.</summary>
    public virtual string? Refusal => null;

    /// <summary>Writes a boxed value.</summary>
    public abstract void WriteObject(ref DocumentWriter writer, object? value, Binding? binding);

    /// <summary>Reads a boxed value.</summary>
    public abstract object? ReadObject(ref DocumentReader reader, Binding? binding);
}

/// <summary>The typed form of a codec.</summary>
internal abstract class ValueCodec<T> : ValueCodec
{
    /// <inheritdoc/>
    public sealed override Type ValueType => typeof(T);

    /// <summary>Writes a value.</summary>
    /// <exception cref="DocumentFault">It can't be stored.</exception>
    public abstract void Write(ref DocumentWriter writer, T value, Binding? binding);

    /// <summary>Reads a value.</summary>
    /// <exception cref="DocumentFault">The type can't hold what is stored.</exception>
    /// <exception cref="CorruptDatabaseException">The bytes are no such value.</exception>
    public abstract T Read(ref DocumentReader reader, Binding? binding);

    /// <inheritdoc/>
    public sealed override void WriteObject(ref DocumentWriter writer, object? value, Binding? binding) =>
        Write(ref writer, (T)value!, binding);

    /// <inheritdoc/>
    public sealed override object? ReadObject(ref DocumentReader reader, Binding? binding) => Read(ref reader, binding);
}
