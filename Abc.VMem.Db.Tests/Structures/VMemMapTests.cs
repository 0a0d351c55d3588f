using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public sealed class VMemMapTests : IDisposable
{
    private readonly FakePages _pages = new();
    private readonly FakeScope _scope;
    private int _maps;

    public VMemMapTests() => _scope = new FakeScope(_pages);

    public void Dispose()
    {
        Assert.Equal(0, _scope.Open);
        Assert.Equal(0, _pages.Pins);
        _pages.Dispose();
    }

    [Fact]
    public void Bytes_MapThatDoesNotExist_ReadsAsEmpty()
    {
        var map = Raw();
        Assert.Equal(0, map.Count);
        Assert.False(map.Contains("a"u8));
        Assert.False(map.TryGet("a"u8, new byte[10], out int length));
        Assert.Equal(0, length);
        Assert.False(map.Remove("a"u8));
        map.Clear();
        Assert.Equal(0, _pages.ChangeCount);
    }

    [Fact]
    public void TryGet_DestinationTooSmall_TellsLengthAndCopiesNoMore()
    {
        var map = Raw();
        map.Put("a"u8, "12345"u8);
        Assert.True(map.TryGet("a"u8, new byte[3], out int length));
        Assert.Equal(5, length);
        map.Put("big"u8, new byte[10_000]);
        Assert.True(map.TryGet("big"u8, new byte[3], out length));
        Assert.Equal(10_000, length);
        int sum = 0;
        Assert.True(map.TryGet("a"u8, ref sum, static (value, ref sum) => sum += value.Length));
        Assert.Equal(5, sum);
    }

    [Fact]
    public void Put_OverLimit_EntersNoTransaction()
    {
        var map = Raw();
        Assert.Throws<LimitExceededException>(() => map.Put(new byte[1001], []));
        Assert.Equal(0, _scope.Abandoned);
        _pages.ChangesLeft = 1;
        Assert.Throws<IOException>(() => map.Put("a"u8, "b"u8));
        Assert.Equal(1, _scope.Abandoned);
    }

    [Fact]
    public async Task Async_Verbs_DoAsTheOthers()
    {
        var map = Raw();
        Assert.True(await map.InsertAsync("a"u8.ToArray(), "1"u8.ToArray()));
        Assert.False(await map.InsertAsync("a"u8.ToArray(), "2"u8.ToArray()));
        Assert.True(await map.PutAsync("a"u8.ToArray(), "3"u8.ToArray()));
        Assert.True(await map.RemoveAsync("a"u8.ToArray()));
        Assert.False(await map.RemoveAsync("a"u8.ToArray()));
        await map.PutAsync("a"u8.ToArray(), "3"u8.ToArray());
        await map.ClearAsync();
        Assert.Equal(0, map.Count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await map.ClearAsync(new CancellationToken(canceled: true)));
        var typed = Typed<int, string>();
        Assert.True(await typed.InsertAsync(1, "one"));
        Assert.True(await typed.PutAsync(1, "eins"));
        Assert.Equal("eins", typed[1]);
        Assert.True(await typed.RemoveAsync(1));
        await typed.ClearAsync();
    }

    [Fact]
    public void Typed_Verbs_EqualSortedDictionary()
    {
        var map = Typed<string, byte[]>();
        map["theme"] = [1, 2];
        Assert.Equal([1, 2], map["theme"]);
        Assert.False(map.Insert("theme", [3]));
        Assert.True(map.Insert("font", []));
        Assert.True(map.Put("theme", [4]));
        Assert.True(map.TryGetValue("theme", out byte[]? value));
        Assert.Equal([4], value);
        Assert.False(map.TryGetValue("other", out value));
        Assert.Null(value);
        var missing = Assert.Throws<KeyNotFoundException>(() => map["other"]);
        Assert.Contains("other", missing.Message, StringComparison.Ordinal);
        Assert.True(map.ContainsKey("font"));
        Assert.Equal(2, map.Count);
        Assert.True(map.Remove("font"));
        Assert.False(map.Remove("font"));
        map.Clear();
        Assert.Empty(map);
        Assert.Throws<ArgumentNullException>(() => map.Put(null!, []));
        Assert.Throws<ArgumentNullException>(() => map.Put("a", null!));
    }

    [Fact]
    public void Typed_Ranges_AreHalfOpenAndTurnRound()
    {
        var map = Typed<long, int>();
        Assert.Throws<InvalidOperationException>(() => map.First());
        Assert.Throws<InvalidOperationException>(() => map.Last());
        Assert.False(map.TryGetFirst(out _));
        for (int i = -500; i < 500; i++)
        {
            map[i] = i * 2;
        }

        Assert.Equal(Enumerable.Range(-500, 1_000).Select(i => (long)i), map.Select(entry => entry.Key));
        Assert.Equal(Enumerable.Range(-10, 20).Select(i => i * 2), map.Range(-10, 10).Select(entry => entry.Value));
        Assert.Equal([9, 8, 7], map.Range(7, 10).Reverse().Select(entry => entry.Key));
        Assert.Equal([7, 8, 9], map.Range(7, 10).Reverse().Reverse().Select(entry => entry.Key));
        Assert.Equal(20, map.Range(-10, 10).Count);
        Assert.Empty(map.Range(10, 10));
        Assert.Empty(map.Range(10, -10));
        Assert.Equal(0, map.Range(10, -10).Count);
        Assert.Equal([498, 499], map.LowerBound(498).Select(entry => entry.Key));
        Assert.Equal(499, map.Reverse().First().Key);
        Assert.Equal(-500, map.First().Key);
        Assert.Equal(998, map.Last().Value);
        foreach (var (key, value) in map.Range(0, 2))
        {
            Assert.Equal(key * 2, value);
        }
    }

    [Fact]
    public void Typed_EnumeratorLeftEarly_EndsRead()
    {
        var map = Typed<int, int>();
        map[1] = 1;
        map[2] = 2;
        foreach (var entry in map)
        {
            map[entry.Key] = 5;
            break;
        }

        Assert.Equal(0, _scope.Open);
    }

    private VMemMap Raw() => new(_scope, NewLocator());

    private VMemMap<TKey, TValue> Typed<TKey, TValue>()
        where TKey : notnull => new(_scope, NewLocator());

    private FakeLocator NewLocator() => new(new PageAddress(PagePos.Start, 48 + (32 * _maps++)));
}
