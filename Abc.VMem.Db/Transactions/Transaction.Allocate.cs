using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Taking pages and giving them back.</summary>
internal sealed partial class Transaction
{
    /// <inheritdoc/>
    public override WritablePage Allocate(PageType type, byte level = 0)
    {
        PrepareChange();
        var isReused = FreePages.TryTake(this, out var position);
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
        if (!FreePages.TryList(this, position))
        {
            FreePages.AddTrunk(this, position);
        }
    }

    /// <inheritdoc/>
    public override void FreeChain(PagePos front, PagePos back, long pageCount)
    {
        CheckFreeable(front);
        CheckFreeable(back);
        PrepareChange();
        FreePages.PushChain(this, front, back, pageCount);
    }

    /// <summary>Pins a free page to make something of it: zeroed but for its sequence number and position.</summary>
    internal WritablePage WriteFree(PagePos position)
    {
        PrepareChange();
        return _engine.Pool.WriteNew(position, isReused: true);
    }

    /// <summary>Ends the pool earlier. The pages from there on are free, and on the stack no more.</summary>
    /// <param name="pageCount">Pages that stay.</param>
    /// <param name="freeCount">Free pages that go.</param>
    internal void Shrink(long pageCount, long freeCount)
    {
        using var root = Write(PagePos.Root);
        ref var layout = ref Layout.At<RootPageLayout>(root.Payload, 0);
        layout.PageCount = pageCount;
        layout.FreeCount -= freeCount;
        _pageCount = pageCount;
        _engine.NoteShrink(_sequence);
    }

    private PagePos Grow()
    {
        var position = _engine.GrowPool(this);
        _pageCount = position.Value + 1;
        return position;
    }

    private static void CheckFreeable(PagePos position)
    {
        if (position.Value < 2)
        {
            throw new ArgumentOutOfRangeException(nameof(position), "The root page and the start page can't be freed.");
        }
    }
}
