using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Putting bytes in the place of others.</summary>
internal static partial class TextPages
{
    // Together with the pages of an append this fits into what a transaction may rewrite at the smallest cap, 8.
    private const int MaxPagesInPlace = 4;

    /// <summary>
    /// Overwrites bytes from a number on; all are there. Few pages are rewritten; more are exchanged for new ones, so
    /// that any number of bytes fits into a transaction.
    /// </summary>
    /// <param name="pages">Where to write.</param>
    /// <param name="state">The state.</param>
    /// <param name="offset">Number of the first byte, ≥ 0.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="place">A page known to be in the string; receives the one of the last byte, or of the one after
    /// it.</param>
    public static void Overwrite(
        PageWriter pages, ref ChainState state, long offset, ReadOnlySpan<byte> bytes, ref TextPlace place)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        place = Find(pages, in state, offset, place);
        if (IsInPlace(pages, in state, place, offset + bytes.Length))
        {
            OverwriteInPlace(pages, in state, offset, bytes, ref place);
        }
        else
        {
            Exchange(pages, ref state, offset, bytes, ref place);
        }
    }

    private static bool IsInPlace(PageReader pages, in ChainState state, TextPlace place, long end)
    {
        var start = place.Start;
        var steps = new ChainSteps(in state, place.Page);
        for (var i = 0; i < MaxPagesInPlace && !steps.Next.IsNil; i++)
        {
            using var page = pages.Read(steps.Next);
            start += steps.EnterItems(in page);
            if (start >= end)
            {
                return true;
            }
        }

        return false;
    }

    private static void OverwriteInPlace(
        PageWriter pages, in ChainState state, long offset, ReadOnlySpan<byte> bytes, ref TextPlace place)
    {
        while (true)
        {
            using var page = pages.Write(place.Page);
            LinkedChain.Verify(in page.Header, in state);
            var count = ItemPages.CountOf(in page.Header, in state);
            var from = (int)(offset - place.Start);
            var part = Math.Min(count - from, bytes.Length);
            bytes[..part].CopyTo(page.Payload[from..]);
            offset += part;
            bytes = bytes[part..];
            if (bytes.IsEmpty)
            {
                return;
            }

            place = page.Header.Next.IsNil
                ? throw ChainErrors.State(in state)
                : new(page.Header.Next, place.Start + count);
        }
    }

    private static void Exchange(
        PageWriter pages, ref ChainState state, long offset, ReadOnlySpan<byte> bytes, ref TextPlace place)
    {
        var end = offset + bytes.Length;
        var to = ItemPosition.End;
        if (end < state.ItemCount)
        {
            var last = Find(pages, in state, end, place);
            to = new(last.Page, (int)(end - last.Start));
        }

        var from = new ItemPosition(place.Page, (int)(offset - place.Start));
        var next = ItemPages.RemoveRange(pages, ref state, from, to, PageBalance.All);
        next = ItemPages.InsertText(pages, ref state, next, bytes);
        place = next == ItemPosition.End ? TextPlace.None : new(next.Page, end - next.Index);
    }
}
