using Abc.VMem.Db.Indexes;

namespace Abc.VMem.Db.Tests.Indexes;

public sealed class EntrySetTests
{
    [Fact]
    public void SortDistinct_OfEqualEntries_KeepsOne()
    {
        var set = new EntrySet();
        set.Add([9], [1], hasNull: false);
        set.Add([3], [1], hasNull: false);
        set.Add([2], [1], hasNull: true);
        set.Add([3], [1], hasNull: false);

        set.SortDistinct(1);

        Assert.Equal(["0901", "0201", "0301"], Enumerable.Range(0, set.Count).Select(i => Convert.ToHexString(set[i])));
        Assert.True(set.HasNull(1));
    }
}
