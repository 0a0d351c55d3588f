using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Execution;
using Abc.VMem.Db.Linq.Spilling;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Linq.Execution;

public sealed class SortBufferTests : IDisposable
{
    private readonly TestDatabase _database = new();
    private readonly CollectionReader _reader;

    public SortBufferTests() => _reader = _database.Db.GetCollection<Person>("people").OpenReader();

    public void Dispose()
    {
        _reader.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData(0, 1 << 20)]
    [InlineData(1, 1 << 20)]
    [InlineData(7, 1 << 20)]
    [InlineData(100, 1 << 20)]
    [InlineData(100_000, 1 << 20)]
    [InlineData(7, 100)]
    [InlineData(1000, 100)]
    [InlineData(100_000, 100)]
    public void Sort_WithLimit_KeepsTheFirst(int limit, long budget)
    {
        using var share = Share(budget);
        var random = new Random(5);
        var keys = Enumerable.Range(0, 2000).Select(_ => (uint)random.Next()).ToList();
        var buffer = new SortBuffer(share, limit);
        foreach (var key in keys)
        {
            buffer.Add(Bytes(key), Bytes(~key), Bytes(key + 1));
        }

        var sorted = buffer.Sort();
        foreach (var key in keys.Order().Take(limit))
        {
            Assert.True(sorted.MoveNext());
            Assert.Equal(Bytes(~key), sorted.PrimaryKey.ToArray());
            Assert.Equal(Bytes(key + 1), sorted.Document.ToArray());
        }

        Assert.Equal(budget < 1000, share.IsSpilled);
        Assert.True(budget < 1000 || limit >= 2000 || !sorted.MoveNext());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void KeySorterCursor_RepeatedKeys_AreDroppedInOrder(long budget)
    {
        var random = new Random(6);
        using var share = Share(budget);
        var list = new KeySorter(share);
        var expected = new List<byte[]>();
        for (var i = 0; i < 3000; i++)
        {
            var key = new byte[random.Next(1, 12)];
            Array.Fill(key, (byte)random.Next(3), 0, key.Length / 2);
            list.Add(key, key);
            expected.Add(key);
        }

        list.Open();
        var distinct = expected.DistinctBy(Convert.ToHexString)
            .OrderBy(Convert.ToHexString, StringComparer.Ordinal).ToList();
        using var cursor = new KeySorterCursor(null!, list);
        foreach (var key in distinct)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(key, cursor.Key.ToArray());
        }

        Assert.False(cursor.MoveNext());
        Assert.Equal(budget == 0, share.IsSpilled);
    }

    private MemoryShare Share(long budget) => new("test", budget, _reader.OpenTemporary, null);

    private static byte[] Bytes(uint number) => Convert.FromHexString(number.ToString("X8"));
}
