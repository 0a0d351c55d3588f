using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Loads of every order into maps that are empty or not, against a model.</summary>
public sealed class MapLoadTests(ITestOutputHelper output) : IDisposable
{
    private const int SmallBudget = 16 << 10;
    private static readonly PageAddress s_state = new(PagePos.Start, 64);
    private readonly FakePages _pages = new();
    private readonly FakePages _temporary = new();

    public void Dispose()
    {
        _pages.Dispose();
        _temporary.Dispose();
    }

    [Theory]
    [CombinatorialOrders]
    public void Complete_AnyOrder_EqualsModel(string order, int before, int count, bool replaces)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        for (var i = 0; i < before; i++)
        {
            Put(model, MapKeys.Next(random, MapKeyShape.Mixed), MapKeys.Value(random));
        }

        var entries = Entries(random, order, model, count);
        var expected = Apply(model, entries, replaces);
        var added = Load(entries, replaces ? LoadRule.Replace : LoadRule.Keep);

        Assert.Equal(expected.Count - model.Count, added);
        Verify(expected);
        Assert.Equal(2, _temporary.UsedCount);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5_000)]
    [InlineData(9_000)]
    public void Complete_KeyTwiceAndRefused_Throws(int count)
    {
        var random = new Random(count);
        foreach (var at in new[] { 0, count / 2, count - 1 })
        {
            foreach (var isSorted in new[] { true, false })
            {
                using var pages = new FakePages();
                var keys = Enumerable.Range(0, count).Select(i => MapKeys.Number(i)).ToList();
                keys.Insert(isSorted ? at + 1 : random.Next(count), keys[at]);
                DuplicateError error = _ => new KeyNotFoundException();
                var load = new MapLoad(pages, s_state, Sorter(false), LoadRule.Refuse, error, LoadWatch.None);

                Assert.Throws<KeyNotFoundException>(() =>
                {
                    keys.ForEach(key => load.Add(key, [1]));
                    load.Complete();
                });
            }
        }
    }

    [Fact]
    public void Add_Appending_LeavesTheMapReadable()
    {
        for (var i = 0; i < 2_000; i++)
        {
            BTree.Put(_pages, s_state, MapKeys.Number(i), [1]);
        }

        var load = new MapLoad(_pages, s_state, Sorter(false), LoadRule.Keep, null, LoadWatch.None);
        for (var i = 0; i < 40_000; i++)
        {
            load.Add(MapKeys.Number(2_000 + i), [2]);
            if (i % 9_999 == 0)
            {
                BTree.Check(_pages, s_state, _ => { });
                Assert.Equal(2_000, Scan().Count);
            }
        }

        Assert.Equal(40_000, load.Complete());
        Assert.Equal(42_000, Scan().Count);
        BTree.Check(_pages, s_state, _ => { });
    }

    [Fact]
    public void Complete_Ascending_FillsPages()
    {
        for (var i = 0; i < 100; i++)
        {
            BTree.Put(_pages, s_state, MapKeys.Number(i), [1]);
        }

        var load = new MapLoad(_pages, s_state, Sorter(false), LoadRule.Keep, null, LoadWatch.None);
        for (var i = 100; i < 100_000; i++)
        {
            load.Add(MapKeys.Number(i), []);
        }

        load.Complete();
        Assert.Equal(2, _temporary.PageCount);
        double bytes = (_pages.UsedCount - 2) * (double)Page.Size;
        Assert.True(bytes / 100_000 < 14.5);
    }

    private static void Put(SortedDictionary<byte[], byte[]> model, byte[] key, byte[] value) => model[key] = value;

    private static SortedDictionary<byte[], byte[]> Apply(
        SortedDictionary<byte[], byte[]> model, List<(byte[] Key, byte[] Value)> entries, bool replaces)
    {
        var expected = new SortedDictionary<byte[], byte[]>(model, ByteOrder.Instance);
        foreach (var (key, value) in entries)
        {
            if (replaces || !expected.ContainsKey(key))
            {
                expected[key] = value;
            }
        }

        return expected;
    }

    private List<(byte[] Key, byte[] Value)> Entries(
        Random random, string order, SortedDictionary<byte[], byte[]> model, int count)
    {
        foreach (var (key, value) in model)
        {
            BTree.Put(_pages, s_state, key, value);
        }

        var entries = Enumerable.Range(0, count)
            .Select(_ => (Key: MapKeys.Next(random, MapKeyShape.Mixed), Value: MapKeys.Value(random)))
            .ToList();
        switch (order)
        {
            case "ascending":
                return [.. entries.OrderBy(entry => entry.Key, ByteOrder.Instance)];
            case "above":
                return [.. entries.OrderBy(entry => entry.Key, ByteOrder.Instance)
                    .Select(entry => (Above(entry.Key), entry.Value))];
            case "broken":
                entries = [.. entries.OrderBy(entry => entry.Key, ByteOrder.Instance)
                    .Select(entry => (Above(entry.Key), entry.Value))];
                entries[^5] = entries[3];
                return entries;
            case "descending":
                return [.. entries.OrderByDescending(entry => entry.Key, ByteOrder.Instance)];
            default:
                return entries;
        }
    }

    private static byte[] Above(byte[] key) => [0xFF, 0xFF, .. key[..Math.Min(key.Length, 900)]];

    private long Load(List<(byte[] Key, byte[] Value)> entries, LoadRule rule)
    {
        var load = new MapLoad(_pages, s_state, Sorter(rule == LoadRule.Replace), rule, null, LoadWatch.None);
        foreach (var (key, value) in entries)
        {
            load.Add(key, value);
        }

        return load.Complete();
    }

    private RunSorter Sorter(bool newestFirst) =>
        new(() => _temporary, SmallBudget, SmallBudget, newestFirst);

    private List<byte[]> Scan()
    {
        var keys = new List<byte[]>();
        using var scan = new MapScan(_pages, s_state, null, null, descending: false);
        while (scan.MoveNext())
        {
            keys.Add(scan.Key.ToArray());
        }

        return keys;
    }

    private void Verify(SortedDictionary<byte[], byte[]> expected)
    {
        var seen = new HashSet<PagePos>();
        BTree.Check(_pages, s_state, page => Assert.True(seen.Add(page)));
        Assert.Equal(seen.Count + 2, _pages.UsedCount);
        Assert.Equal(expected.Count, BTree.Count(_pages, s_state));
        using var scan = new MapScan(_pages, s_state, null, null, descending: false);
        foreach (var (key, value) in expected)
        {
            Assert.True(scan.MoveNext());
            Assert.True(scan.Key.SequenceEqual(key));
            Assert.True(scan.Value.SequenceEqual(value));
        }

        foreach (byte[] key in expected.Keys.Where((_, i) => i % 3 > 0))
        {
            Assert.True(BTree.Remove(_pages, s_state, key));
        }

        BTree.Check(_pages, s_state, _ => { });
        BTree.Clear(_pages, s_state);
        Assert.Equal(2, _pages.UsedCount);
    }

    private sealed class CombinatorialOrdersAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from order in new[] { "ascending", "above", "broken", "descending", "random" }
            from before in new[] { 0, 1_500 }
            from count in new[] { 0, 1, 200, 6_000 }
            from replaces in new[] { false, true }
            where count > 10 || order != "broken"
            select new object[] { order, before, count, replaces };
    }
}
