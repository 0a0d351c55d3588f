using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>
/// Pages that a rolled-back transaction sent home lie behind the pool's end, whole and with the right position. A state
/// or a position that a program kept of them was believed: a list there took items, and lost them with the next open.
/// </summary>
public sealed class GhostPageTests : IDisposable
{
    private readonly PoolFixture _fixture = new(Pool.MinMappedPages);

    private Pool Pool => _fixture.Pool;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void State_InAPageOfARolledBackTransaction_IsRefused()
    {
        PagePos ghost;
        using (var transaction = Pool.BeginTransaction())
        {
            var pages = Enumerable.Range(0, 40).Select(_ => Allocate(transaction)).ToList();
            ghost = pages[10];
        }

        new VMemStack<long>(Pool, PoolFixture.Slot(1)).Push(1);
        var list = new VMemList<long>(Pool, new PageAddress(ghost, 48));
        Assert.Throws<ArgumentException>(() => list.Add(5));
        Assert.Throws<ArgumentException>(() => list.Count);
    }

    [Fact]
    public void Position_OfARolledBackTransaction_NamesNoItem()
    {
        var list = new VMemList<long>(Pool, PoolFixture.Slot(0));
        list.AddRange(Enumerable.Range(0, 2000).Select(i => (long)i));
        ItemPosition ghost;
        using (var transaction = Pool.BeginTransaction())
        {
            var more = new VMemList<long>(transaction, PoolFixture.Slot(0));
            more.AddRange(Enumerable.Range(0, 50_000).Select(i => (long)i));
            ghost = more.PositionAt(10_000);
        }

        list[list.FirstPosition] = 77;
        Assert.False(list.TryGet(ghost, out _));
        Assert.Throws<ArgumentException>(() => list.RemoveAt(ghost));
        Assert.Equal(2000, list.Count);
    }

    [Fact]
    public void Check_ItemCopiedWithItsState_ReportsTheCopy()
    {
        var outer = new VMemList<VMemState>(Pool, PoolFixture.Slot(0));
        var at = outer.Add(default);
        new VMemList<long>(Pool, outer.AddressOf(at)).Add(1);
        var copy = outer.Add(outer[at]);

        var report = Pool.Check();
        Assert.Equal([(outer.AddressOf(copy), outer.AddressOf(at))], report.CopiedStates);
        Assert.True(report.IsWhole);
        Assert.Contains("is a copy of that at item 0", report.ToString(), StringComparison.Ordinal);
    }

    private static PagePos Allocate(PoolTransaction transaction)
    {
        using var page = transaction.Allocate();
        return page.Position;
    }
}
