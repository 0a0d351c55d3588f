using System.Collections.Concurrent;

namespace Abc.VMem.Db.Serialization;

/// <summary>Finds the encoding of a type. Thread-safe.</summary>
internal static class KeyCodecs
{
    private static readonly ConcurrentDictionary<Type, KeyCodec> Primaries = new();
    private static readonly ConcurrentDictionary<(Type Type, bool Descending), KeyCodec> Parts = new();

    /// <summary>The encoding of a type as a primary key: no null at the top level.</summary>
    /// <exception cref="NotSupportedException">The type can't be a key; the message names it and lists what
    /// can.</exception>
    public static KeyCodec<T> Primary<T>() => PrimaryOf<T>.Codec ??= (KeyCodec<T>)Primary(typeof(T));

    /// <summary>The same, by type.</summary>
    public static KeyCodec Primary(Type type) =>
        Primaries.GetOrAdd(type, static type => KeyCodecFactory.TryBuildPlain(type) ?? throw NotAKey(type));

    /// <summary>
    /// The encoding of a type as a part of an index entry: always with a null marker (null first; last when
    /// descending), also for types that can't be null, because a path to them may meet a null on its way.
    /// Nullable&lt;T&gt; and T share one encoding and one codec, whose ValueType is Nullable&lt;T&gt;.
    /// </summary>
    /// <exception cref="NotSupportedException">The type can't be a key; the message names it and lists what
    /// can.</exception>
    public static KeyCodec IndexPart(Type type, bool descending = false) =>
        Parts.GetOrAdd((Nullable.GetUnderlyingType(type) ?? type, descending), static key => key.Descending
            ? KeyCodecFactory.Reverse(IndexPart(key.Type))
            : KeyCodecFactory.TryBuildMarked(key.Type) ?? throw NotAKey(key.Type));

    /// <summary>Whether the type can be a key or a part of one.</summary>
    public static bool IsSupported(Type type) =>
        Primaries.ContainsKey(type) || KeyCodecFactory.TryBuildPlain(type) is not null;

    /// <summary>The comparer whose order is the order of the keys; of other types, their own default order.</summary>
    public static IComparer<T> Comparer<T>() => OrdinalKeyComparer<T>.Instance;

    /// <summary>
    /// Turns an encoding into the smallest byte string greater than everything that starts with it; null when there
    /// is none (all FF).
    /// </summary>
    public static byte[]? Successor(ReadOnlySpan<byte> prefix)
    {
        var length = prefix.LastIndexOfAnyExcept(byte.MaxValue) + 1;
        if (length == 0)
        {
            return null;
        }

        var successor = prefix[..length].ToArray();
        successor[^1]++;
        return successor;
    }

    /// <summary>
    /// Index-part encoding of all strings that start with the given one: a prefix of their encodings (no end mark).
    /// </summary>
    /// <remarks>
    /// A lone surrogate is fine here, since whole strings can start with half a pair. Ascending, the result is also
    /// the lower bound of the strings ≥ the given one; that is how to compare with a text that can't be a key.
    /// </remarks>
    public static void EncodeStringPrefix(string prefix, KeyBuffer buffer, bool descending = false)
    {
        var start = buffer.Length;
        buffer.Append(NullMarker.Present);
        KeyText.Encode(prefix, buffer, allowLoneSurrogates: true);
        if (descending)
        {
            buffer.Complement(start);
        }
    }

    /// <summary>
    /// Appends the index-part encoding of a string (marker, text, end mark) given in UTF-8, without making the string.
    /// </summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no UTF-8.</exception>
    public static void EncodeUtf8Part(ReadOnlySpan<byte> utf8, KeyBuffer buffer, bool descending = false)
    {
        var start = buffer.Length;
        buffer.Append(NullMarker.Present);
        KeyText.EncodeUtf8(utf8, buffer);
        buffer.Append(KeyEscape.End);
        if (descending)
        {
            buffer.Complement(start);
        }
    }

    /// <summary>
    /// Length of the part at the start of an index entry whose parts are cut at <paramref name="maxBytes"/>; isCut says
    /// whether this one was, so that it holds only the beginning of its value's encoding.
    /// </summary>
    /// <exception cref="CorruptDatabaseException">The source ends within the part.</exception>
    public static int MeasurePart(KeyCodec codec, ReadOnlySpan<byte> source, int maxBytes, out bool isCut)
    {
        var length = codec.TryMeasure(source[..Math.Min(source.Length, maxBytes)]);
        isCut = length < 0;
        if (!isCut)
        {
            return length;
        }

        if (source.Length < maxBytes)
        {
            KeyDamage.ThrowIncomplete(codec.Name, source.Length);
        }

        return maxBytes;
    }

    private static NotSupportedException NotAKey(Type type) => new(
        $"The type {type} can't be a key. Keys are: bool, char, integers, float, double, Half, decimal, string, "
        + "byte[], Guid, DateTime, DateTimeOffset, TimeSpan, DateOnly, TimeOnly, enums, their nullable forms, and "
        + "tuples and anonymous types of these.");

    private static class PrimaryOf<T>
    {
        // Not an initializer: a failing one would hide the NotSupportedException.
        internal static KeyCodec<T>? Codec;
    }
}
