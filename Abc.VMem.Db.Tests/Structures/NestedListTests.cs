using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Lists whose states lie in the items of a list.</summary>
public class NestedListTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    public void Splice_OfChildrenBeforeTheirParent_EmptiesTheParent(int index)
    {
        using var fixture = new PoolFixture();
        var outer = New(fixture.Pool, 10);
        var parent = outer.PositionAt(index);
        var children = Children(outer, parent);
        children.AddRange(Enumerable.Range(100, 3).Select(i => new Node { Value = i }));
        parent = outer.Splice(parent, children);
        Assert.Equal(index, outer[parent].Value);
        Assert.True(outer[parent].Children.IsEmpty);
        Assert.Empty(Children(outer, parent));
        Assert.Equal(
            [.. Range(0, index), 100, 101, 102, .. Range(index, 10 - index)], outer.Select(node => node.Value));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(400)]
    public void InsertRange_OfChildrenBeforeTheirParent_CopiesAll(int count)
    {
        using var fixture = new PoolFixture();
        var outer = New(fixture.Pool, 90);
        var children = Children(outer, outer.PositionAt(80));
        children.AddRange(Enumerable.Range(1000, count).Select(i => new Node { Value = i }));
        outer.InsertRange(outer.PositionAt(40), children);
        Assert.Equal([.. Range(0, 40), .. Range(1000, count), .. Range(40, 50)], outer.Select(node => node.Value));
        Assert.Equal(Range(1000, count), Children(outer, outer.PositionAt(80 + count)).Select(node => node.Value));
    }

    [Fact]
    public void AddressOf_WhereNoStateFits_IsRefused()
    {
        using var fixture = new PoolFixture();
        var longs = new VMemList<long>(fixture.Pool, PoolFixture.Slot(0));
        longs.AddRange(new long[10]);
        Assert.Throws<ArgumentOutOfRangeException>(() => longs.AddressOf(longs.PositionAt(8)));
        var nodes = New(fixture.Pool, 10, slot: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => nodes.AddressOf(nodes.FirstPosition, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => nodes.AddressOf(nodes.FirstPosition, -1));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(39)]
    [InlineData(400)]
    [InlineData(-1)]
    public void State_OfWhichAPartIsOutsideItsItem_IsRefused(int offset)
    {
        using var fixture = new PoolFixture();
        var nodes = New(fixture.Pool, 10);
        var place = offset < 0
            ? new PageAddress(nodes.FirstPosition.Page, Page.Size - VMemState.Bytes)
            : nodes.AddressOf(nodes.FirstPosition).Plus(offset);
        Assert.Throws<ArgumentException>(() => new VMemList<long>(fixture.Pool, place).Add(7));
        Assert.All(nodes, node => Assert.True(node.Children.IsEmpty));
    }

    [Fact]
    public void TemporaryList_WithAStateThatIsNotEmpty_LeavesPagesThatCheckNames()
    {
        using var fixture = new PoolFixture { IsDamaged = true };
        using (var list = new TemporaryList<VMemState>(fixture.Pool))
        {
            var inner = new VMemList<long>(fixture.Pool, list.AddressOf(list.Add(default)));
            inner.AddRange(new long[1000]);
        }

        var report = fixture.Pool.Check();
        Assert.False(report.IsWhole);
        Assert.Equal(2, report.LeakedPages.Count);
        Assert.All(report.LeakedPages, page => Assert.Equal("leaked: type Items", report.Explain(page)));
    }

    private static VMemList<Node> New(PageScope scope, int count, int slot = 0)
    {
        var list = new VMemList<Node>(scope, PoolFixture.Slot(slot));
        list.AddRange(Enumerable.Range(0, count).Select(i => new Node { Value = i }));
        return list;
    }

    private static VMemList<Node> Children(VMemList<Node> list, ItemPosition parent) =>
        new(list.Scope, list.AddressOf(parent, 8));

    private static IEnumerable<long> Range(int from, int count) => Enumerable.Range(from, count).Select(i => (long)i);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Node
    {
        public long Value;
        public VMemState Children;
    }
}
