using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public class ItemPositionTests
{
    [Fact]
    public void Position_OfAnInnerPageOfAnotherKindOrSize_IsRefused()
    {
        using var fixture = new PoolFixture(64);
        var list = new VMemList<long>(fixture.Pool, PoolFixture.Slot(0));
        var stack = new VMemStack<long>(fixture.Pool, PoolFixture.Slot(1));
        var ints = new VMemList<int>(fixture.Pool, PoolFixture.Slot(2));
        var text = new VMemString(fixture.Pool, PoolFixture.Slot(3));
        list.AddRange(new long[2000]);
        stack.PushRange(new long[2000]);
        ints.AddRange(new int[4000]);
        text.Set(new string('x', 20_000));
        foreach (var position in new[] { stack.PositionAt(700), ints.PositionAt(1500) })
        {
            Assert.False(list.TryGet(position, out _));
            Assert.Throws<ArgumentException>(() => list[position] = 1);
            Assert.Throws<ArgumentException>(() => list.RemoveAt(position));
            Assert.Throws<ArgumentException>(() => list.Insert(position, 1));
        }

        var inner = Enumerable.Range(2, 60).Select(page => new ItemPosition(new(page), 0));
        Assert.Equal(list.PageCount, inner.Count(position => list.TryGet(position, out _)));
        Assert.Equal(stack.PageCount, inner.Count(position => stack.TryGet(position, out _)));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(900)]
    [InlineData(1400)]
    [InlineData(2000)]
    public void Position_OfAnotherList_IsRefusedByAListOfFewPages(int count)
    {
        using var fixture = new PoolFixture(64);
        var list = new VMemList<long>(fixture.Pool, PoolFixture.Slot(0));
        var other = new VMemList<long>(fixture.Pool, PoolFixture.Slot(1));
        list.AddRange(new long[count]);
        other.AddRange(new long[5000]);
        for (var i = 0; i < 5000; i += 253)
        {
            Assert.Throws<ArgumentException>(() => list.RemoveAt(other.PositionAt(i)));
        }

        for (var i = 0; i < count; i++)
        {
            Assert.True(list.TryGet(list.PositionAt(i), out _));
        }
    }

    [Fact]
    public async Task ToList_WhileAnotherThreadWrites_IsAListOfOneMoment()
    {
        using var fixture = new PoolFixture(256);
        var list = new VMemList<long>(fixture.Pool, PoolFixture.Slot(0));
        list.AddRange(Enumerable.Range(1, 2000).Select(i => (long)i));
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                list.RemoveRange(list.PositionAt(1000), ItemPosition.End);
                list.AddRange(Enumerable.Range(1001, 1000).Select(i => (long)i).ToArray());
            }
        });
        for (var i = 0; i < 200; i++)
        {
            var items = list.ToList();
            Assert.Equal(items.Count, items[^1]);
        }

        await stop.CancelAsync();
        await writer;
    }
}
