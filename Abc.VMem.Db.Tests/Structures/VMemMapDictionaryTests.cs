using Abc.VMem.Db.Paging;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>A map as .NET knows dictionaries, in a pool of a program.</summary>
public sealed class VMemMapDictionaryTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly Pool _pool = Pool.OpenInMemory(new PoolOptions { MaxMappedPages = 64 });
    private readonly VMemMap<int, string> _map;

    public VMemMapDictionaryTests(ITestOutputHelper output)
    {
        _output = output;
        _map = new(_pool, Pool.StartAddress);
    }

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Dictionary_RandomCalls_EqualsSortedDictionary()
    {
        int seed = Environment.TickCount;
        _output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var transaction = _pool.BeginTransaction();
        IDictionary<int, string> map = new VMemMap<int, string>(transaction, Pool.StartAddress);
        var keys = map.Keys;
        var model = new SortedDictionary<int, string>();
        for (int i = 0; i < 3_000; i++)
        {
            int key = random.Next(-50, 50);
            string value = new('v', random.Next(4));
            switch (random.Next(7))
            {
                case 0:
                    map[key] = model[key] = value;
                    break;
                case 1:
                    Assert.Equal(model.TryAdd(key, value), Record.Exception(() => map.Add(key, value)) is null);
                    break;
                case 2:
                    Assert.Equal(model.Remove(key), map.Remove(key));
                    break;
                case 3:
                    Assert.Equal(Has(key, value) && model.Remove(key), map.Remove(KeyValuePair.Create(key, value)));
                    break;
                case 4:
                    Assert.Equal(Has(key, value), map.Contains(KeyValuePair.Create(key, value)));
                    break;
                case 5:
                    Assert.Equal(model.TryGetValue(key, out var expected), map.TryGetValue(key, out var found));
                    Assert.Equal(expected, found);
                    break;
                default:
                    Assert.Equal(model.ContainsKey(key), keys.Contains(key));
                    break;
            }
        }

        Assert.Equal(model, map);
        Assert.Equal(model.Keys, map.Keys);
        Assert.Equal(model.Values, map.Values);
        Assert.Equal(model.Count, map.Count);

        bool Has(int key, string value) => model.TryGetValue(key, out var other) && other == value;
    }

    [Fact]
    public void Add_KeyIsThere_Throws()
    {
        _map.Add(1, "one");
        Assert.Contains("1", Assert.Throws<ArgumentException>(() => _map.Add(1, "uno")).Message, Ordinal);
        Assert.False(_map.TryAdd(1, "uno"));
        Assert.True(_map.TryAdd(2, "two"));
        Assert.Equal("one", _map[1]);
        Assert.Equal("three", _map.GetOrAdd(3, static key => key == 3 ? "three" : "?"));
        Assert.Equal("one", _map.GetOrAdd(1, static _ => throw new InvalidOperationException()));
        Assert.Throws<KeyNotFoundException>(() => _map[4]);
    }

    [Fact]
    public void Parts_OfMap_ReadOnly()
    {
        _map.InsertRange([new(2, "two"), new(1, "one"), new(3, "three")]);
        var keys = ((IDictionary<int, string>)_map).Keys;
        var values = ((IDictionary<int, string>)_map).Values;
        Assert.True(keys.IsReadOnly && values.IsReadOnly);
        Assert.Equal((3, 3), (keys.Count, _map.Values.Count));
        Assert.Contains("two", values);
        Assert.DoesNotContain("four", values);
        Assert.Throws<NotSupportedException>(() => keys.Add(7));
        Assert.Throws<NotSupportedException>(() => keys.Remove(1));
        Assert.Throws<NotSupportedException>(values.Clear);
        int[] copy = new int[4];
        keys.CopyTo(copy, 1);
        Assert.Equal([0, 1, 2, 3], copy);
        Assert.Throws<ArgumentException>(() => keys.CopyTo(copy, 2));
    }

    [Fact]
    public void CopyTo_Room_CopiesOneMoment()
    {
        _map.InsertRange(Enumerable.Range(0, 500).Select(i => KeyValuePair.Create(i, "v")));
        var array = new KeyValuePair<int, string>[501];
        _map.CopyTo(array, 1);
        Assert.Equal(Enumerable.Range(0, 500), array.Skip(1).Select(entry => entry.Key));
        Assert.Throws<ArgumentException>(() => _map.CopyTo(array, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => _map.CopyTo(array, -1));
        Assert.Equal(_map.ToArray(), _map.ToList());
        Assert.Equal(500, _map.ToArray().Length);
    }

    [Fact]
    public void InsertRange_SequenceThrows_NothingStays()
    {
        _map[1] = "one";
        Assert.Throws<TimeoutException>(() => _map.InsertRange(Failing()));
        Assert.Equal([1], _map.Keys);

        using (var transaction = _pool.BeginTransaction())
        {
            var map = new VMemMap<int, string>(transaction, Pool.StartAddress);
            map[2] = "two";
            Assert.Throws<TimeoutException>(() => map.InsertRange(Failing()));
            Assert.False(transaction.IsDoomed);
            Assert.Equal([1, 2], map.Keys);
        }

        using (var transaction = _pool.BeginTransaction())
        {
            var map = new VMemMap<int, string>(transaction, Pool.StartAddress);
            Assert.Throws<TimeoutException>(() => map.InsertRange(Failing().Skip(2)));
            Assert.False(transaction.IsDoomed);
        }

        static IEnumerable<KeyValuePair<int, string>> Failing()
        {
            yield return new(2, "two");
            yield return new(3, "three");
            throw new TimeoutException();
        }
    }

    [Fact]
    public void InsertRange_FromMapsOfTheTransaction_ReadsThemMeanwhile()
    {
        using var transaction = _pool.BeginTransaction();
        var source = new VMemMap<int, string>(transaction, Pool.StartAddress);
        var target = new VMemMap<int, string>(transaction, Pool.StartAddress.Plus(32));
        source.InsertRange(Enumerable.Range(0, 300).Select(i => KeyValuePair.Create(i, "v")));
        Assert.Equal(300, target.InsertRange(source));
        Assert.Equal(300, target.InsertRange(target.Select(entry => KeyValuePair.Create(entry.Key + 1_000, "w"))));
        Assert.Equal(600, target.Count);
        transaction.Commit();
    }

    [Fact]
    public async Task RemoveRange_OfKeys_RemovesThoseOnly()
    {
        string value = new('v', 50);
        await _map.InsertRangeAsync(Enumerable.Range(0, 1_000).Select(i => KeyValuePair.Create(i, value)));
        Assert.Equal(800, _map.RemoveRange(100, 900));
        Assert.Equal(0, _map.RemoveRange(100, 900));
        Assert.Equal(0, _map.RemoveRange(50, 10));
        Assert.Equal(Enumerable.Range(0, 100).Concat(Enumerable.Range(900, 100)), _map.Keys);
        Assert.Equal(101, await _map.RemoveRangeAsync(-5, 901));
        Assert.Equal(901, _map.First().Key);
        var raw = new VMemMap(_pool, Pool.StartAddress);
        Assert.Equal(99, raw.RemoveRange([], [0xff]));
        Assert.Equal(2, _pool.GetStatistics().PageCount - _pool.GetStatistics().FreePages);
        Assert.Equal(0, await raw.RemoveRangeAsync(Array.Empty<byte>(), new byte[] { 0xff }));
    }

    [Fact]
    public void Below_Key_WalksBothWays()
    {
        _map.InsertRange(Enumerable.Range(0, 10).Select(i => KeyValuePair.Create(i * 10, "v")));
        Assert.Equal([0, 10, 20], _map.Below(30).Select(entry => entry.Key));
        Assert.Equal([30, 20, 10, 0], _map.Below(31).Reverse().Select(entry => entry.Key));
        Assert.Equal(3, _map.Below(30).Count);
        Assert.Empty(_map.Below(0));
    }

    [Fact]
    public void Dictionary_ThroughInterfaces_ReadOnlyView()
    {
        _map.InsertRange([new(2, "two"), new(1, "one")]);
        using var snapshot = _pool.BeginSnapshot();
        IReadOnlyDictionary<int, string> view = new VMemMapView<int, string>(snapshot, Pool.StartAddress);
        _map.Clear();
        Assert.Equal(2, view.Count);
        Assert.Equal([1, 2], view.Keys);
        Assert.Equal(["one", "two"], view.Values);
        Assert.Equal("two", view[2]);
        Assert.Equal("none", view.GetValueOrDefault(3, "none"));
        Assert.IsNotType<IDictionary<int, string>>(view, exactMatch: false);
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;
}
