using Abc.VMem.Db.Linq.Execution;

namespace Abc.VMem.Db.Tests.Linq.Execution;

public sealed class SortBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Sort_WithLimit_KeepsTheFirst(int limit)
    {
        var random = new Random(5);
        var keys = Enumerable.Range(0, 2000).Select(_ => (uint)random.Next()).ToList();
        var buffer = new SortBuffer(limit);
        foreach (var key in keys)
        {
            buffer.Add(Bytes(key), Bytes(~key), Bytes(key + 1));
        }

        buffer.Sort();
        var expected = keys.Order().Take(limit).ToList();
        Assert.Equal(expected.Count, buffer.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(Bytes(~expected[i]), buffer.PrimaryKey(i).ToArray());
            Assert.Equal(Bytes(expected[i] + 1), buffer[i]);
        }
    }

    [Fact]
    public void KeyList_SortDistinct_OrdersAsMemcmp()
    {
        var random = new Random(6);
        var list = new KeyList();
        var expected = new List<byte[]>();
        for (var i = 0; i < 3000; i++)
        {
            var key = new byte[random.Next(0, 12)];
            Array.Fill(key, (byte)random.Next(3), 0, key.Length / 2);
            list.Add(key);
            expected.Add(key);
        }

        list.SortDistinct();
        var distinct = expected.DistinctBy(Convert.ToHexString)
            .OrderBy(Convert.ToHexString, StringComparer.Ordinal).ToList();
        Assert.Equal(distinct.Count, list.Count);
        for (var i = 0; i < distinct.Count; i++)
        {
            Assert.Equal(distinct[i], list[i].ToArray());
        }
    }

    private static byte[] Bytes(uint number) => Convert.FromHexString(number.ToString("X8"));
}
