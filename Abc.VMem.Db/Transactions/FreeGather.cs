using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Puts the stack of free pages in order, in bounded steps, each in a transaction of its own: chains that were freed
/// whole become trunks that list their pages, and pages from a position on (the <em>pivot</em>) go to the bottom. The
/// pages of the pool's tail then form the end of the stack, from where two writes take all of them away, and are
/// allocated last.
/// </summary>
/// <remarks>
/// What it remembers between steps are elements of the stack with their sequence numbers. Only the top of the stack
/// changes otherwise, and an element that leaves the stack is written; so one that still has its number is still where
/// it was, and so is everything below it.
/// </remarks>
internal sealed class FreeGather
{
    private const int ReadsPerStep = 512;

    // Trunks that are made anew, each with a few writes.
    private const int WrittenPerStep = 16;

    private readonly PagePos[] _block = new PagePos[FreePages.TrunkCapacity + 1];
    private Mark _above;
    private Mark _front;
    private Mark _bottom;
    private long _highCount;
    private long _seen;
    private long _mostSeen;

    /// <summary>What a step came to.</summary>
    public enum Outcome
    {
        /// <summary>There is more to do.</summary>
        More,

        /// <summary>The whole stack is in order.</summary>
        Done,

        /// <summary>Others changed what was remembered: everything begins anew, without a pivot.</summary>
        Lost,
    }

