namespace Abc.VMem.Db.Serialization;

/// <summary>Looks into encoded arrays and documents. Pure functions over spans; stateless.</summary>
internal static class DocumentArray
{
    /// <summary>Number of elements of an array token, and the place of the first.</summary>
    /// <exception cref="CorruptDatabaseException">It is no array, or has fewer bytes than elements.</exception>
    public static int ReadHeader(ReadOnlySpan<byte> token, out int start)
    {
        if (token.Length > 0 && (token[0] & 0xF0) == 0x90 && (token[0] & 0x0F) < token.Length)
        {
            start = 1;
            return token[0] & 0xF;
        }

        var reader = new DocumentReader(token);
        var count = reader.ReadArrayHeader();
        start = reader.Pos;
        return count;
    }

    /// <summary>The token of an element, given the elements from the first one on.</summary>
    /// <param name="elements">Elements, and perhaps more after them.</param>
    /// <param name="index">Which one.</param>
    /// <param name="end">Where it ends.</param>
    /// <exception cref="CorruptDatabaseException">The bytes end before it does.</exception>
    public static ReadOnlySpan<byte> ElementAt(ReadOnlySpan<byte> elements, int index, out int end)
    {
        if (!MessagePackSkipper.TrySkip(elements, index, out var start)
            || !MessagePackSkipper.TrySkip(elements[start..], 1, out var size))
        {
            throw new CorruptDatabaseException("document", -1, "more bytes", "the end inside a value");
        }

        end = start + size;
        return elements.Slice(start, size);
    }

    /// <summary>Where each element of an array token lies in it; none for a nil token.</summary>
    public static Range[] ElementRanges(ReadOnlySpan<byte> token)
    {
        var reader = new DocumentReader(token);
        if (reader.TryReadNil())
        {
            return [];
        }

        var ranges = new Range[reader.ReadArrayHeader()];
        for (var i = 0; i < ranges.Length; i++)
        {
            var start = reader.Pos;
            reader.Skip();
            ranges[i] = start..reader.Pos;
        }

        return ranges;
    }

    /// <summary>Checks that the bytes are exactly one token.</summary>
    public static void CheckWhole(ReadOnlySpan<byte> document)
    {
        if (!MessagePackSkipper.TrySkip(document, out var size) || size != document.Length)
        {
            throw new CorruptDatabaseException("document", -1, "one whole token", "another number of bytes");
        }
    }
}
