using System.Buffers;
using System.Diagnostics;
using System.Text.Unicode;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// A string's bytes by their numbers, over pages of items of one byte. What it costs to find a byte is a look at the
/// header of each page on the way: from the page at hand, or from the nearer end.
/// </summary>
internal static partial class TextPages
{
    /// <summary>Bytes that a string can have, when all pages are full.</summary>
    public const long MaxBytes = uint.MaxValue * (long)Page.PayloadBytes;

    /// <summary>Copies bytes from a number on.</summary>
    /// <param name="pages">Where to read.</param>
    /// <param name="state">The state.</param>
    /// <param name="offset">Number of the first byte, ≥ 0.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="place">A page known to be in the string; receives the one of the last byte copied.</param>
    /// <returns>How many there were: less than asked for at the end only.</returns>
    public static int Read(
        PageReader pages, in ChainState state, long offset, Span<byte> destination, ref TextPlace place)
    {
        if (offset >= state.ItemCount || destination.IsEmpty)
        {
            return 0;
        }

        place = Find(pages, in state, offset, place);
        var (done, start) = (0, place.Start);
        var steps = new ChainSteps(in state, place.Page);
        while (done < destination.Length && !steps.Next.IsNil)
        {
            place = new(steps.Next, start);
            using var page = pages.Read(steps.Next);
            var count = steps.EnterItems(in page);
            var from = (int)(offset + done - start);
            var part = page.Payload[from..Math.Min(count, from + destination.Length - done)];
            part.CopyTo(destination[done..]);
            (done, start) = (done + part.Length, start + count);
        }

        return offset + done == Math.Min(state.ItemCount, offset + destination.Length)
            ? done
            : throw ChainErrors.State(in state);
    }

    /// <summary>Appends text, which is known to be whole.</summary>
    public static void Append(PageWriter pages, ref ChainState state, ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Page.PayloadBytes];
        while (!text.IsEmpty)
        {
            var status = Utf8.FromUtf16(text, bytes, out var read, out var written, replaceInvalidSequences: false);
            Debug.Assert(status is OperationStatus.Done or OperationStatus.DestinationTooSmall);
            ItemPages.AppendRange(pages, ref state, bytes[..written]);
            text = text[read..];
        }
    }

    /// <summary>Refuses a length that no string can have, before pages are filled up to it.</summary>
    /// <exception cref="LimitExceededException">The length is greater.</exception>
    public static void RequireRoom(in ChainState state, long length)
    {
        var added = Math.Max(0, length - state.ItemCount);
        if (added > MaxBytes || state.PageCount + ((added + Page.PayloadBytes - 1) / Page.PayloadBytes) > uint.MaxValue)
        {
            throw new LimitExceededException("Bytes of a string", MaxBytes, length, "Write nearer to its end.");
        }
    }

    /// <summary>Appends bytes of zero.</summary>
    public static void AppendZeros(PageWriter pages, ref ChainState state, long count)
    {
        ReadOnlySpan<byte> zeros = stackalloc byte[Page.PayloadBytes];
        for (; count > 0; count -= zeros.Length)
        {
            ItemPages.AppendRange(pages, ref state, zeros[..(int)Math.Min(count, zeros.Length)]);
        }
    }

    /// <summary>Inserts text, which is known to be whole, before a byte or at the end.</summary>
    public static void Insert(PageWriter pages, ref ChainState state, ItemPosition at, ReadOnlySpan<char> text)
    {
        if (at == ItemPosition.End)
        {
            Append(pages, ref state, text);
            return;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(TextBytes.Strict.GetByteCount(text));
        try
        {
            var count = TextBytes.Strict.GetBytes(text, bytes);
            ItemPages.InsertText(pages, ref state, at, bytes.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Removes all bytes from a number on.</summary>
    public static void Truncate(PageWriter pages, ref ChainState state, long length)
    {
        if (length == 0)
        {
            LinkedChain.Clear(pages, ref state);
        }
        else if (length < state.ItemCount)
        {
            ItemPages.RemoveRange(
                pages, ref state, ItemPages.At(pages, in state, length), ItemPosition.End, PageBalance.All);
        }
    }

    /// <summary>Position of the character that begins at a byte, or the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer bytes.</exception>
    /// <exception cref="ArgumentException">A character goes on there.</exception>
    public static ItemPosition At(PageReader pages, in ChainState state, long offset, string parameter)
    {
        if (offset < 0 || offset > state.ItemCount)
        {
            throw new ArgumentOutOfRangeException(
                parameter, offset, FormattableString.Invariant($"The string has {state.ItemCount} bytes."));
        }

        if (offset == state.ItemCount)
        {
            return ItemPosition.End;
        }

        var position = ItemPages.At(pages, in state, offset);
        using var page = pages.Read(position.Page);
        return offset == 0 || TextBytes.IsStart(page.Payload[position.Index])
            ? position
            : throw new ArgumentException(
                FormattableString.Invariant($"Byte {offset} is inside a character. Give the first byte of one."),
                parameter);
    }

    private static TextPlace Find(PageReader pages, in ChainState state, long offset, TextPlace known)
    {
        var from = known.Page.IsNil || known.Start > offset ? new(state.Front, 0) : known;
        if (offset - from.Start > state.ItemCount - offset)
        {
            return FindBackward(pages, in state, offset);
        }

        var start = from.Start;
        var steps = new ChainSteps(in state, from.Page);
        while (!steps.Next.IsNil)
        {
            var position = steps.Next;
            using var page = pages.Read(position);
            var end = start + steps.EnterItems(in page);
            if (offset < end)
            {
                return new(position, start);
            }

            start = end;
        }

        throw ChainErrors.State(in state);
    }

    private static TextPlace FindBackward(PageReader pages, in ChainState state, long offset)
    {
        var start = state.ItemCount;
        var steps = ChainSteps.All(in state, isBackward: true);
        while (!steps.Next.IsNil && start >= 0)
        {
            var position = steps.Next;
            using var page = pages.Read(position);
            start -= steps.EnterItems(in page);
            if (start <= offset && start >= 0)
            {
                return new(position, start);
            }
        }

        throw ChainErrors.State(in state);
    }
}
