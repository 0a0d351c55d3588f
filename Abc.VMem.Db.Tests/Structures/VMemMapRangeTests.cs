using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Ranges of maps far larger than the pool.</summary>
public sealed class VMemMapRangeTests : IDisposable
{
    // A range costs three or four pages a level, and two; the floor of 16 lets a transaction rewrite 8.
    private readonly PoolFixture _fixture = new(24);

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
}
