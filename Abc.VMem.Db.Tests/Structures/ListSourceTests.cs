using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Items that come from the very list they go to, or from one in its items.</summary>
public class ListSourceTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(506)]
    [InlineData(1200)]
    public void AddRange_OfAQueryOverTheList_AddsAsManyAsThereWere(int count)
    {
        using var fixture = new PoolFixture(64);
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, count);
        list.AddRange(list.Select(item => item + 1_000_000));
        Assert.Equal([.. Range(0, count), .. Range(1_000_000, count)], list);
        transaction.Commit();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(600)]
    [InlineData(30_000)]
    public void AddRange_OfTheList_AppendsACopyUnderTheSmallestCap(int count)
    {
        using var fixture = new PoolFixture();
        var list = New(fixture.Pool, count);
        list.AddRange(list);
        Assert.Equal([.. Range(0, count), .. Range(0, count)], list);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(505)]
    [InlineData(700)]
    [InlineData(1199)]
    [InlineData(1200)]
    public void InsertRange_OfTheList_InsertsACopyAnywhere(int at)
    {
        using var fixture = new PoolFixture();
        var list = New(fixture.Pool, 1200);
        var first = list.InsertRange(list.PositionAt(at), list);
        Assert.Equal([.. Range(0, at), .. Range(0, 1200), .. Range(at, 1200 - at)], list);
        Assert.Equal(list.PositionAt(at), first);
    }

    [Fact]
    public void AddRange_OfManyItems_FillsThePages()
    {
        using var fixture = new PoolFixture();
        var list = New(fixture.Pool, 100);
        var first = list.InsertRange(ItemPosition.End, Range(100, 5000));
        Assert.Equal((5100 + 505) / 506, list.PageCount);
        Assert.Equal(list.PositionAt(100), first);
        first = list.InsertRange(ItemPosition.End, Range(5100, 466));
        Assert.Equal(list.PositionAt(5100), first);
        Assert.Equal(0, list.LastPosition.Index % 505);
        first = list.InsertRange(ItemPosition.End, Range(5566, 2000));
        Assert.Equal(list.PositionAt(5566), first);
        Assert.Equal(Range(0, 7566), list);
    }

    [Fact]
    public void AddRange_OfAQueryThatChangesTheList_IsRefused()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 10);
        Assert.Throws<TransactionException>(() => list.AddRange(Range(0, 5).Where(item =>
        {
            list.Add(item);
            return true;
        })));
        Assert.Equal(10, list.Count);
        Assert.False(transaction.IsDoomed);
    }

    private static VMemList<long> New(PageScope scope, int count)
    {
        var list = new VMemList<long>(scope, PoolFixture.Slot(0));
        list.AddRange(Range(0, count).ToArray());
        return list;
    }

    private static IEnumerable<long> Range(int from, int count) => Enumerable.Range(from, count).Select(i => (long)i);
}
