using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

public class FreePagesTests
{
    [Fact]
    public void Allocate_AfterFreeOf2345_Gives5432()
    {
        using var fixture = new EngineFixture();
        using var transaction = fixture.Engine.BeginTransaction();
        Assert.Equal([2, 3, 4, 5], Enumerable.Range(0, 4).Select(_ => Allocate(transaction)));
        foreach (var position in (long[])[2, 3, 4, 5])
        {
            transaction.Free(new PagePos(position));
        }

        Assert.Equal([5, 4, 3, 2, 6], Enumerable.Range(0, 5).Select(_ => Allocate(transaction)));
    }

    [Fact]
    public void Allocate_AfterFreesOfPagesAndChains_IsLastInFirstOut()
    {
        using var fixture = new EngineFixture();
        using var transaction = fixture.Engine.BeginTransaction();
        var pages = Enumerable.Range(0, 1200).Select(_ => Allocate(transaction)).ToList();
        Link(transaction, pages[^3..]);
        var expected = new Stack<long>();
        foreach (var position in pages[..600])
        {
            transaction.Free(new PagePos(position));
            expected.Push(position);
        }

        transaction.FreeChain(new PagePos(pages[^3]), new PagePos(pages[^1]), 3);
        foreach (var position in pages[^3..])
        {
            expected.Push(position);
        }

        transaction.Free(new PagePos(pages[700]));
        expected.Push(pages[700]);
        while (expected.TryPop(out var position))
        {
            Assert.Equal(position, Allocate(transaction));
        }

        Assert.Equal(1202, Allocate(transaction));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    public void FreeChain_OfMoreChainsThanCanBeRewritten_ListsTheirPages(int length)
    {
        using var fixture = new EngineFixture(new EngineOptions { MaxMappedPages = 16 });
        long[] pages;
        using (var transaction = fixture.Engine.BeginTransaction())
        {
            pages = [.. Enumerable.Range(0, 40 * length).Select(_ => Allocate(transaction))];
            foreach (var chain in pages.Chunk(length))
            {
                Link(transaction, [.. chain]);
            }

            transaction.Commit();
        }

        using (var transaction = fixture.Engine.BeginTransaction())
        {
            foreach (var chain in pages.Chunk(length))
            {
                transaction.FreeChain(new PagePos(chain[0]), new PagePos(chain[^1]), length);
            }

            transaction.Commit();
        }

        using var snapshot = fixture.Engine.BeginSnapshot();
        var free = new List<long>();
        FreePages.Visit(snapshot, (position, _) => free.Add(position.Value));
        Assert.Equal(pages, free.Order().Take(pages.Length));
        Assert.InRange(free.Count - pages.Length, 0, 8);
    }

    [Fact]
    public void Free_TwiceInARow_Throws()
    {
        using var fixture = new EngineFixture();
        using var transaction = fixture.Engine.BeginTransaction();
        var (first, second) = (Allocate(transaction), Allocate(transaction));
        transaction.Free(new PagePos(first));
        transaction.Free(new PagePos(second));
        Assert.Throws<InvalidOperationException>(() => transaction.Free(new PagePos(second)));
        Assert.Throws<InvalidOperationException>(() => transaction.Free(new PagePos(first)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Free_RootOrStart_Throws(long position)
    {
        using var fixture = new EngineFixture();
        using var transaction = fixture.Engine.BeginTransaction();
        Assert.Throws<ArgumentOutOfRangeException>(() => transaction.Free(new PagePos(position)));
    }

    private static long Allocate(Transaction transaction)
    {
        using var page = transaction.Allocate(PageType.Linked);
        Assert.Equal(-1, page.Payload.IndexOfAnyExcept((byte)0));
        return page.Position.Value;
    }

    private static void Link(Transaction transaction, List<long> chain)
    {
        for (var i = 1; i < chain.Count; i++)
        {
            using var page = transaction.Write(new PagePos(chain[i]));
            page.Header.Previous = new PagePos(chain[i - 1]);
        }
    }
}
