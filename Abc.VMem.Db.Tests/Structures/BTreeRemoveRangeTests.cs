using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Ranges are removed at every place and of every size; the tree is verified after each.</summary>
public sealed class BTreeRemoveRangeTests(ITestOutputHelper output) : IDisposable
{
    private static readonly PageAddress s_state = new(PagePos.Start, 64);

    private readonly FakePages _pages = new();

    public void Dispose() => _pages.Dispose();

    [Theory]
    [InlineData(8, 40)]
    [InlineData(300, 20)]
    [InlineData(900, 30)]
    [InlineData(901, 30)]
    public void RemoveRange_RandomRanges_EqualsModel(int keyBytes, int valueBytes)
    {
        var random = Random();
        int height = 0;
        for (int round = 0; round < 20; round++)
        {
            var map = new MapModel(_pages, s_state);
            int count = random.Next(2, 1_500);
            for (int i = 0; i < count; i++)
            {
                map.Put(Key(random.Next(3 * count), keyBytes), new byte[random.Next(valueBytes)]);
            }

            for (int i = random.Next(1, 8); i > 0; i--)
            {
                int from = random.Next(-1, 3 * count);
                int size = random.Next(3) == 0 ? random.Next(3 * count) : random.Next(20);
                map.RemoveRange(Key(from, keyBytes), Key(from + size, keyBytes));
                map.CheckAll(_pages);
                map.Put(Key(random.Next(3 * count), keyBytes), new byte[random.Next(valueBytes)]);
                map.CheckAll(_pages);
                height = Math.Max(height, BTree.ReadState(_pages, s_state).Height);
            }

            map.RemoveRange([], [0xff]);
            map.CheckAll(_pages);
            Assert.Equal(2, _pages.UsedCount);
        }

        Assert.True(height >= (keyBytes == 901 ? 4 : 2), $"height {height}");
    }

    [Fact]
    public void RemoveRange_EveryRangeOfASmallTree_EqualsModel()
    {
        // 14 keys in four leaves and a root.
        for (int from = -1; from <= 14; from++)
        {
            for (int to = from; to <= 14; to++)
            {
                var map = new MapModel(_pages, s_state);
                for (int i = 0; i < 14; i++)
                {
                    map.Insert(Key(i, 900), [(byte)i]);
                }

                map.RemoveRange(Key(from, 900), Key(to, 900));
                map.CheckAll(_pages);
                map.Insert([0x7f, 1], [1]);
                map.CheckAll(_pages);
                map.Clear();
            }
        }
    }

    [Fact]
    public void RemoveRange_LongValues_FreesTheirPages()
    {
        var random = Random();
        var map = new MapModel(_pages, s_state);
        for (int i = 0; i < 300; i++)
        {
            map.Insert(Key(i, 8), new byte[random.Next(12_000)]);
        }

        map.RemoveRange(Key(10, 8), Key(290, 8));
        map.CheckAll(_pages);
        map.RemoveRange(Key(3, 8), Key(5, 8));
        map.CheckAll(_pages);
        map.RemoveRange(Key(295, 8), Key(400, 8));
        map.CheckAll(_pages);
    }

    [Fact]
    public void RemoveRange_FailsHalfWay_Dooms()
    {
        var map = new MapModel(_pages, s_state);
        for (int i = 0; i < 200; i++)
        {
            map.Insert(Key(i, 900), []);
        }

        _pages.ChangesLeft = 3;
        Assert.Throws<IOException>(() => map.RemoveRange(Key(5, 900), Key(150, 900)));
        Assert.NotNull(_pages.Doomed);
    }

    private static byte[] Key(int number, int bytes)
    {
        byte[] key = new byte[bytes];
        if (bytes % 2 == 1)
        {
            // Ten keys share all but their last bytes: separators are long, branches narrow, the tree is high.
            new Random(number / 10).NextBytes(key);
        }

        int head = bytes % 2 == 1 ? number / 10 : number;
        BinaryPrimitives.WriteInt64BigEndian(key, head + (1L << 60));
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(bytes - 8), number + (1L << 60));
        return key;
    }

    private Random Random()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
