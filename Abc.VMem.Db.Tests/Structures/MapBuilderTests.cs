using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

public sealed class MapBuilderTests(ITestOutputHelper output) : IDisposable
{
    private static readonly PageAddress State = new(PagePos.Start, 64);
    private readonly FakePages _pages = new();

    public void Dispose() => _pages.Dispose();

    [Theory]
    [InlineData(MapKeyShape.Small, 5_000)]
    [InlineData(MapKeyShape.Text, 20_000)]
    [InlineData(MapKeyShape.SharedPrefix, 3_000)]
    [InlineData(MapKeyShape.Lengthy, 2_000)]
    [InlineData(MapKeyShape.Ties, 5_000)]
    [InlineData(MapKeyShape.Mixed, 5_000)]
    [InlineData(MapKeyShape.Mixed, 1)]
    public void Complete_RandomEntries_EqualsModel(MapKeyShape shape, int count)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        for (int i = 0; i < count; i++)
        {
            model[MapKeys.Next(random, shape)] = MapKeys.Value(random);
        }

        var builder = new MapBuilder(_pages, State);
        foreach (var (key, value) in model)
        {
            builder.Append(key, value);
        }

        builder.Complete();
        var seen = new HashSet<PagePos>();
        BTree.Check(_pages, State, page => Assert.True(seen.Add(page)));
        Assert.Equal(seen.Count + 2, _pages.UsedCount);
        Assert.Equal(model.Count, BTree.Count(_pages, State));
        using var scan = new MapScan(_pages, State, null, null, descending: false);
        foreach (var (key, value) in model)
        {
            Assert.True(scan.MoveNext());
            Assert.Equal(key, scan.Key.ToArray());
            Assert.True(scan.Value.SequenceEqual(value));
            Assert.True(BTree.Contains(_pages, State, key));
        }

        // What was built must bear changes like any other map.
        foreach (byte[] key in model.Keys.Where((_, i) => i % 3 > 0))
        {
            Assert.True(BTree.Remove(_pages, State, key));
        }

        BTree.Check(_pages, State, _ => { });
        BTree.Clear(_pages, State);
        Assert.Equal(2, _pages.UsedCount);
    }

    [Fact]
    public void Complete_NoEntries_LeavesEmptyMap()
    {
        new MapBuilder(_pages, State).Complete();
        Assert.Equal(0, BTree.Count(_pages, State));
        Assert.Equal(2, _pages.UsedCount);
    }

    [Fact]
    public void Complete_SmallEntries_FillsPages()
    {
        var builder = new MapBuilder(_pages, State);
        for (int i = 0; i < 100_000; i++)
        {
            builder.Append(MapKeys.Number(i), []);
        }

        builder.Complete();
        double bytes = (_pages.UsedCount - 2) * (double)Page.Size;
        output.WriteLine($"{bytes / 100_000} bytes an entry");
        Assert.True(bytes / 100_000 < 14.5);
    }

    [Fact]
    public void Append_KeyNotGreater_ThrowsAndChangesNothing()
    {
        var builder = new MapBuilder(_pages, State);
        builder.Append("b"u8, "1"u8);
        Assert.Throws<ArgumentException>(() => builder.Append("b"u8, "2"u8));
        Assert.Throws<ArgumentException>(() => builder.Append("a"u8, "2"u8));
        Assert.Throws<LimitExceededException>(() => builder.Append(new byte[1001], "2"u8));
        builder.Append("c"u8, "3"u8);
        builder.Complete();
        Assert.Equal(2, BTree.Count(_pages, State));
        Assert.Null(_pages.Doomed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(60_000)]
    public void Append_ToMapThatIsThere_GoesOnAtItsEnd(int before)
    {
        for (int i = 0; i < before; i++)
        {
            BTree.Put(_pages, State, MapKeys.Number(i), "old"u8);
        }

        for (int i = 0; i < before; i += 3)
        {
            BTree.Remove(_pages, State, MapKeys.Number(i));
        }

        long count = BTree.Count(_pages, State);
        BTree.Put(_pages, State, MapKeys.Number(before), "old"u8);
        var builder = new MapBuilder(_pages, State);
        Assert.Throws<ArgumentException>(() => builder.Append(MapKeys.Number(before), "new"u8));
        for (int i = 0; i < 50_000; i++)
        {
            builder.Append(MapKeys.Number(before + 1 + i), i % 5_000 == 0 ? new byte[9_000] : "new"u8);
        }

        builder.Complete();
        var seen = new HashSet<PagePos>();
        BTree.Check(_pages, State, page => Assert.True(seen.Add(page)));
        Assert.Equal(seen.Count + 2, _pages.UsedCount);
        Assert.Equal(count + 50_001, BTree.Count(_pages, State));
        Assert.True(BTree.Remove(_pages, State, MapKeys.Number(before + 40_000)));
        Assert.True(BTree.Insert(_pages, State, MapKeys.Number(before + 90_000), "last"u8));
        BTree.Check(_pages, State, _ => { });
    }
}
