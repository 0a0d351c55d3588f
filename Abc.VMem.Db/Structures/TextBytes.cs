using System.Text;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Text as UTF-8, without loss: what is no whole text, or no UTF-8, is refused.</summary>
internal static class TextBytes
{
    /// <summary>The encoding. Throws for what it can't encode or decode; writes no mark at the start.</summary>
    public static UTF8Encoding Strict { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>UTF-16 units that a string can have.</summary>
    public const int MaxStringChars = 0x3FFF_FFDF;

    /// <summary>Whether a character begins with this byte.</summary>
    public static bool IsStart(byte value) => (value & 0xC0) != 0x80;

    /// <summary>Refuses text with half a surrogate pair, which has no UTF-8.</summary>
    /// <exception cref="ArgumentException">It has.</exception>
    public static void RequireWhole(ReadOnlySpan<char> text, string parameter)
    {
        for (var at = text.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0;)
        {
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                throw HalfPair(at, parameter);
            }

            var next = text[(at + 2)..].IndexOfAnyInRange('\uD800', '\uDFFF');
            at = next < 0 ? next : at + 2 + next;
        }
    }

    /// <summary>The error of a text with half a surrogate pair.</summary>
    public static ArgumentException HalfPair(int index, string parameter) =>
        new(
            FormattableString.Invariant($"The text has half a surrogate pair at index {index}; both halves belong ")
            + "into one call.",
            parameter);

    /// <summary>Refuses a text that is too long for a string.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    public static void RequireString(long chars)
    {
        if (chars > MaxStringChars)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"More than {MaxStringChars} characters are too much for a string. Read the text part by part."));
        }
    }

    /// <summary>Decodes a whole text.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no UTF-8.</exception>
    /// <exception cref="InvalidOperationException">There are more characters than a string can have.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, in ChainState state)
    {
        try
        {
            if (bytes.Length > MaxStringChars)
            {
                RequireString(Strict.GetCharCount(bytes));
            }

            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw Damaged(exception, state.Front);
        }
    }

    /// <summary>Decodes the next part of a text.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no UTF-8.</exception>
    public static int Decode(
        Decoder decoder, ReadOnlySpan<byte> bytes, Span<char> destination, bool isLast, PagePos position)
    {
        try
        {
            return decoder.GetChars(bytes, destination, isLast);
        }
        catch (DecoderFallbackException exception)
        {
            throw Damaged(exception, position);
        }
    }

    private static CorruptDatabaseException Damaged(DecoderFallbackException exception, PagePos position) =>
        new(
            "string",
            position.Value,
            "text in UTF-8",
            $"the bytes {Convert.ToHexString(exception.BytesUnknown ?? [])}",
            inner: exception);
}
