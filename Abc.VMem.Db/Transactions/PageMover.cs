using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// One step of a compaction: moves pages from the tail of the pool into free pages before it. Who knows what refers to
/// a page walks the structures, asks which pages are misplaced, and makes the references follow.
/// </summary>
internal sealed class PageMover(Transaction pages, FreeGather gather)
{
    private const int MostMoved = 32;
    private const int MostRead = 256;

    private int _read;

    /// <summary>The step's transaction.</summary>
    public PageWriter Pages => pages;

    /// <summary>Pages moved so far.</summary>
    public int Moved { get; private set; }

    /// <summary>Whether there is no free page before the tail any more.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Whether the step has done enough, and the next one is to go on.</summary>
    public bool IsFull => IsExhausted || Moved >= MostMoved || _read >= MostRead;

    /// <summary>Whether a page lies in the tail.</summary>
    public bool IsMisplaced(PagePos position) => position.Value >= gather.Pivot;

    /// <summary>Notes that a page was looked at.</summary>
    public void CountRead() => _read++;

    /// <summary>Moves a page with its links and frees it; false when there is no room before the tail.</summary>
    /// <param name="from">The page.</param>
    /// <param name="to">Where it is now.</param>
    /// <param name="isMarked">Whether a program may still name the old place, and must find it free.</param>
    public bool TryMove(PagePos from, out PagePos to, bool isMarked = false)
    {
        if (!gather.TryTakeLow(pages, out to))
        {
            IsExhausted = true;
            return false;
        }

        using (var old = pages.Read(from))
        {
            using var page = pages.WriteFree(to);
            old.Payload.CopyTo(page.Payload);
            ref readonly var source = ref old.Header;
            ref var header = ref page.Header;
            (header.Type, header.Level, header.LayoutVersion) = (source.Type, source.Level, source.LayoutVersion);
            (header.ItemCount, header.ItemTag) = (source.ItemCount, source.ItemTag);
            (header.Previous, header.Next) = (source.Previous, source.Next);
        }

        if (isMarked)
        {
            using var old = pages.Write(from);
            old.Header.Type = PageType.None;
        }

        gather.PushHigh(pages, from);
        Moved++;
        return true;
    }

    /// <summary>As <see cref="TryMove"/>; the pages before and after it in its list follow.</summary>
    /// <exception cref="CorruptDatabaseException">They were not linked to it.</exception>
    public bool TryMoveLinked(PagePos from, out PagePos to, bool isMarked = false)
    {
        PageHeader header;
        using (var page = pages.Read(from))
        {
            header = page.Header;
        }

        if (!TryMove(from, out to, isMarked))
        {
            return false;
        }

        if (!header.Previous.IsNil)
        {
            using var previous = pages.Write(header.Previous);
            Require(in previous.Header, previous.Header.Next, in header);
            previous.Header.Next = to;
        }

        if (!header.Next.IsNil)
        {
            using var next = pages.Write(header.Next);
            Require(in next.Header, next.Header.Previous, in header);
            next.Header.Previous = to;
        }

        return true;
    }

    private static void Require(in PageHeader neighbour, PagePos link, in PageHeader moved)
    {
        if (link != moved.Position || neighbour.Type != moved.Type || neighbour.Level != moved.Level)
        {
            throw new CorruptDatabaseException(
                "linked pages",
                neighbour.Position.Value,
                FormattableString.Invariant($"a page of type {moved.Type}, linked to page {moved.Position}"),
                FormattableString.Invariant($"{neighbour.Type}, linked to {link}"));
        }
    }
}

/// <summary>Knows the structures of a pool and can make references follow pages that move.</summary>
internal interface IPageMoves
{
    /// <summary>Begins with the first structure.</summary>
    void Begin();

    /// <summary>Goes on, until the step is full.</summary>
    /// <returns>Whether all structures have been gone through.</returns>
    bool Step(PageMover mover);
}
