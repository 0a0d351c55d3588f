using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Compares texts in UTF-8 exactly as <see cref="string.CompareOrdinal(string, string)"/> compares them in UTF-16. Both
/// sides must be valid UTF-8, which documents are. Pure; stateless.
/// </summary>
internal static class Utf8Text
{
    /// <summary>Order of two texts as in UTF-16: below 0, 0 or above 0.</summary>
    /// <remarks>
    /// UTF-8 orders by code point; UTF-16 puts the code points above FFFF (first byte F0-F4, surrogates D800-DFFF)
    /// before E000-FFFF (first byte EE or EF). Only at such a first difference the orders differ.
    /// </remarks>
    public static int CompareOrdinal(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length - right.Length;
        }

        var (a, b) = (left[common], right[common]);
        var isReversed = (a >= 0xF0 && b is 0xEE or 0xEF) || (b >= 0xF0 && a is 0xEE or 0xEF);
        return isReversed ? b - a : a - b;
    }

    /// <summary>Whether the texts are the same.</summary>
    public static bool Equals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right);

    /// <summary>
    /// Whether a text starts with another. A prefix of UTF-16 that ends inside a pair can't be given here.
    /// </summary>
    public static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> value) => text.StartsWith(value);

    /// <summary>Whether a text ends with another.</summary>
    public static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> value) => text.EndsWith(value);

    /// <summary>Whether a text contains another.</summary>
    public static bool Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> value) => text.IndexOf(value) >= 0;

    /// <summary>Length of a text in UTF-16 units.</summary>
    public static int Length(ReadOnlySpan<byte> text) => Encoding.UTF8.GetCharCount(text);

    /// <summary>
    /// The UTF-8 of a text to search for; false when it has a surrogate without its other half, so that no document
    /// contains it as a whole text (it may still begin or end one: compare such texts after decoding).
    /// </summary>
    public static bool TryEncode(string text, out byte[] utf8)
    {
        utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        return Utf8.FromUtf16(text, utf8, out _, out _, replaceInvalidSequences: false) == OperationStatus.Done;
    }
}
