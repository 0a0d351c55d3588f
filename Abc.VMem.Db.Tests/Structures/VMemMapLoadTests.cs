using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Ranges of entries, larger than the memory for them, into maps of databases and pools.</summary>
public sealed class VMemMapLoadTests(ITestOutputHelper output)
{
    private const int Entries = 6_000;

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(1024)]
    public void InsertRange_ThenPutRange_EqualModel(int maxMappedPages)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var test = new TestDatabase(maxMappedPages);
        var map = test.Db.GetMap("map");
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        for (var round = 0; round < 6; round++)
        {
            var replaces = random.Next(2) == 0;
            var entries = Make(random, round % 2 == 0);
            var before = model.Count;
            Apply(model, entries, replaces);

            var added = replaces ? map.PutRange(Reused(entries)) : map.InsertRange(Reused(entries));

            Assert.Equal(model.Count - before, added);
            AssertHolds(map, model);
            test.Db.Check();
        }
    }

    [Fact]
    public void InsertRange_WhileTheSourceReadsTheMap_ItReadsAsBefore()
    {
        using var test = new TestDatabase(64);
        using var transaction = test.Db.BeginTransaction();
        var map = transaction.GetMap<int, int>("map");
        map.Put(-2, -2);
        var seen = new List<int>();

        // Ascending, so that it is appended; but for one, after which the rest ascends again.
        var added = map.InsertRange(Enumerable.Range(0, 6_000).Select(i =>
        {
            if (map.ContainsKey(i - 1) || map.Count != 1)
            {
                seen.Add(i);
            }

            return new KeyValuePair<int, int>(i == 5_000 ? -1 : i, i);
        }));

        Assert.Empty(seen);
        Assert.Equal(6_000, added);
        Assert.Equal([.. Enumerable.Range(-2, 6_002).Where(i => i != 5_000)], map.Select(entry => entry.Key));
        Assert.Equal(5_000, map[-1]);
    }

    [Fact]
    public void PutRange_InATransaction_FailingOrNot_LeavesItUsable()
    {
        var random = new Random(11);
        using var test = new TestDatabase(16);
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        using (var transaction = test.Db.BeginTransaction())
        {
            var map = transaction.GetMap("map");
            var first = Make(random, isSorted: false);
            Apply(model, first, replaces: true);
            map.PutRange(first.Select(Memory));
            var pages = Make(random, isSorted: false);

            Assert.Throws<TimeoutException>(() => map.PutRange(Failing(pages)));
            Assert.Throws<LimitExceededException>(
                () => map.PutRange(pages.Append((new byte[1_001], [])).Select(Memory)));
            AssertHolds(map, model);

            var second = Make(random, isSorted: true);
            Apply(model, second, replaces: false);
            map.InsertRange(second.Select(Memory));
            transaction.Commit();
        }

        AssertHolds(test.Db.GetMap("map"), model);
    }

    [Fact]
    public void InsertRange_CancelledWhileWriting_ChangesNothing()
    {
        using var test = new TestDatabase(16);
        var map = test.Db.GetMap<int, string>("map");
        map[-1] = "there";
        using var cancellation = new CancellationTokenSource();
        var progress = new ActionProgress(step =>
        {
            if (step.EntriesWritten > 2_000)
            {
                cancellation.Cancel();
            }
        });
        var entries = Enumerable.Range(0, 9_000).Reverse().Select(i => KeyValuePair.Create(i, $"value {i}"));

        Assert.Throws<OperationCanceledException>(() => map.InsertRange(entries, progress, cancellation.Token));

        Assert.Equal([-1], map.Keys);
        Assert.Equal(9_000, map.InsertRange(entries));
        Assert.Equal("value 77", map[77]);
    }

    [Fact]
    public async Task PutRangeAsync_OfAPool_ReportsProgress()
    {
        using var pool = Pool.OpenInMemory(new PoolOptions { MaxMappedPages = 16 });
        var map = new VMemMap<string, long>(pool, Pool.StartAddress);
        var steps = new List<LoadProgress>();
        var entries = Enumerable.Range(0, 9_000).Select(i => KeyValuePair.Create($"key {i * 7919 % 9_000}", (long)i));

        Assert.Equal(9_000, await map.PutRangeAsync(entries, new ActionProgress(steps.Add)));

        Assert.Equal(new LoadProgress(9_000, 9_000, 9_000), steps[^1]);
        Assert.True(steps.Count > 8);
        Assert.Equal(0, await map.PutRangeAsync(entries.Take(5_000)));
        Assert.Equal(9_000, map.Count);
    }

    [Fact]
    public void InsertRange_FromTheMapItself_Ends()
    {
        using var test = new TestDatabase(16);
        test.Db.GetMap<int, string>("map").InsertRange(
            Enumerable.Range(0, 5_000).Select(i => KeyValuePair.Create(i, "v")));
        using var transaction = test.Db.BeginTransaction();
        var map = transaction.GetMap<int, string>("map");

        Assert.Equal(5_000, map.InsertRange(map.Select(entry => KeyValuePair.Create(entry.Key + 5_000, entry.Value))));

        transaction.Commit();
        Assert.Equal(Enumerable.Range(0, 10_000), test.Db.GetMap<int, string>("map").Keys);
    }

    private static List<(byte[] Key, byte[] Value)> Make(Random random, bool isSorted)
    {
        var entries = Enumerable.Range(0, random.Next(Entries / 2, Entries))
            .Select(_ => (Key: MapKeys.Next(random, MapKeyShape.Mixed), Value: Value(random)));
        return isSorted ? [.. entries.OrderBy(entry => entry.Key, ByteOrder.Instance)] : [.. entries];
    }

    private static byte[] Value(Random random)
    {
        var value = new byte[random.Next(40) == 0 ? random.Next(9_000) : random.Next(60)];
        random.NextBytes(value);
        return value;
    }

    private static void Apply(
        SortedDictionary<byte[], byte[]> model, List<(byte[] Key, byte[] Value)> entries, bool replaces)
    {
        foreach (var (key, value) in entries)
        {
            if (replaces || !model.ContainsKey(key))
            {
                model[key] = value;
            }
        }
    }

    private static KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Memory((byte[] Key, byte[] Value) entry) =>
        new(entry.Key, entry.Value);

    /// <summary>The same buffers for every entry: they are the source's again once the next one is asked for.</summary>
    private static IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Reused(
        List<(byte[] Key, byte[] Value)> entries)
    {
        var buffer = new byte[20_000];
        foreach (var (key, value) in entries)
        {
            key.CopyTo(buffer, 0);
            value.CopyTo(buffer, 1_000);
            yield return new(buffer.AsMemory(0, key.Length), buffer.AsMemory(1_000, value.Length));
        }
    }

    private static IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Failing(
        List<(byte[] Key, byte[] Value)> entries)
    {
        foreach (var entry in entries)
        {
            yield return Memory(entry);
        }

        throw new TimeoutException();
    }

    private static void AssertHolds(VMemMap map, SortedDictionary<byte[], byte[]> model)
    {
        using var cursor = map.SeekFirst();
        foreach (var (key, value) in model)
        {
            Assert.True(cursor.MoveNext());
            Assert.True(cursor.Key.SequenceEqual(key));
            Assert.True(cursor.Value.SequenceEqual(value));
        }

        Assert.False(cursor.MoveNext());
    }

    private sealed class ActionProgress(Action<LoadProgress> action) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => action(value);
    }
}
