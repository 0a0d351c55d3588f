using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using K4os.Compression.LZ4;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// How a document stands in its map: one byte that says whether it is compressed, then the document. FORMAT.md §3.
/// </summary>
internal static class DocumentEnvelope
{
    /// <summary>Largest document, in encoded bytes.</summary>
    public const int MaxDocumentBytes = 64 << 20;

    private const byte Raw = 0;
    private const byte Lz4 = 1;

    // Lz4 is followed by the document's length (u32, little-endian).
    private const int Lz4HeaderBytes = 5;

    // About the size from which a value leaves its leaf for pages of its own.
    private const int CompressFrom = Page.Size / 4;

    // One byte of LZ4 input makes at most 255 bytes of output.
    private const int MaxLz4Ratio = 255;

    /// <summary>Appends the envelope of a document; returns its length.</summary>
    public static int Write(ReadOnlySpan<byte> document, ByteArena output)
    {
        var start = output.Length;
        if (document.Length < CompressFrom || !TryCompress(document, output))
        {
            output.Append([Raw]);
            output.Append(document);
        }

        return output.Length - start;
    }

    /// <summary>Takes a document out of its envelope.</summary>
    /// <exception cref="CorruptDatabaseException">It is none.</exception>
    public static void Read(ReadOnlySpan<byte> value, ValueBuffer document)
    {
        if (!value.IsEmpty && value[0] == Raw)
        {
            value[1..].CopyTo(document.Reset(value.Length - 1));
        }
        else if (value.Length >= Lz4HeaderBytes && value[0] == Lz4)
        {
            Decompress(value, document);
        }
        else
        {
            var found = value.IsEmpty ? "nothing" : FormattableString.Invariant($"envelope {value[0]}");
            throw Damage("envelope 0 or 1", found);
        }
    }

    /// <summary>
    /// Takes a document out of its envelope without a copy where it stands as it is, else into the buffer.
    /// </summary>
    /// <exception cref="CorruptDatabaseException">It is none.</exception>
    public static ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> value, ValueBuffer buffer)
    {
        if (!value.IsEmpty && value.Span[0] == Raw)
        {
            return value[1..];
        }

        Read(value.Span, buffer);
        return buffer.Memory;
    }

    private static bool TryCompress(ReadOnlySpan<byte> document, ByteArena output)
    {
        var room = output.GetSpan(Lz4HeaderBytes + LZ4Codec.MaximumOutputSize(document.Length));
        var length = LZ4Codec.Encode(document, room[Lz4HeaderBytes..]);
        var saved = document.Length - (length + Lz4HeaderBytes);
        if (length <= 0 || (saved < Page.PayloadBytes && saved < document.Length / 8))
        {
            return false;
        }

        room[0] = Lz4;
        BinaryPrimitives.WriteInt32LittleEndian(room[1..], document.Length);
        output.Advance(Lz4HeaderBytes + length);
        return true;
    }

    private static void Decompress(ReadOnlySpan<byte> value, ValueBuffer document)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(value[1..]);
        var packed = value[Lz4HeaderBytes..];
        if (length < 0 || length > MaxDocumentBytes || length > (long)packed.Length * MaxLz4Ratio)
        {
            throw Damage("a possible length", FormattableString.Invariant($"{length} bytes out of {packed.Length}"));
        }

        if (LZ4Codec.Decode(packed, document.Reset(length)) != length)
        {
            throw Damage(FormattableString.Invariant($"{length} bytes of LZ4"), "a damaged block");
        }
    }

    private static CorruptDatabaseException Damage(string expected, string found) =>
        new("document", -1, expected, found);
}
