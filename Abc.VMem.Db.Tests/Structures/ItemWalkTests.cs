using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Enumerations of a list that is changed meanwhile.</summary>
public class ItemWalkTests
{
    [Fact]
    public void Enumeration_OfAPool_SeesTheListAsOfItsStart()
    {
        using var fixture = new PoolFixture(cap: 64);
        var list = New(fixture.Pool, 40);
        using var walk = list.GetEnumerator();
        Assert.True(walk.MoveNext());
        list.RemoveWhere(item => item.Value % 2 == 0);
        list.Clear();
        list.Add(default);
        Assert.Equal(Enumerable.Range(1, 39), Rest(walk));
    }

    [Fact]
    public void Enumeration_InATransaction_SeesChangesAhead()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 40);
        using var walk = list.GetEnumerator();
        Assert.True(walk.MoveNext());
        list.RemoveRange(list.PositionAt(8), list.PositionAt(16));
        list[list.PositionAt(10)] = Items.Of<Item1000>(1000);
        list.Insert(list.PositionAt(20), Items.Of<Item1000>(2000));
        var expected = list.Skip(1).Select(item => (int)item.Value).ToArray();
        Assert.Equal(expected, Rest(walk));
        Assert.Contains(2000, expected);
    }

    [Fact]
    public void Enumeration_InATransaction_EndsWithTheItemThatWasTheLast()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 7);
        var seen = 0;
        foreach (var item in list)
        {
            seen++;
            list.Add(item);
        }

        Assert.Equal(7, seen);
        Assert.Equal(14, list.Count);
    }

    [Fact]
    public void Enumeration_WhoseLastPageLeaves_EndsWithTheOneBefore()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 12);
        using var walk = list.GetEnumerator();
        Assert.True(walk.MoveNext());
        list.RemoveRange(list.PositionAt(8), ItemPosition.End);
        list.AddRange(Enumerable.Range(100, 12).Select(i => Items.Of<Item1000>(i)));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], Rest(walk));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Enumeration_ChangedWhereItStands_Throws(int change)
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 40);
        using var forward = list.GetEnumerator();
        using var backward = list.Reverse().GetEnumerator();
        for (var i = 0; i < 18; i++)
        {
            Assert.True(forward.MoveNext());
        }

        for (var i = 0; i < 22; i++)
        {
            Assert.True(backward.MoveNext());
        }

        // Both stand on the fifth page.
        switch (change)
        {
            case 0:
                list.RemoveAt(list.PositionAt(17));
                break;
            case 1:
                list.Insert(list.PositionAt(18), default);
                break;
            case 2:
                list[list.PositionAt(19)] = default;
                break;
            case 3:
                list.Clear();
                break;
            case 4:
                // The page is where it was, with all its items, but no longer in the list.
                list.Clear();
                list.AddRange(Enumerable.Range(0, 4).Select(i => Items.Of<Item1000>(i)));
                break;
            case 5:
                var other = new VMemList<Item1000>(transaction, PoolFixture.Slot(1));
                other.Splice(list);
                list.AddRange(Enumerable.Range(0, 40).Select(i => Items.Of<Item1000>(i)));
                break;
            case 6:
                list.RemoveRange(list.PositionAt(16), list.PositionAt(20));
                break;
            default:
                list.RemoveRange(list.PositionAt(4), list.PositionAt(36));
                list.AddRange(Enumerable.Range(0, 40).Select(i => Items.Of<Item1000>(i)));
                break;
        }

        Assert.Throws<InvalidOperationException>(() => forward.MoveNext());
        Assert.Throws<InvalidOperationException>(() => backward.MoveNext());
        Assert.False(transaction.IsDoomed);
        transaction.Commit();
    }

    [Fact]
    public void Enumeration_WhosePageLeftAndCameBack_Throws()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 9);
        using var walk = list.GetEnumerator();
        for (var i = 0; i < 9; i++)
        {
            Assert.True(walk.MoveNext());
        }

        // The only item of the last page: the page is freed, and allocated again with the same content.
        var last = list.LastPosition;
        var item = list[last];
        list.RemoveAt(last);
        list.Add(item);
        Assert.Equal(last, list.LastPosition);
        Assert.Throws<InvalidOperationException>(() => walk.MoveNext());
    }

    [Fact]
    public void Enumeration_OfTwoListsInOneTransaction_DoNotDisturb()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 20);
        var other = new VMemList<Item1000>(transaction, PoolFixture.Slot(1));
        foreach (var item in list)
        {
            other.Add(item);
            if (other.Count == 10)
            {
                other.Clear();
            }
        }

        Assert.Equal(20, list.Count);
        Assert.Empty(other);
        transaction.Commit();
    }

    [Fact]
    public void Range_OfPositions_HandsOutWhatIsBetween()
    {
        using var fixture = new PoolFixture();
        var list = New(fixture.Pool, 40);
        for (var from = 0; from <= 40; from += 3)
        {
            for (var to = from; to <= 40; to += 5)
            {
                var range = list.Range(list.PositionAt(from), list.PositionAt(to));
                Assert.Equal(Enumerable.Range(from, to - from), range.Select(item => (int)item.Value));
            }
        }

        Assert.Throws<ArgumentException>(() => list.Range(list.PositionAt(9), list.PositionAt(8)).ToList());
        Assert.Throws<ArgumentException>(() => list.Range(list.PositionAt(9), list.PositionAt(2)).ToList());
        Assert.Throws<ArgumentException>(() => list.Range(ItemPosition.End, list.PositionAt(2)).ToList());
        Assert.Throws<ArgumentException>(() => list.Range(new(new(2), 4), ItemPosition.End).ToList());
        Assert.Throws<ArgumentException>(() => list.Range(new(new(1000), 0), ItemPosition.End).ToList());
        Assert.Throws<ArgumentException>(() => list.Range(list.FirstPosition, ItemPosition.BeforeFirst).ToList());
        Assert.Throws<ArgumentException>(() => list.RemoveRange(list.PositionAt(9), list.PositionAt(2)));
        Assert.Throws<ArgumentException>(() => list.RemoveRange(list.PositionAt(9), list.PositionAt(8)));
    }

    private static VMemList<Item1000> New(PageScope scope, int count)
    {
        var list = new VMemList<Item1000>(scope, PoolFixture.Slot(0));
        list.AddRange(Enumerable.Range(0, count).Select(i => Items.Of<Item1000>(i)));
        return list;
    }

    private static int[] Rest(ItemEnumerator<Item1000> walk)
    {
        var rest = new List<int>();
        while (walk.MoveNext())
        {
            rest.Add((int)walk.Current.Value);
        }

        return [.. rest];
    }
}
