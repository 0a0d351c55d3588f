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

    [Fact]
    public void Splice_AtAnyPosition_MovesThePages()
    {
        for (var at = 0; at <= 10; at++)
        {
            for (var moved = 0; moved <= 9; moved += 3)
            {
                using var fixture = new PoolFixture();
                var list = New(fixture.Pool, 0, 0, 10);
                var other = New(fixture.Pool, 1, 100, moved);
                var item = list.Splice(list.PositionAt(at), other);
                int[] expected = [.. Range(0, at), .. Range(100, moved), .. Range(at, 10 - at)];
                Assert.Equal(expected, Numbers(list));
                Assert.Equal(list.PositionAt(at + moved), item);
                Assert.Empty(other);
            }
        }
    }

    [Fact]
    public void Splice_IntoAnEmptyList_OrOfItself_IsRight()
    {
        using var fixture = new PoolFixture();
        var list = New(fixture.Pool, 0, 0, 10);
        var empty = New(fixture.Pool, 1, 0, 0);
        empty.Splice(list);
        Assert.Equal(Range(0, 10), Numbers(empty));
        Assert.Throws<ArgumentException>(() => empty.Splice(empty));
        Assert.Throws<ArgumentException>(() => empty.Splice(New(fixture.Pool, 1, 0, 0)));
        Assert.Equal(10, empty.Count);
    }

    [Fact]
    public void States_InItems_AreListsOfTheirOwn()
    {
        using var fixture = new PoolFixture();
        using (var transaction = fixture.Pool.BeginTransaction())
        {
            var outer = new VMemList<(int Number, VMemState State)>(transaction, PoolFixture.Slot(0));
            for (var i = 0; i < 200; i++)
            {
                var at = outer.Insert(outer.PositionAt(i / 2), (i, default));
                var inner = new VMemList<int>(outer.Scope, outer.AddressOf(at, 4));
                inner.AddRange(Enumerable.Range(0, i));
            }

            transaction.Commit();
        }

        using var snapshot = fixture.Pool.BeginSnapshot();
        var view = new VMemListView<(int Number, VMemState State)>(snapshot, PoolFixture.Slot(0));
        for (var at = view.FirstPosition; at != ItemPosition.End; at = view.Next(at))
        {
            var inner = new VMemListView<int>(view.Source, view.AddressOf(at, 4));
            Assert.Equal(view[at].Number, inner.Count);
            Assert.Equal(Enumerable.Range(0, view[at].Number), inner);
        }
    }

    [Fact]
    public void Positions_AtTheEdges_LeadInside()
    {
        using var fixture = new PoolFixture();
        var list = New(fixture.Pool, 0, 0, 0);
        Assert.Equal(ItemPosition.End, list.Next(ItemPosition.BeforeFirst));
        Assert.Equal(ItemPosition.BeforeFirst, list.Previous(ItemPosition.End));
        Assert.Equal(ItemPosition.End, list.FirstPosition);
        Assert.Equal(ItemPosition.BeforeFirst, list.LastPosition);
        Assert.Equal(ItemPosition.End, list.PositionAt(0));
        var only = list.Insert(ItemPosition.End, Items.Of<Item1000>(1));
        Assert.Equal(only, list.Next(ItemPosition.BeforeFirst));
        Assert.Equal(only, list.Previous(ItemPosition.End));
        Assert.Equal(ItemPosition.End, list.Next(only));
        Assert.Equal(ItemPosition.BeforeFirst, list.Previous(only));
        Assert.Throws<ArgumentException>(() => list.Next(ItemPosition.End));
        Assert.Throws<ArgumentException>(() => list.Previous(ItemPosition.BeforeFirst));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.PositionAt(2));
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(2, -1)]
    [InlineData(3, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    [InlineData(-5, 0)]
    [InlineData(1L << 40, 0)]
    public void Position_OfNoItem_IsRefused(long page, int index)
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 0, 0, 4);
        var position = new ItemPosition(new(page), index);
        Assert.Throws<ArgumentException>(() => list[position]);
        Assert.Throws<ArgumentException>(() => list[position] = default);
        Assert.Throws<ArgumentException>(() => list.Insert(position, default));
        Assert.Throws<ArgumentException>(() => list.InsertRange(position, [default]));
        Assert.Throws<ArgumentException>(() => list.RemoveAt(position));
        Assert.Throws<ArgumentException>(() => list.RemoveRange(position, ItemPosition.End));
        Assert.Throws<ArgumentException>(() => list.RemoveRange(list.FirstPosition, position));
        Assert.Throws<ArgumentException>(() => list.Splice(position, New(transaction, 1, 0, 1)));
        Assert.Throws<ArgumentException>(() => list.AddressOf(position));
        Assert.Throws<ArgumentException>(() => list.Find(default, position, ItemPosition.End));
        Assert.False(list.TryGet(position, out _));
        Assert.False(transaction.IsDoomed);
    }

    [Fact]
    public void Find_InARange_GivesThePositionOrTheRangesEnd()
    {
        using var fixture = new PoolFixture();
        var list = New(fixture.Pool, 0, 0, 16);
        var (from, to) = (list.PositionAt(5), list.PositionAt(12));
        for (var i = 0; i < 16; i++)
        {
            var item = Items.Of<Item1000>(i);
            Assert.Equal(list.PositionAt(i), list.Find(item));
            Assert.Equal(i is >= 5 and < 12 ? list.PositionAt(i) : to, list.Find(item, from, to));
            Assert.Contains(item, list);
        }

        Assert.Equal(ItemPosition.End, list.Find(Items.Of<Item1000>(99)));
        Assert.False(list.Remove(Items.Of<Item1000>(99)));
        Assert.True(list.Remove(Items.Of<Item1000>(7)));
        Assert.Equal(15, list.Count);
    }

    [Fact]
    public void CopyTo_OfTooLittleRoom_IsRefused()
    {
        using var fixture = new PoolFixture();
        ICollection<Item1000> list = New(fixture.Pool, 0, 0, 10);
        var copy = new Item1000[12];
        list.CopyTo(copy, 2);
        Assert.Equal(Range(0, 10), copy.Skip(2).Select(item => (int)item.Value));
        Assert.Throws<ArgumentException>(() => list.CopyTo(copy, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.CopyTo(copy, 13));
        Assert.Equal(10, list.Count);
        Assert.False(list.IsReadOnly);
        list.Add(default);
        Assert.Equal(11, new List<Item1000>(list).Count);
    }

    [Fact]
    public void AddRange_WhoseItemsThrow_AddsNothing()
    {
        using var fixture = new PoolFixture();
        var list = New(fixture.Pool, 0, 0, 3);
        Assert.Throws<DivideByZeroException>(() => list.AddRange(Failing(after: 50)));
        Assert.Equal(3, list.Count);
        using var transaction = fixture.Pool.BeginTransaction();
        var inside = new VMemList<Item1000>(transaction, PoolFixture.Slot(0));
        Assert.Throws<DivideByZeroException>(() => inside.AddRange(Failing(after: 2)));
        Assert.False(transaction.IsDoomed);
        Assert.Throws<DivideByZeroException>(() => inside.AddRange(Failing(after: 50)));
        Assert.True(transaction.IsDoomed);

        static IEnumerable<Item1000> Failing(int after) =>
            Enumerable.Range(0, after + 1).Select(i => Items.Of<Item1000>(1 / (after - i)));
    }

    [Fact]
    public void RemoveWhere_WhoseConditionReadsTheList_SeesItWhole()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 0, 0, 40);
        var removed = list.RemoveWhere(
            item => item.Value % 2 == 0 && list.Count == list.ToArray().Length && list.Count > 20);
        Assert.Equal(40 - removed, list.Count);
        Assert.InRange(removed, 18, 20);
        transaction.Commit();
    }

    private static VMemList<Item1000> New(PageScope scope, int slot, int first, int count)
    {
        var list = new VMemList<Item1000>(scope, PoolFixture.Slot(slot));
        list.AddRange(Enumerable.Range(first, count).Select(i => Items.Of<Item1000>(i)));
        return list;
    }

    private static IEnumerable<int> Range(int first, int count) => Enumerable.Range(first, count);

    private static IEnumerable<int> Numbers(VMemListView<Item1000> list) => list.Select(item => (int)item.Value);
}
