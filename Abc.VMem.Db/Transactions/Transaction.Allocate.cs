using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Taking pages and giving them back. Both may rewrite pages, of which a transaction may keep half of the pool's in
/// memory; when it comes near that, they let the file grow, or read, instead.
/// </summary>
internal sealed partial class Transaction
{
    // Reading so many pages, to list them one by one, costs less than it may cost the caller to lack one page more.
    private const int ShortChainPages = 64;

    /// <inheritdoc/>
    public override WritablePage Allocate(PageType type, byte level = 0, int ahead = 0)
    {
        PrepareChange();
        var isReused = TryReuse(ahead, out var position);
        if (!isReused)
        {
            position = Grow();
        }

        var page = _engine.Pool.WriteNew(position, isReused);
        ref var header = ref page.Header;
        (header.Type, header.Level, header.LayoutVersion) = (type, level, 1);
        (header.Previous, header.Next) = (PagePos.Nil, PagePos.Nil);
        return page;
    }

    /// <inheritdoc/>
    public override void Free(PagePos position)
    {
        CheckFreeable(position);
        PrepareChange();
        Push(position);
    }

    /// <inheritdoc/>
    public override void FreeChain(PagePos front, PagePos back, long pageCount)
    {
        CheckFreeable(front);
        CheckFreeable(back);
        PrepareChange();
        if (SparesRewrites(pageCount) && !_engine.Pool.IsFresh(front))
        {
            PushEach(front, back, pageCount);
        }
        else
        {
            FreePages.PushChain(this, front, back, pageCount);
        }
    }

    /// <summary>Pins a free page to make something of it: zeroed but for its sequence number and position.</summary>
    internal WritablePage WriteFree(PagePos position)
    {
        PrepareChange();
        return _engine.Pool.WriteNew(position, isReused: true);
    }

    /// <summary>Ends the pool earlier; the pages from there on are free, and on the stack of free pages no more.</summary>
    /// <param name="pageCount">Pages that stay.</param>
    /// <param name="freeCount">Free pages that go.</param>
    internal void Shrink(long pageCount, long freeCount)
    {
        using var root = Write(PagePos.Root);
        ref var layout = ref Layout.At<RootPageLayout>(root.Payload, 0);
        layout.PageCount = pageCount;
        layout.FreeCount -= freeCount;
        _pageCount = pageCount;
        _engine.NoteSize(_sequence);
    }

    private PagePos Grow()
    {
        var position = _engine.GrowPool(this);
        _pageCount = position.Value + 1;
        return position;
    }

    // A reused page stays in memory until the commit, a fresh one can go home before. So a transaction that comes near
    // the limit of what it may keep in memory lets the file grow instead, unless the next free page was fresh in it.
    private bool TryReuse(int ahead, out PagePos position)
    {
        if (_engine.Pool.IsNearPrivateLimit(ahead)
            && !(FreePages.TryPeek(this, out position) && _engine.Pool.IsFresh(position)))
        {
            position = PagePos.Nil;
            return false;
        }

        return FreePages.TryTake(this, out position);
    }

    // Half of what can be rewritten is left to the caller; short chains, of which there may be many, leave two pages
    // more.
    private bool SparesRewrites(long pageCount) =>
        RewritesLeft <= (_engine.Pool.MaxPrivatePages / 2) + (pageCount <= ShortChainPages ? 2 : 0);

    // A page that begins a new trunk is rewritten. Instead of that the file grows by a trunk for 506 pages.
    private void Push(PagePos position)
    {
        if (FreePages.TryList(this, position))
        {
            return;
        }

        if (!SparesRewrites(long.MaxValue) || _engine.Pool.IsFresh(position))
        {
            FreePages.AddTrunk(this, position);
            return;
        }

        var trunk = Grow();
        _engine.Pool.WriteNew(trunk, isReused: false).Dispose();
        FreePages.AddTrunk(this, trunk);
        var isListed = FreePages.TryList(this, position);
        Debug.Assert(isListed, "A new trunk has room.");
    }

    private void PushEach(PagePos front, PagePos back, long pageCount)
    {
        var position = back;
        for (var left = pageCount; left > 0; left--)
        {
            if (position.Value <= PagePos.Start.Value || (position == front) != (left == 1))
            {
                throw new CorruptDatabaseException(
                    "chain of pages",
                    position.Value,
                    FormattableString.Invariant($"{pageCount} pages from {back} back to {front}"),
                    FormattableString.Invariant($"another one, {left - 1} before it"));
            }

            PagePos previous;
            using (var page = Read(position))
            {
                previous = page.Header.Previous;
            }

            Push(position);
            position = previous;
        }
    }

    private static void CheckFreeable(PagePos position)
    {
        if (position.Value < 2)
        {
            throw new ArgumentOutOfRangeException(nameof(position), "The root page and the start page can't be freed.");
        }
    }
}
