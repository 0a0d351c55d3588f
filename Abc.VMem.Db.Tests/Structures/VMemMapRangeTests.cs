using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Ranges of maps far larger than the pool.</summary>
public sealed class VMemMapRangeTests : IDisposable
{
    // The floor, where a transaction may rewrite 8 pages.
    private readonly PoolFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void RemoveRange_FarBeyondTheCap_IsOneTransaction()
    {
        var map = new VMemMap<int, int>(_fixture.Pool, Pool.StartAddress);
        Assert.Equal(100_000, map.InsertRange(Enumerable.Range(0, 100_000).Select(i => KeyValuePair.Create(i, i))));
        Assert.True(_fixture.Pool.GetStatistics().PageCount > 400);
        Assert.Equal(90_000, map.RemoveRange(5_000, 95_000));
        Assert.Equal(10_000, map.Count);
        Assert.Equal(Enumerable.Range(0, 5_000).Concat(Enumerable.Range(95_000, 5_000)), map.Keys);
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(20_000)]
    [InlineData(400_000)]
    public void Clear_MoreLargeValuesThanCanBeRewritten_IsOneTransaction(int length)
    {
        using var fixture = new PoolFixture();
        var map = new VMemMap<int, byte[]>(fixture.Pool, Pool.StartAddress);
        for (var i = 0; i < 60; i++)
        {
            map.Put(i, new byte[length]);
        }

        Assert.Equal(50, map.RemoveRange(5, 55));
        fixture.Check();
        Assert.Equal(length, map[4].Length);
        map.Clear();
        var statistics = fixture.Pool.GetStatistics();
        Assert.Equal(2 + statistics.FreePages, statistics.PageCount);
    }
}
