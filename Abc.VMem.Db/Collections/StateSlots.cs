using System.Numerics;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Hands out the 32-byte slots in which states of maps and counters live: those of the start page first, then those of
/// a chain of pages. A slot never moves. Definitions hold its address, so a change of a state is no change of a
/// definition.
/// </summary>
internal static partial class StateSlots
{
    // A chain longer than this is a cycle: it would hold over 100 million slots.
    private const int MaxChain = 1 << 20;

    /// <summary>Takes a free slot and zeroes it.</summary>
    public static PageAddress Allocate(PageWriter pages)
    {
        if (TakeInStart(pages, out var address, out var front) || TakeInChain(pages, front, out address))
        {
            return address;
        }

        return TakeInNewPage(pages, front);
    }

    /// <summary>Gives a slot back.</summary>
    public static void Free(PageWriter pages, PageAddress address)
    {
        using var page = pages.Write(address.Page);
        if (address.Page == PagePos.Start)
        {
            ref var start = ref Layout.At<StartPageLayout>(page.Payload, 0);
            Clear(ref start.UsedLow, ref start.UsedHigh, IndexOf(address));
        }
        else
        {
            ref var states = ref Layout.At<StatesPageLayout>(page.Payload, 0);
            Clear(ref states.UsedLow, ref states.UsedHigh, IndexOf(address));
        }

        page.Payload.Slice(address.Offset - Page.HeaderBytes, MapState.Bytes).Clear();
    }

    /// <summary>Whether an address that comes from the file lies on a slot.</summary>
    public static bool IsSlot(PageAddress address)
    {
        var (first, count) = address.Page == PagePos.Start
            ? (StartPageLayout.FirstSlot, StartPageLayout.SlotCount)
            : (StatesPageLayout.FirstSlot, StatesPageLayout.SlotCount);
        var bytes = address.Offset - first;
        return address.Page.Value >= PagePos.Start.Value
            && bytes >= 0 && bytes % MapState.Bytes == 0 && bytes / MapState.Bytes < count;
    }

    /// <summary>Every used slot, and every page of the chain; for checks.</summary>
    /// <exception cref="CorruptDatabaseException">The chain has no end, or a page of it is of another type.</exception>
    public static void Visit(PageReader pages, Action<PagePos> visitPage, Action<PageAddress> visitSlot)
    {
        var next = VisitStart(pages, visitSlot);
        for (var count = 0; !next.IsNil; count++)
        {
            Bound(count, next);
            using var page = pages.Read(next);
            Require(page, next);
            visitPage(next);
            ref readonly var states = ref Layout.At<StatesPageLayout>(page.Payload, 0);
            VisitUsed(next, StatesPageLayout.FirstSlot, states.UsedLow, states.UsedHigh, visitSlot);
            next = page.Header.Next;
        }
    }

    private static PagePos VisitStart(PageReader pages, Action<PageAddress> visitSlot)
    {
        using var page = pages.Read(PagePos.Start);
        ref readonly var start = ref Layout.At<StartPageLayout>(page.Payload, 0);
        if (start.Kind != StartPageKind.Catalog)
        {
            return PagePos.Nil;
        }

        VisitUsed(PagePos.Start, StartPageLayout.FirstSlot, start.UsedLow, start.UsedHigh, visitSlot);
        return start.StatesFront;
    }

    private static void VisitUsed(PagePos position, int first, ulong low, ulong high, Action<PageAddress> visitSlot)
    {
        for (; low != 0; low &= low - 1)
        {
            visitSlot(new(position, first + (MapState.Bytes * BitOperations.TrailingZeroCount(low))));
        }

        for (; high != 0; high &= high - 1)
        {
            visitSlot(new(position, first + (MapState.Bytes * (64 + BitOperations.TrailingZeroCount(high)))));
        }
    }

    private static bool TakeInStart(PageWriter pages, out PageAddress address, out PagePos front)
    {
        using var page = pages.Write(PagePos.Start);
        ref var start = ref Layout.At<StartPageLayout>(page.Payload, 0);
        front = start.StatesFront;
        return Take(
            page,
            StartPageLayout.FirstSlot,
            StartPageLayout.SlotCount,
            ref start.UsedLow,
            ref start.UsedHigh,
            out address);
    }

    private static bool TakeInChain(PageWriter pages, PagePos front, out PageAddress address)
    {
        var next = front;
        for (var count = 0; !next.IsNil; count++)
        {
            Bound(count, next);
            if (HasRoom(pages, next, out var following))
            {
                return TakeIn(pages, next, out address);
            }

            next = following;
        }

        address = default;
        return false;
    }

    private static bool HasRoom(PageReader pages, PagePos position, out PagePos next)
    {
        using var page = pages.Read(position);
        Require(page, position);
        next = page.Header.Next;
        ref readonly var states = ref Layout.At<StatesPageLayout>(page.Payload, 0);
        return FirstFree(states.UsedLow, states.UsedHigh) < StatesPageLayout.SlotCount;
    }

    private static bool TakeIn(PageWriter pages, PagePos position, out PageAddress address)
    {
        using var page = pages.Write(position);
        ref var states = ref Layout.At<StatesPageLayout>(page.Payload, 0);
        return Take(
            page,
            StatesPageLayout.FirstSlot,
            StatesPageLayout.SlotCount,
            ref states.UsedLow,
            ref states.UsedHigh,
            out address);
    }

    // New pages go to the front: only they have room.
    private static PageAddress TakeInNewPage(PageWriter pages, PagePos front)
    {
        PagePos position;
        using (var page = pages.Allocate(PageType.States))
        {
            position = page.Position;
            page.Header.Next = front;
        }

        using (var page = pages.Write(PagePos.Start))
        {
            Layout.At<StartPageLayout>(page.Payload, 0).StatesFront = position;
        }

        TakeIn(pages, position, out var address);
        return address;
    }

    private static bool Take(
        WritablePage page, int first, int count, ref ulong low, ref ulong high, out PageAddress address)
    {
        var index = FirstFree(low, high);
        if (index >= count)
        {
            address = default;
            return false;
        }

        if (index < 64)
        {
            low |= 1UL << index;
        }
        else
        {
            high |= 1UL << (index - 64);
        }

        address = new(page.Position, first + (MapState.Bytes * index));
        page.Payload.Slice(address.Offset - Page.HeaderBytes, MapState.Bytes).Clear();
        return true;
    }

    private static int FirstFree(ulong low, ulong high) =>
        low != ulong.MaxValue ? BitOperations.TrailingZeroCount(~low) : 64 + BitOperations.TrailingZeroCount(~high);

    private static void Clear(ref ulong low, ref ulong high, int index)
    {
        if (index < 64)
        {
            low &= ~(1UL << index);
        }
        else
        {
            high &= ~(1UL << (index - 64));
        }
    }

    private static int IndexOf(PageAddress address) =>
        (address.Offset - (address.Page == PagePos.Start ? StartPageLayout.FirstSlot : StatesPageLayout.FirstSlot))
        / MapState.Bytes;

    private static void Require(PinnedPage page, PagePos position)
    {
        if (page.Header.Type != PageType.States)
        {
            throw new CorruptDatabaseException(
                "catalog slots", position.Value, "a page of type States", page.Header.Type.ToString());
        }
    }

    private static void Bound(int count, PagePos position)
    {
        if (count >= MaxChain)
        {
            throw new CorruptDatabaseException("catalog slots", position.Value, "a chain with an end", "a cycle");
        }
    }
}
