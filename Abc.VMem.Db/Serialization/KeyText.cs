using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Bytes of strings in keys: each UTF-16 unit as UTF-8 would write its number, surrogates too, so that memcmp gives the
/// order of string.CompareOrdinal; then the <see cref="KeyEscape"/> of the bytes 00 and 01. The end mark is not
/// written here.
/// </summary>
internal static class KeyText
{
    private const int MaxStackUnits = 256;

    /// <summary>The bytes of UTF-8 that do not go into a key as they are.</summary>
    private static readonly SearchValues<byte> NotCopied =
        SearchValues.Create(0x00, 0x01, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4);

    /// <summary>Appends a string.</summary>
    /// <exception cref="ArgumentException">It has a lone surrogate, and those are not allowed.</exception>
    public static void Encode(ReadOnlySpan<char> text, KeyBuffer buffer, bool allowLoneSurrogates = false)
    {
        var start = buffer.Length;
        var room = buffer.Append(text.Length);
        Ascii.FromUtf16(text, room, out var copied);
        var escape = room[..copied].IndexOfAnyInRange(KeyEscape.End, KeyEscape.Mark);
        if (escape >= 0)
        {
            copied = escape;
        }

        buffer.Truncate(start + copied);
        if (copied < text.Length)
        {
            EncodeUnits(text[copied..], buffer, allowLoneSurrogates);
        }
    }

    /// <summary>Appends a string that is given in UTF-8, as the documents hold it.</summary>
    /// <exception cref="CorruptDatabaseException">The bytes are no UTF-8.</exception>
    public static void EncodeUtf8(ReadOnlySpan<byte> utf8, KeyBuffer buffer)
    {
        if (!Utf8.IsValid(utf8))
        {
            KeyDamage.Throw("string", "bytes that are no UTF-8");
        }

        Span<char> units = stackalloc char[2];
        for (var next = utf8.IndexOfAny(NotCopied); next >= 0; next = utf8.IndexOfAny(NotCopied))
        {
            buffer.Append(utf8[..next]);
            Rune.DecodeFromUtf8(utf8[next..], out var rune, out var length);
            EncodeUnits(units[..rune.EncodeToUtf16(units)], buffer, allowLoneSurrogates: false);
            utf8 = utf8[(next + length)..];
        }

        buffer.Append(utf8);
    }

    /// <summary>Decodes what stands before the end mark.</summary>
    /// <exception cref="CorruptDatabaseException">Another string, or none, would have these bytes.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes) && !bytes.Contains(KeyEscape.Mark))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        // A unit takes one byte at least, so the bytes at hand bound the room.
        var units = bytes.Length <= MaxStackUnits ? stackalloc char[MaxStackUnits] : new char[bytes.Length];
        var count = 0;
        while (!bytes.IsEmpty)
        {
            units[count++] = ReadUnit(ref bytes);
        }

        units = units[..count];
        if (FindLoneSurrogate(units) >= 0)
        {
            KeyDamage.Throw("string", "a lone surrogate");
        }

        return new string(units);
    }

    private static void EncodeUnits(ReadOnlySpan<char> text, KeyBuffer buffer, bool allowLoneSurrogates)
    {
        if (!allowLoneSurrogates && FindLoneSurrogate(text) is var lone and >= 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A string with a lone surrogate (U+{(int)text[lone]:X4}) is no text and can't be a key."),
                nameof(text));
        }

        var start = buffer.Length;
        var room = buffer.Append(checked(3 * text.Length));
        var length = 0;
        foreach (var unit in text)
        {
            length += WriteUnit(unit, room[length..]);
        }

        buffer.Truncate(start + length);
    }

    private static int WriteUnit(char unit, Span<byte> target)
    {
        if (unit <= KeyEscape.Mark)
        {
            (target[0], target[1]) = (KeyEscape.Mark, (byte)(unit + 1));
            return 2;
        }

        if (unit < 0x80)
        {
            target[0] = (byte)unit;
            return 1;
        }

        if (unit < 0x800)
        {
            (target[0], target[1]) = ((byte)(0xC0 | (unit >> 6)), (byte)(0x80 | (unit & 0x3F)));
            return 2;
        }

        target[0] = (byte)(0xE0 | (unit >> 12));
        target[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        target[2] = (byte)(0x80 | (unit & 0x3F));
        return 3;
    }

    private static char ReadUnit(ref ReadOnlySpan<byte> bytes)
    {
        var first = bytes[0];
        var length = first switch { KeyEscape.Mark => 2, < 0x80 => 1, < 0xE0 => 2, _ => 3 };
        if (length > bytes.Length)
        {
            KeyDamage.Throw("string", "half a character");
        }

        var unit = (char)(length switch
        {
            1 => first,
            2 when first == KeyEscape.Mark => bytes[1] - 1,
            2 => ((first & 0x1F) << 6) | (bytes[1] & 0x3F),
            _ => ((first & 0x0F) << 12) | ((bytes[1] & 0x3F) << 6) | (bytes[2] & 0x3F),
        });

        // Writing it again finds overlong forms, wrong continuations and wrong first bytes alike.
        Span<byte> expected = stackalloc byte[3];
        if (WriteUnit(unit, expected) != length || !bytes[..length].SequenceEqual(expected[..length]))
        {
            KeyDamage.Throw("string", "bytes that are no character");
        }

        bytes = bytes[length..];
        return unit;
    }

    private static int FindLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (char.IsLowSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return i;
            }

            i++;
        }

        return -1;
    }
}
