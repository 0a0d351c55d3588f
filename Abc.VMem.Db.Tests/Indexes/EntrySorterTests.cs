using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Indexes;

public sealed class EntrySorterTests
{
    private const int Seed = 20261;

    [Theory]
    [InlineData(0, 1 << 20)]
    [InlineData(1, 1 << 20)]
    [InlineData(5_000, 1 << 20)]
    [InlineData(5_000, 16 << 10)]
    [InlineData(60_000, 16 << 10)]
    public void Drain_AnyNumberAnyBudget_GivesAllInOrderAndFreesItsPages(int count, int budget)
    {
        using var pages = new FakePages();
        var sorter = new EntrySorter(pages, budget);
        var expected = Fill(sorter, count);
        var sink = new ListSink();

        sorter.Visit(sink);
        Assert.Equal(expected, sink.Entries);
        sink.Entries.Clear();
        sorter.Drain(sink);

        Assert.Equal(expected, sink.Entries);
        Assert.Equal(2, pages.UsedCount);
        Assert.Equal(0, pages.Pins);
        Assert.Equal(count, sorter.Count);
        Assert.Equal(count * 40 > budget, pages.PageCount > 2);
    }

    [Fact]
    public void Abandon_AfterSpilling_FreesAllPages()
    {
        using var pages = new FakePages();
        var sorter = new EntrySorter(pages, 16 << 10);
        Fill(sorter, 20_000);
        Assert.True(pages.UsedCount > 50);

        sorter.Visit(new ListSink());
        sorter.Abandon();

        Assert.Equal(2, pages.UsedCount);
    }

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

    private static List<(string Entry, int Parts, bool HasNull)> Fill(EntrySorter sorter, int count)
    {
        var random = new Random(Seed);
        var expected = new List<(string, int, bool)>();
        for (var i = 0; i < count; i++)
        {
            var parts = new byte[random.Next(30)];
            random.NextBytes(parts);
            byte[] key = [(byte)(i >> 16), (byte)(i >> 8), (byte)i];
            sorter.Entries.Add(parts, key, i % 7 == 0);
            sorter.Added(1);
            expected.Add((Convert.ToHexString([.. parts, .. key]), parts.Length, i % 7 == 0));
        }

        expected.Sort((x, y) => string.CompareOrdinal(x.Item1, y.Item1));
        return expected;
    }

    private sealed class ListSink : IEntrySink
    {
        public List<(string Entry, int Parts, bool HasNull)> Entries { get; } = [];

        public void Take(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> parts, bool hasNull) =>
            Entries.Add((Convert.ToHexString(entry), parts.Length, hasNull));
    }
}
