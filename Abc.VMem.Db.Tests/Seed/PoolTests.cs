using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>
/// The seed's tests of its pool: the same pages in the same order. The seed's caps are 4 to 6 pages, ours begin at 16.
/// </summary>
public sealed class PoolTests : IDisposable
{
    private readonly PoolFixture _fixture = new();

    private Pool Pool => _fixture.Pool;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Fit()
    {
        using var transaction = Pool.BeginTransaction();
        Assert.True(Create(transaction, others: 0));
    }

    /// <summary>The seed's cap leaves no page over; so does ours with 10 more pages.</summary>
    [Fact]
    public void Fit_ToTheLastPage()
    {
        using var transaction = Pool.BeginTransaction();
        Assert.True(Create(transaction, others: 10));
        Assert.Equal(Pool.MaxMappedPages, Pool.PeakMappedPages);
    }

    /// <summary>
    /// With pages 0 and 1 the seed's three pages fill its cap of 5. Our floor of 16 takes 11 more before that.
    /// </summary>
    [Fact]
    public void Exceed()
    {
        using var transaction = Pool.BeginTransaction();
        Assert.False(Create(transaction, others: 13));
        Assert.Equal(Pool.MaxMappedPages, Pool.PeakMappedPages);
    }

    [Fact]
    public void Reopen()
    {
        using (var transaction = Pool.BeginTransaction())
        {
            Assert.True(Create(transaction, others: 0));
            transaction.Commit();
        }

        _fixture.Reopen();

        // The seed compares page 0 with a fresh root page; ours is not handed out, so its figures are compared.
        Assert.Throws<ArgumentOutOfRangeException>(() => Pool.Read(PagePos.Root));
        var statistics = Pool.GetStatistics();
        Assert.Equal((6, 0), (statistics.PageCount, statistics.FreePages));

        Verify(Pool.StartAddress, 0x00);
        Verify(new PageAddress(new PagePos(2), 48), 0x22);
        Verify(new PageAddress(new PagePos(3), 48), 0x33);
        Verify(new PageAddress(new PagePos(4), 48), 0x44);
        Verify(new PageAddress(new PagePos(5), 48), 0x55);
    }

    [Fact]
    public void FreePages()
    {
        using (var transaction = Pool.BeginTransaction())
        {
            using var page2 = Allocate(transaction, 2);
            using var page3 = Allocate(transaction, 3);
            using var page4 = Allocate(transaction, 4);
            using var page5 = Allocate(transaction, 5);
            transaction.Free(page2.Position);
            transaction.Free(page3.Position);
            transaction.Free(page4.Position);
            transaction.Free(page5.Position);
            transaction.Commit();
        }

        using (var transaction = Pool.BeginTransaction())
        {
            using var page5 = Allocate(transaction, 5);
            using var page4 = Allocate(transaction, 4);
            using var page3 = Allocate(transaction, 3);
            using var page2 = Allocate(transaction, 2);
        }
    }

    /// <summary>
    /// The seed moves a pool to another variable, and the old one refuses. Here a variable is a reference: both are the
    /// same pool, and what refuses is a pool that was disposed.
    /// </summary>
    [Fact]
    public void Move()
    {
        var pool1 = Pool;
        var pool2 = pool1;
        Assert.Same(pool1, pool2);
        using (var transaction = pool2.BeginTransaction())
        {
            using var page2 = Allocate(transaction, 2);
            transaction.Free(page2.Position);
        }

        pool1.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool1.Allocate());
        Assert.Throws<ObjectDisposedException>(() => pool2.Allocate());
        _fixture.Reopen();
        Assert.Equal(new PagePos(2), Pool.Allocate());
    }

    /// <summary>
    /// Pages 2, 3 (two pointers) and 4 filled and pinned, then so many others, then page 5.
    /// </summary>
    /// <returns>Whether page 5 still found room.</returns>
    private static bool Create(PoolTransaction transaction, int others)
    {
        using var page2 = Allocate(transaction, 2);
        page2.Bytes.Fill(0x22);
        using var page3a = Allocate(transaction, 3);
        page3a.Bytes.Fill(0x33);
        using var page3b = transaction.Read(page3a.Position);
        Assert.Equal(3, page3b.Position.Value);
        Assert.Equal(page3a, page3b);
        using var page4 = Allocate(transaction, 4);
        page4.Bytes.Fill(0x44);

        var more = new List<PagePtr>();
        try
        {
            for (var i = 0; i < others; i++)
            {
                more.Add(Allocate(transaction, 5 + i));
            }

            try
            {
                using var page5 = Allocate(transaction, 5 + others);
                page5.Bytes.Fill(0x55);
                return true;
            }
            catch (LimitExceededException)
            {
                return false;
            }
        }
        finally
        {
            more.ForEach(page => page.Dispose());
        }
    }

    private static WritablePagePtr Allocate(PoolTransaction transaction, long expected)
    {
        var page = transaction.Allocate();
        Assert.Equal(expected, page.Position.Value);
        return page;
    }

    private void Verify(PageAddress address, byte expected)
    {
        using var page = Pool.Read(address);
        Assert.Equal(-1, page.Bytes.IndexOfAnyExcept(expected));
    }
}
