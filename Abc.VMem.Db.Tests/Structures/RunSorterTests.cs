using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

public sealed class RunSorterTests(ITestOutputHelper output)
{
    private const int SmallBudget = 16 << 10;

    [Theory]
    [InlineData(0, 1 << 20, 40, false)]
    [InlineData(1, 1 << 20, 40, true)]
    [InlineData(5_000, 1 << 20, 40, true)]
    [InlineData(5_000, SmallBudget, 40, false)]
    [InlineData(5_000, SmallBudget, 40, true)]
    [InlineData(60_000, SmallBudget, 20, false)]
    [InlineData(60_000, SmallBudget, 20, true)]
    [InlineData(300, SmallBudget, 30_000, true)]
    [InlineData(2_000, SmallBudget, 5_000, false)]
    public void Open_AnyNumberAnyLength_GivesAllInOrderAndFreesItsPages(
        int count, int budget, int maxBytes, bool newestFirst)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using var pages = new FakePages { MaxPins = 1 };
        var sorter = new RunSorter(() => pages, budget, budget, newestFirst);
        var expected = Fill(sorter, new Random(seed), count, maxBytes, newestFirst);

        var steps = 0;
        var items = sorter.Open(() => steps++);
        foreach (var (key, payload, isMarked) in expected)
        {
            Assert.True(items.MoveNext());
            Assert.True(items.Current.Key.SequenceEqual(key));
            Assert.True(items.Current.Payload.SequenceEqual(payload));
            Assert.Equal(isMarked, items.Current.IsMarked);
        }

        Assert.False(items.MoveNext());
        Assert.Equal(count, sorter.Count);
        Assert.Equal(2, pages.UsedCount);
        Assert.Equal(sorter.RunsWritten > 0, pages.PageCount > 2);
        Assert.Equal((long)count * maxBytes / 2 > budget, sorter.RunsWritten > 0);
        Assert.Equal(count == 60_000, steps > 50);
    }

    [Fact]
    public void Open_AscendingInput_KeepsItsOrder()
    {
        using var pages = new FakePages();
        var sorter = new RunSorter(() => pages, SmallBudget, SmallBudget);
        for (var i = 0; i < 100; i++)
        {
            sorter.Add(MapKeys.Number(i), []);
        }

        Assert.True(sorter.IsAscending);
        var items = sorter.Open();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(items.MoveNext());
            Assert.True(items.Current.Key.SequenceEqual(MapKeys.Number(i)));
        }
    }

    [Fact]
    public void Open_CancelledWhileMerging_Stops()
    {
        using var pages = new FakePages();
        var sorter = new RunSorter(() => pages, SmallBudget, SmallBudget);
        Fill(sorter, new Random(1), 40_000, 20, newestFirst: false);

        Assert.Throws<OperationCanceledException>(() => sorter.Open(() => throw new OperationCanceledException()));
        Assert.Equal(0, pages.Pins);
    }

    [Fact]
    public void MoveNext_RunCutShort_IsCorruption()
    {
        using var pages = new FakePages();
        var writer = new RunWriter(pages);
        var bytes = new byte[9_000];
        var length = SortItem.Write(bytes, new byte[5], new byte[8_000], isMarked: false);
        writer.Append(SortItem.Parse(bytes.AsSpan(0, length)));
        var run = writer.Complete();
        using (var page = pages.Write(run.Front))
        {
            page.Header.Next = PagePos.Nil;
        }

        Assert.Throws<CorruptDatabaseException>(() => new RunReader(pages, run, 0).MoveNext());
    }

    private static List<(byte[] Key, byte[] Payload, bool IsMarked)> Fill(
        RunSorter sorter, Random random, int count, int maxBytes, bool newestFirst)
    {
        var expected = new List<(byte[] Key, byte[] Payload, bool IsMarked)>();
        for (var i = 0; i < count; i++)
        {
            // Short keys repeat.
            var key = new byte[random.Next(4) == 0 ? random.Next(3) : random.Next(maxBytes)];
            random.NextBytes(key);
            var payload = new byte[random.Next(maxBytes)];
            random.NextBytes(payload);
            sorter.Add(key, payload, i % 7 == 0);
            expected.Add((key, payload, i % 7 == 0));
        }

        if (newestFirst)
        {
            expected.Reverse();
        }

        return [.. expected.OrderBy(item => item.Key, ByteOrder.Instance)];
    }
}
