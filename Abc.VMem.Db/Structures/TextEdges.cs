using System.Buffers;
using System.Text;

namespace Abc.VMem.Db.Structures;

/// <summary>Parts of UTF-8 characters at the edges of bytes that were cut out of a text.</summary>
internal static class TextEdges
{
    private const int MaxCharacterBytes = 4;

    /// <summary>Bytes at the front that continue a character.</summary>
    public static int LeadingPart(ReadOnlySpan<byte> text)
    {
        var count = 0;
        while (count < Math.Min(MaxCharacterBytes - 1, text.Length) && (text[count] & 0xC0) == 0x80)
        {
            count++;
        }

        return count;
    }

    /// <summary>Bytes at the end that begin a character without ending it.</summary>
    public static int TrailingPart(ReadOnlySpan<byte> text)
    {
        for (var count = 1; count <= Math.Min(MaxCharacterBytes - 1, text.Length); count++)
        {
            if ((text[^count] & 0xC0) != 0x80)
            {
                return Rune.DecodeFromUtf8(text[^count..], out _, out _) == OperationStatus.NeedMoreData ? count : 0;
            }
        }

        return 0;
    }
}