    /// <summary>Free pages from here on belong at the bottom.</summary>
    public long Pivot { get; private set; } = long.MaxValue;

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        (_above, _front, _bottom, _highCount, Pivot) = (default, default, default, 0, long.MaxValue);
        _seen = 0;
    }

    /// <summary>
    /// Begins at the top of the stack. With a pivot, only after a pass without one, which finds the bottom.
    /// </summary>
    public void Begin(long pivot)
    {
        if (pivot != Pivot)
        {
            (_front, _highCount, Pivot) = (default, 0, pivot);
        }

        (_above, _seen) = (default, 0);
    }

    /// <summary>Puts the next part of the stack in order.</summary>
    /// <exception cref="CorruptDatabaseException">The stack is damaged.</exception>
    public Outcome Step(Transaction pages)
    {
        if (!Recall(pages))
        {
            Reset();
            return Outcome.Lost;
        }

        var root = ReadRoot(pages);
        if (_above.IsNone)
        {
            (_seen, _mostSeen) = (0, root.FreeCount);
            _bottom = Pivot == long.MaxValue ? default : _bottom;
        }

        var next = NextOf(pages, _above);
        var (reads, written) = (0, 0);
        while (!IsEnd(next))
        {
            if (written == WrittenPerStep || reads >= ReadsPerStep)
            {
                Remember(pages);
                return Outcome.More;
            }

            var changes = pages.ChangeCount;
            next = Arrange(pages, next, in root, ref reads);
            written += pages.ChangeCount != changes ? 1 : 0;
        }

        Remember(pages);
        return Outcome.Done;
    }

    /// <summary>
    /// After a step that came to the end, in the same transaction: makes the pool end at the pivot, if every page from
    /// there on is free.
    /// </summary>
    public bool TryShrink(Transaction pages)
    {
        var count = pages.PageCount - Pivot;
        if (_front.IsNone || count <= 0 || _highCount != count)
        {
            return false;
        }

        SetNext(pages, PagePos.Nil);
        pages.Shrink(Pivot, count);
        (_bottom, _front, _highCount) = (_above, default, 0);
        Remember(pages);
        return true;
    }

    /// <summary>Whether what was remembered still holds; to be asked before the two calls below.</summary>
    public bool Recall(PageReader pages)
    {
        _above = IsUnchanged(pages, _above) ? _above : default;
        return Pivot == long.MaxValue
            || (IsStillTrunk(pages, _front) && IsStillTrunk(pages, _bottom)
                && (!_bottom.IsNone || ReadRoot(pages).FreeFront.IsNil));
    }

    /// <summary>Notes what the transaction left; after the calls below, before the commit.</summary>
    public void Remember(PageReader pages)
    {
        _above = Renewed(pages, _above);
        _front = Renewed(pages, _front);
        _bottom = Renewed(pages, _bottom);
    }

    /// <summary>Takes a free page before the pivot; false when there is none.</summary>
    public bool TryTakeLow(Transaction pages, out PagePos position)
    {
        var root = ReadRoot(pages);
        (_above, _seen, _mostSeen) = (default, 0, root.FreeCount);
        while (true)
        {
            if (!FreePages.TryPeek(pages, out position) || ReadRoot(pages).FreeFront == _front.Position)
            {
                return false;
            }

            if (position.Value < Pivot)
            {
                // The last element is no more when it is taken itself.
                _bottom = position == _bottom.Position ? default : _bottom;
                return FreePages.TryTake(pages, out position);
            }

            var reads = 0;
            Arrange(pages, ReadRoot(pages).FreeFront, in root, ref reads);
            _above = default;
        }
    }

    /// <summary>Frees a page from the pivot on.</summary>
    public void PushHigh(Transaction pages, PagePos position)
    {
        Debug.Assert(position.Value >= Pivot);
        using (var root = pages.Write(PagePos.Root))
        {
            Layout.At<RootPageLayout>(root.Payload, 0).FreeCount++;
        }

        AppendHigh(pages, [position]);
    }

    private static RootPageLayout ReadRoot(PageReader pages)
    {
        using var root = pages.Read(PagePos.Root);
        return Layout.At<RootPageLayout>(root.Payload, 0);
    }

    private static PagePos NextOf(PageReader pages, Mark above)
    {
        if (above.IsNone)
        {
            return ReadRoot(pages).FreeFront;
        }

        using var page = pages.Read(above.Position);
        return page.Header.Previous;
    }

    private static bool IsUnchanged(PageReader pages, Mark mark) => mark == Renewed(pages, mark);

    // A step's own catalog changes may have taken it: then it has the step's number, and is no trunk.
    private static bool IsStillTrunk(PageReader pages, Mark mark)
    {
        if (mark.IsNone || !IsUnchanged(pages, mark))
        {
            return mark.IsNone;
        }

        using var page = pages.Read(mark.Position);
        return page.Header.Type == PageType.FreeTrunk;
    }

    private static Mark Renewed(PageReader pages, Mark mark)
    {
        // A page that the pool has no more was cut off.
        if (mark.IsNone || mark.Position.Value >= pages.PageCount)
        {
            return default;
        }

        using var page = pages.Read(mark.Position);
        return new(mark.Position, page.Header.Sequence);
    }

    private bool IsEnd(PagePos next) => next.IsNil || next == _front.Position;

    /// <summary>
    /// Makes one trunk of the elements from a position on, as many as fit, and moves what belongs at the bottom there.
    /// </summary>
    /// <returns>The element below.</returns>
    private PagePos Arrange(Transaction pages, PagePos first, in RootPageLayout root, ref int reads)
    {
        var next = ReadBlock(pages, first, in root, ref reads, out var count, out var isOneTrunk);
        var block = _block.AsSpan(0, count);
        block.Sort();
        for (var i = 1; i < count; i++)
        {
            if (block[i] == block[i - 1])
            {
                throw FreePages.Damaged(block[i], $"each page once", "it twice");
            }
        }

        var lowCount = LowCount(block);
        if (lowCount == count && isOneTrunk)
        {
            _above = new(first, 0);
        }
        else
        {
            ArrangeLow(pages, first, block[..lowCount], next);
        }

        if (next.IsNil && _front.IsNone)
        {
            _bottom = _above;
        }

        if (lowCount < count)
        {
            AppendHigh(pages, block[lowCount..]);
        }

        return lowCount < count && next.IsNil ? _front.Position : next;
    }

    // The lowest is listed last, to be taken first.
    private void ArrangeLow(Transaction pages, PagePos first, Span<PagePos> low, PagePos next)
    {
        if (low.IsEmpty)
        {
            SetNext(pages, next);
            return;
        }

        var at = Math.Max(0, low.IndexOf(first));
        var trunk = low[at];
        low[(at + 1)..].CopyTo(low[at..]);
        low[..^1].Reverse();
        if (trunk != first)
        {
            SetNext(pages, trunk);
        }

        WriteTrunk(pages, trunk, low[..^1], next);
        _above = new(trunk, 0);
    }

    private PagePos ReadBlock(
        PageReader pages, PagePos first, in RootPageLayout root, ref int reads, out int count, out bool isOneTrunk)
    {
        (count, isOneTrunk) = (0, false);
        var next = first;
        while (!IsEnd(next))
        {
            FreePages.RequireInside(next, in root);
            using var page = pages.Read(next);
            reads++;
            var isTrunk = page.Header.Type == PageType.FreeTrunk;
            var listed = isTrunk ? Layout.Array<PagePos>(page.Payload, 0, FreePages.ListedCount(in page)) : default;
            if (count > 0 && (count + 1 + listed.Length > _block.Length || reads > ReadsPerStep))
            {
                break;
            }

            isOneTrunk = isTrunk && count == 0;
            _block[count++] = next;
            foreach (var position in listed)
            {
                FreePages.RequireInside(position, in root);
                _block[count++] = position;
            }

            next = page.Header.Previous;
        }

        _seen += count;
        return _seen <= _mostSeen
            ? next
            : throw FreePages.Damaged(first, $"{_mostSeen} free pages in all", "more");
    }

    private int LowCount(ReadOnlySpan<PagePos> sorted)
    {
        var count = sorted.Length;
        while (count > 0 && sorted[count - 1].Value >= Pivot)
        {
            count--;
        }

        return count;
    }

    private void AppendHigh(Transaction pages, ReadOnlySpan<PagePos> positions)
    {
        _highCount += positions.Length;
        if (!_front.IsNone)
        {
            positions = positions[Fill(pages, positions)..];
        }

        if (positions.IsEmpty)
        {
            return;
        }

        var trunk = positions[0];
        WriteTrunk(pages, trunk, positions[1..], PagePos.Nil);
        LinkBelow(pages, _bottom, trunk);
        _bottom = new(trunk, 0);
        _front = _front.IsNone ? _bottom : _front;
    }

    /// <summary>Lists in the last trunk what fits.</summary>
    private int Fill(Transaction pages, ReadOnlySpan<PagePos> positions)
    {
        int listed;
        using (var page = pages.Read(_bottom.Position))
        {
            listed = FreePages.ListedCount(in page);
        }

        var count = Math.Min(positions.Length, FreePages.TrunkCapacity - listed);
        if (count > 0)
        {
            using var trunk = pages.Write(_bottom.Position);
            var list = Layout.Array<PagePos>(trunk.Payload, 0, FreePages.TrunkCapacity);
            positions[..count].CopyTo(list[listed..]);
            trunk.Header.ItemCount = (ushort)(listed + count);
        }

        return count;
    }

    private static void WriteTrunk(Transaction pages, PagePos at, ReadOnlySpan<PagePos> listed, PagePos next)
    {
        // It may have been listed only: then its content says nothing.
        using var trunk = pages.WriteFree(at);
        listed.CopyTo(Layout.Array<PagePos>(trunk.Payload, 0, FreePages.TrunkCapacity));
        ref var header = ref trunk.Header;
        (header.Type, header.Level, header.LayoutVersion) = (PageType.FreeTrunk, 0, 1);
        header.ItemCount = (ushort)listed.Length;
        (header.Previous, header.Next) = (next, PagePos.Nil);
    }

    private void SetNext(Transaction pages, PagePos next) => LinkBelow(pages, _above, next);

    private static void LinkBelow(Transaction pages, Mark above, PagePos next)
    {
        if (above.IsNone)
        {
            using var root = pages.Write(PagePos.Root);
            Layout.At<RootPageLayout>(root.Payload, 0).FreeFront = next;
            return;
        }

        using var page = pages.Write(above.Position);
        page.Header.Previous = next;
    }

    /// <summary>An element of the stack; default = none. No free page is page 0.</summary>
    private readonly record struct Mark(PagePos Position, long Sequence)
    {
        public bool IsNone => Position == default;
    }
}
