using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Collections;

/// <summary>How a program's code reads and sets the key of its documents. Immutable, thread-safe.</summary>
internal abstract class KeyAccess<T>
{
    /// <summary>The member that holds the key; null when the key is computed.</summary>
    public abstract FieldPath? Path { get; }

    /// <summary>Type of the keys.</summary>
    public abstract Type KeyType { get; }

    /// <summary>Encoding of the keys.</summary>
    public abstract KeyCodec Codec { get; }

    /// <summary>What a default key means.</summary>
    public abstract KeyAssignment Assignment { get; }

    /// <summary>Whether the document's key is the default of its type.</summary>
    public abstract bool IsDefault(T document);

    /// <summary>Appends the encoding of the document's key.</summary>
    /// <exception cref="ArgumentException">The key is null, or has no encoding.</exception>
    public abstract void Encode(T document, KeyBuffer buffer);

    /// <summary>Sets the document's key to a number.</summary>
    /// <exception cref="LimitExceededException">The key's type can't hold it.</exception>
    public abstract void AssignNumber(ref T document, long number);

    /// <summary>Sets the document's key to a new Guid.</summary>
    public abstract void AssignGuid(ref T document);

    /// <summary>Sets the document's key back to the default of its type.</summary>
    public abstract void Reset(ref T document);

    /// <summary>
    /// Whether the keys are int or long by their encoding, in a member: they raise the high-water mark of assigned
    /// keys, even where this class can't assign any (another one may).
    /// </summary>
    public abstract bool HasNumbers { get; }

    /// <summary>The document's key as a number; only with <see cref="HasNumbers"/>.</summary>
    public abstract long NumberOf(T document);

    /// <summary>
    /// Appends the encoding of an integer of another width; false when it does not widen to the key's type.
    /// </summary>
    public abstract bool TryEncodeInteger(TypeCode from, long value, KeyBuffer buffer);
}
