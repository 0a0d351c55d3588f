using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public class VMemListTests
{
    [Fact]
    public void List_InTransaction_IsThereAfterCommitOnly()
    {
        using var pool = Pool.OpenInMemory(new() { MaxMappedPages = 16 });
        var outside = new VMemListView<long>(pool, Pool.StartAddress);
        using (var transaction = pool.BeginTransaction())
        {
            var list = new VMemList<long>(transaction, Pool.StartAddress);
            list.AddRange(Enumerable.Range(0, 100_000).Select(i => (long)i));
            Assert.Equal(100_000, list.Count);
            Assert.Empty(outside);
            transaction.Commit();
        }

        Assert.Equal(Enumerable.Range(0, 100_000).Select(i => (long)i), outside);
        using var snapshot = pool.BeginSnapshot();
        new VMemList<long>(pool, Pool.StartAddress).Add(7);
        Assert.Equal(100_000, new VMemListView<long>(snapshot, Pool.StartAddress).Count);
        Assert.Equal(7, outside[outside.LastPosition]);
    }

    [Fact]
    public void AddRange_OfItself_AppendsACopy()
    {
        using var pool = Pool.OpenInMemory();
        using var transaction = pool.BeginTransaction();
        var list = new VMemList<Item900>(transaction, Pool.StartAddress);
        list.AddRange(Enumerable.Range(0, 10).Select(i => Items.Of<Item900>(i)));
        list.AddRange(list);
        Assert.Equal(20, list.Count);
        Assert.Equal(list.Take(10), list.Skip(10));
    }

    [Fact]
    public void AddRange_OfAQueryOverItself_Ends()
    {
        using var pool = Pool.OpenInMemory();
        using var transaction = pool.BeginTransaction();
        var list = new VMemList<Item900>(transaction, Pool.StartAddress);
        list.AddRange(Enumerable.Range(0, 16).Select(i => Items.Of<Item900>(i)));
        list.AddRange(list.Where(_ => true));
        Assert.Equal(32, list.Count);
        Assert.Equal(list.Take(16), list.Skip(16));
    }

    [Fact]
    public void State_OfAnotherItemSize_IsRefused()
    {
        using var pool = Pool.OpenInMemory();
        new VMemList<int>(pool, Pool.StartAddress).Add(1);
        var other = new VMemList<long>(pool, Pool.StartAddress);
        Assert.Throws<ArgumentException>(() => other.Count);
        Assert.Throws<ArgumentException>(() => other.Add(2));
        Assert.Throws<ArgumentException>(() => new VMemStack<int>(pool, Pool.StartAddress).Push(2));
        Assert.Throws<ArgumentException>(() => new VMemList<Item4056>(pool, Pool.StartAddress));
        pool.Write(Pool.StartAddress.Plus(40), 1);
        Assert.Throws<ArgumentException>(() => new VMemList<int>(pool, Pool.StartAddress.Plus(32)).Add(2));
    }
}
