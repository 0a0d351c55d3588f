namespace Abc.VMem.Db.Serialization;

/// <summary>Finds the encoding of a type.</summary>
internal static class KeyCodecs
{
    /// <summary>The encoding of a type as a primary key: no null at the top level.</summary>
    /// <exception cref="NotSupportedException">The type can't be a key; the message names it and lists what can.</exception>
    public static KeyCodec<T> Primary<T>() => throw new NotImplementedException();

    /// <summary>The same, by type.</summary>
    public static KeyCodec Primary(Type type) => throw new NotImplementedException();

    /// <summary>
    /// The encoding of a type as a part of an index entry: always with a null marker (null first), also for types that
    /// can't be null, because a path to them may meet a null on its way. Nullable&lt;T&gt; and T share one encoding.
    /// </summary>
    public static KeyCodec IndexPart(Type type, bool descending = false) => throw new NotImplementedException();

    /// <summary>Whether the type can be a key or a part of one.</summary>
    public static bool IsSupported(Type type) => throw new NotImplementedException();

    /// <summary>Turns an encoding into the smallest byte string greater than everything that starts with it; null when there is none (all FF).</summary>
    public static byte[]? Successor(ReadOnlySpan<byte> prefix) => throw new NotImplementedException();

    /// <summary>Index-part encoding of all strings that start with the given one: a prefix of their encodings (no terminator).</summary>
    public static void EncodeStringPrefix(string prefix, KeyBuffer buffer) => throw new NotImplementedException();
}
