using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// Runs a map beside a sorted dictionary and compares them. The model follows the map: what throws changes neither.
/// </summary>
internal sealed class MapModel
{
    private readonly SortedDictionary<byte[], byte[]> _model = new(ByteOrder.Instance);

    public MapModel(PageWriter pages, PageAddress state) => (Pages, State) = (pages, state);

    /// <summary>Where the map is now; a test that commits sets the next transaction.</summary>
    public PageWriter Pages { get; set; }

    public PageAddress State { get; }

    public int Count => _model.Count;

    public IEnumerable<KeyValuePair<byte[], byte[]>> Entries => _model;

    public void Insert(byte[] key, byte[] value)
    {
        bool inserted = BTree.Insert(Pages, State, key, value);
        Assert.Equal(_model.TryAdd(key, value), inserted);
    }

    public void Put(byte[] key, byte[] value)
    {
        Assert.Equal(_model.ContainsKey(key), BTree.Put(Pages, State, key, value));
        _model[key] = value;
    }

    public void Remove(byte[] key)
    {
        bool removed = BTree.Remove(Pages, State, key);
        Assert.Equal(_model.Remove(key), removed);
    }

    public void RemoveRange(byte[] from, byte[] to)
    {
        byte[][] expected = [.. _model.Keys.Where(key => InRange(key, from, to))];
        Assert.Equal(expected.Length, BTree.RemoveRange(Pages, State, from, to));
        foreach (byte[] key in expected)
        {
            _model.Remove(key);
        }
    }

    public void Clear()
    {
        BTree.Clear(Pages, State);
        _model.Clear();
    }

    /// <summary>Compares one lookup in all its forms.</summary>
    public void Find(byte[] key)
    {
        bool expected = _model.TryGetValue(key, out byte[]? value);
        Assert.Equal(expected, BTree.Contains(Pages, State, key));
        var buffer = new ValueBuffer();
        Assert.Equal(expected, BTree.TryGet(Pages, State, key, buffer));
        Assert.True(buffer.Span.SequenceEqual(value));
        byte[] room = new byte[200];
        Assert.Equal(expected, BTree.TryGet(Pages, State, key, room, out int length));
        Assert.Equal(value?.Length ?? 0, length);
        Assert.True(length > room.Length || room.AsSpan(0, length).SequenceEqual(value));
        byte[]? got = null;
        Assert.Equal(expected, BTree.TryGet(Pages, State, key, ref got, static (v, ref got) => got = v.ToArray()));
        Assert.Equal(value, got);
    }

    /// <summary>Verifies the tree, its count, its page use and one whole scan in each direction.</summary>
    public void CheckAll(FakePages? fake = null)
    {
        var seen = new HashSet<PagePos>();
        BTree.Check(Pages, State, page => Assert.True(seen.Add(page), $"page {page} twice"));
        Assert.Equal(_model.Count, BTree.Count(Pages, State));
        CompareScan(null, null, descending: false);
        CompareScan(null, null, descending: true);
        if (fake is not null)
        {
            Assert.Equal(0, fake.Pins);
            Assert.Equal(seen.Count + 2, fake.UsedCount);
            Assert.All(seen, page => Assert.True(fake.IsUsed(page)));
        }
    }

    public void CompareScan(byte[]? from, byte[]? to, bool descending)
    {
        var expected = _model.Where(entry => InRange(entry.Key, from, to));
        using var scan = new MapScan(Pages, State, from, to, descending);
        foreach (var entry in descending ? expected.Reverse() : expected)
        {
            Assert.True(scan.MoveNext());
            Assert.True(scan.Key.SequenceEqual(entry.Key));
            Assert.True(scan.Value.SequenceEqual(entry.Value));
        }

        Assert.False(scan.MoveNext());
        Assert.False(scan.MoveNext());
        Assert.Equal(expected.Count(), BTree.CountRange(Pages, State, from, to));
    }

    private static bool InRange(byte[] key, byte[]? from, byte[]? to) =>
        (from is null || key.AsSpan().SequenceCompareTo(from) >= 0)
        && (to is null || key.AsSpan().SequenceCompareTo(to) < 0);
}

/// <summary>memcmp order.</summary>
internal sealed class ByteOrder : IComparer<byte[]>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
