using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// The byte ranges in which two versions of a page differ, absolute (applying them twice changes nothing). An image is
/// the difference to a page of zeros, so a page's free gap costs nothing when it is zeroed. Pure functions over spans.
/// </summary>
internal static class PageDelta
{
    /// <summary>Most bytes that <see cref="Encode"/> writes.</summary>
    public const int MaxBytes = Page.Size;

    // Checksum and sequence number are set by whoever stores the page.
    private const int FirstOffset = 16;

    // Two differences closer than this are one range: a new range costs 4 bytes.
    private const int MergeGap = 8;

    /// <summary>Writes the ranges of a page that differ from its base; returns the bytes written.</summary>
    /// <param name="page">The new version.</param>
    /// <param name="basis">The old version, or empty for a page of zeros.</param>
    /// <param name="destination">At least <see cref="MaxBytes"/>.</param>
    public static int Encode(ReadOnlySpan<byte> page, ReadOnlySpan<byte> basis, Span<byte> destination)
    {
        var written = 0;
        for (var start = NextDifference(page, basis, FirstOffset); start < Page.Size;)
        {
            var end = EndOfRange(page, basis, start, out var next);
            if (written + RangeHeader.Bytes + end - start > MaxBytes)
            {
                return EncodeWhole(page, destination);
            }

            written += WriteRange(page[start..end], start, destination[written..]);
            start = next;
        }

        return written;
    }

    /// <summary>Applies ranges to a page.</summary>
    /// <exception cref="CorruptDatabaseException">A range is outside the page.</exception>
    public static void Apply(ReadOnlySpan<byte> ranges, Span<byte> page)
    {
        while (ranges.Length >= RangeHeader.Bytes)
        {
            var range = Layout.At<RangeHeader>(ranges, 0);
            ranges = ranges[RangeHeader.Bytes..];
            if (range.Offset < FirstOffset || range.Offset + range.Length > Page.Size || range.Length > ranges.Length)
            {
                throw Outside();
            }

            ranges[..range.Length].CopyTo(page[range.Offset..]);
            ranges = ranges[range.Length..];
        }

        if (!ranges.IsEmpty)
        {
            throw Outside();
        }
    }

    private static CorruptDatabaseException Outside() =>
        new("log record", -1, "byte ranges inside a page", "a range outside it");

    // The gap after the last difference decides: a short one is swallowed, a long one ends the range.
    private static int EndOfRange(ReadOnlySpan<byte> page, ReadOnlySpan<byte> basis, int start, out int next)
    {
        var end = start + 1;
        while (true)
        {
            end = EndOfDifference(page, basis, end);
            next = NextDifference(page, basis, end);
            if (next >= Page.Size || next - end >= MergeGap)
            {
                return end;
            }

            end = next + 1;
        }
    }

    private static int EndOfDifference(ReadOnlySpan<byte> page, ReadOnlySpan<byte> basis, int at)
    {
        if (basis.IsEmpty)
        {
            var length = page[at..].IndexOf((byte)0);
            return length < 0 ? Page.Size : at + length;
        }

        while (at < Page.Size && page[at] != basis[at])
        {
            at++;
        }

        return at;
    }

    // Vectorised by the runtime.
    private static int NextDifference(ReadOnlySpan<byte> page, ReadOnlySpan<byte> basis, int at)
    {
        if (basis.IsEmpty)
        {
            var zeros = page[at..].IndexOfAnyExcept((byte)0);
            return zeros < 0 ? Page.Size : at + zeros;
        }

        return at + page[at..].CommonPrefixLength(basis[at..]);
    }

    private static int EncodeWhole(ReadOnlySpan<byte> page, Span<byte> destination) =>
        WriteRange(page[FirstOffset..], FirstOffset, destination);

    private static int WriteRange(ReadOnlySpan<byte> bytes, int offset, Span<byte> destination)
    {
        ref var range = ref Layout.At<RangeHeader>(destination, 0);
        (range.Offset, range.Length) = ((ushort)offset, (ushort)bytes.Length);
        bytes.CopyTo(destination[RangeHeader.Bytes..]);
        return RangeHeader.Bytes + bytes.Length;
    }
}
