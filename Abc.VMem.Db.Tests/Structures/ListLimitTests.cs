using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Lists at the smallest cap, their states in pages of their own, with free pages of both kinds.</summary>
public class ListLimitTests
{
    [Fact]
    public void Splice_InTheMiddle_Fits()
    {
        using var fixture = new PoolFixture();
        var spare = Enumerable.Range(0, 6).Select(_ => fixture.Pool.Allocate()).ToArray();
        var (list, other) = (New<long>(fixture.Pool), New<long>(fixture.Pool));
        list.AddRange(Range(0, 2000));
        other.AddRange(Range(5000, 2000));
        Array.ForEach(spare, fixture.Pool.Free);
        list.Splice(list.PositionAt(700), other);
        Assert.Equal([.. Range(0, 700), .. Range(5000, 2000), .. Range(700, 1300)], list);
        Assert.Empty(other);
    }

    [Theory]
    [InlineData(10_000, 2)]
    [InlineData(10_000, 1)]
    [InlineData(10_000, 7000)]
    [InlineData(100_000, 3)]
    [InlineData(20_000, 600)]
    public void RemoveWhere_OfAnyList_Fits(int count, int step)
    {
        using var fixture = new PoolFixture();
        var list = New<long>(fixture.Pool);
        list.AddRange(Range(0, count));
        var removed = list.RemoveWhere(item => item % step == step - 1);
        Assert.Equal(count / step, removed);
        Assert.Equal(Range(0, count).Where(item => item % step != step - 1), list);
        Assert.InRange(list.PageCount, 0, (list.Count / 253) + 1);
    }

    [Fact]
    public void RemoveWhere_OfAllButTheEdges_LeavesTheirPages()
    {
        using var fixture = new PoolFixture();
        var list = New<long>(fixture.Pool);
        list.AddRange(Range(0, 20_000));
        Assert.Equal(18_000, list.RemoveWhere(item => item is >= 1000 and < 19_000));
        Assert.Equal([.. Range(0, 1000), .. Range(19_000, 1000)], list);
        Assert.Equal(2000, list.RemoveWhere(_ => true));
        Assert.Empty(list);
    }

    [Fact]
    public void RemoveWhere_WithAConditionThatReadsTheList_SeesItWhole()
    {
        using var fixture = new PoolFixture();
        var list = New<long>(fixture.Pool);
        list.AddRange(Range(0, 8000));
        var counts = new List<long>();
        using (var transaction = fixture.Pool.BeginTransaction())
        {
            var inside = new VMemList<long>(transaction, Pool.StartAddress);
            inside.Splice(Copy(transaction, list));
            Assert.Equal(4000, inside.RemoveWhere(item =>
            {
                if (item % 1000 == 0)
                {
                    counts.Add(inside.Count);
                    Assert.Equal(inside.Count, inside.Range(ItemPosition.BeforeFirst, ItemPosition.End).LongCount());
                }

                return item % 2 == 0;
            }));
            Assert.Equal(4000, inside.Count);
        }

        Assert.Equal(8, counts.Count);
        Assert.Equal(8000, list.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomOperations_OfAPool_FitAll(int seed)
    {
        using var fixture = new PoolFixture();
        var random = new Random(seed);
        var (list, other) = (New<Item900>(fixture.Pool), New<Item900>(fixture.Pool));
        var (model, otherModel) = (new List<Item900>(), new List<Item900>());
        var spare = new Stack<PagePos>();
        for (var step = 0; step < 250; step++)
        {
            switch (random.Next(5))
            {
                case 0:
                    var at = random.Next(model.Count + 1);
                    list.Splice(list.PositionAt(at), other);
                    model.InsertRange(at, otherModel);
                    otherModel.Clear();
                    break;
                case 1 when spare.Count < 12:
                    spare.Push(fixture.Pool.Allocate());
                    break;
                case 2 when spare.Count > 0:
                    fixture.Pool.Free(spare.Pop());
                    break;
                case 3:
                    ListSteps.Run(other, otherModel, random, 12);
                    break;
                default:
                    ListSteps.Run(list, model, random, 12);
                    break;
            }
        }

        Items.AssertEqual(model, list.ToArray());
        Items.AssertEqual(otherModel, other.ToArray());
    }

    private static VMemList<T> New<T>(Pool pool)
        where T : unmanaged => new(pool, new PageAddress(pool.Allocate(), Page.HeaderBytes));

    private static TemporaryList<long> Copy(PoolTransaction transaction, VMemList<long> list)
    {
        var copy = new TemporaryList<long>(transaction);
        copy.AddRange(list.ToArray());
        return copy;
    }

    private static long[] Range(int from, int count) => [.. Enumerable.Range(from, count).Select(i => (long)i)];
}
