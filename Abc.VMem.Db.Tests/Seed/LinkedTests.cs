using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>
/// The seed's tests of linked pages. Its states are variables of the test; ours are on the start page, which changes no
/// position. Its end and its begin of an empty list are <see cref="PagePos.Nil"/> here, and so are its two edges.
/// </summary>
public sealed class LinkedTests : IDisposable
{
    private readonly PoolFixture _fixture = new();
    private readonly LinkedPages _linked;

    public LinkedTests() => _linked = new(Pool, PoolFixture.Slot(0));

    private Pool Pool => _fixture.Pool;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void MixedOne()
    {
        Insert(_linked, PagePos.Nil, 2, 0x0052);
        AssertEdges(first: 2, last: 2);
        Verify((0x0052, 2));

        Assert.Equal(PagePos.Nil, _linked.Remove(_linked.First));
        Assert.Equal(PagePos.Nil, _linked.First);
        Assert.Empty(_linked);

        AssertAllocates(2);
    }

    [Fact]
    public void MixedMany()
    {
        Insert(_linked, _linked.First, 2, 0x0062);
        AssertEdges(first: 2, last: 2);
        Insert(_linked, PagePos.Nil, 3, 0x0063);
        AssertEdges(first: 2, last: 3);
        Insert(_linked, new(3), 4, 0x0064);
        AssertEdges(first: 2, last: 3);
        Insert(_linked, _linked.First, 5, 0x0065);
        AssertEdges(first: 5, last: 3);
        Verify((0x0065, 5), (0x0062, 2), (0x0064, 4), (0x0063, 3));

        Assert.Equal(new PagePos(4), _linked.Remove(new PagePos(2)));
        Assert.Equal(new PagePos(4), _linked.Remove(_linked.First));
        AssertEdges(first: 4, last: 3);
        Assert.Equal(PagePos.Nil, _linked.Remove(_linked.Last));
        AssertEdges(first: 4, last: 4);
        Verify((0x0064, 4));

        AssertAllocates(3, 5, 2);
    }

    [Fact]
    public void Splice()
    {
        Insert(_linked, _linked.First, 2, 0x0062);
        AssertEdges(first: 2, last: 2);
        Insert(_linked, _linked.First, 3, 0x0063);
        AssertEdges(first: 3, last: 2);
        Insert(_linked, _linked.First, 4, 0x0064);
        AssertEdges(first: 4, last: 2);

        var other = new LinkedPages(Pool, PoolFixture.Slot(1));
        Insert(other, other.First, 5, 0x0065);
        Assert.Equal((new PagePos(5), new PagePos(5)), (other.First, other.Last));
        Insert(other, other.First, 6, 0x0066);
        Assert.Equal((new PagePos(6), new PagePos(5)), (other.First, other.Last));

        _linked.Splice(other);

        Assert.Equal((PagePos.Nil, PagePos.Nil), (other.First, other.Last));
        Assert.Empty(other);
        Verify((0x0064, 4), (0x0063, 3), (0x0062, 2), (0x0066, 6), (0x0065, 5));
    }

    [Fact]
    public void Clear()
    {
        Insert(_linked, PagePos.Nil, 2, 0x0072);
        AssertEdges(first: 2, last: 2);
        Insert(_linked, PagePos.Nil, 3, 0x0073);
        AssertEdges(first: 2, last: 3);
        Insert(_linked, PagePos.Nil, 4, 0x0074);
        AssertEdges(first: 2, last: 4);

        _linked.Clear();

        AssertAllocates(4, 3, 2);
    }

    private void Insert(LinkedPages linked, PagePos before, long expected, long data)
    {
        var page = Pool.Allocate();
        Assert.Equal(expected, page.Value);
        Pool.Write(DataOf(page), data);
        linked.Insert(before, page);
        Assert.Equal(before, linked.Next(page));
    }

    private void AssertEdges(long first, long last) =>
        Assert.Equal((new PagePos(first), new PagePos(last)), (_linked.First, _linked.Last));

    private void AssertAllocates(params long[] expected) =>
        Assert.Equal(expected, expected.Select(_ => Pool.Allocate().Value));

    /// <summary>The pages and what is on them, from both ends, step by step and enumerated.</summary>
    private void Verify(params (long Data, long Page)[] expected)
    {
        var forward = Walk(_linked.First, _linked.Next);
        var backward = Walk(_linked.Last, _linked.Previous);
        Assert.Equal(expected, forward);
        Assert.Equal(expected.Reverse(), backward);
        Assert.Equal(expected.Select(page => new PagePos(page.Page)), _linked);
        Assert.Equal(expected.Reverse().Select(page => new PagePos(page.Page)), _linked.Reverse());
        Assert.Equal(expected.Length, _linked.Count);
    }

    private List<(long Data, long Page)> Walk(PagePos from, Func<PagePos, PagePos> step)
    {
        var found = new List<(long Data, long Page)>();
        for (var page = from; !page.IsNil; page = step(page))
        {
            using var pointer = Pool.Read(page);
            found.Add((pointer.Read<long>(), page.Value));
        }

        return found;
    }

    private static PageAddress DataOf(PagePos page) => new(page, 48);
}
