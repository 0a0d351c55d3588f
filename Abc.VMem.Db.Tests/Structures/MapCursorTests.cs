using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

public sealed class MapCursorTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly FakePages _pages = new();
    private readonly FakeScope _scope;
    private readonly VMemMap _map;

    public MapCursorTests(ITestOutputHelper output)
    {
        _output = output;
        _scope = new FakeScope(_pages);
        _map = new VMemMap(_scope, new FakeLocator(new PageAddress(PagePos.Start, 48)));
    }

    public void Dispose()
    {
        Assert.Equal(0, _scope.Open);
        Assert.Equal(0, _pages.Pins);
        _pages.Dispose();
    }

    [Fact]
    public void Seek_BetweenKeys_NextIsNotBelowAndPreviousIsBelow()
    {
        Fill(0, 1_000, 10);
        using var cursor = _map.Seek(MapKeys.Number(505));
        Assert.True(cursor.MoveNext());
        Assert.Equal(MapKeys.Number(510), cursor.Key.ToArray());
        cursor.Seek(MapKeys.Number(505));
        Assert.True(cursor.MovePrevious());
        Assert.Equal(MapKeys.Number(500), cursor.Key.ToArray());
        cursor.Seek(MapKeys.Number(510));
        Assert.True(cursor.MovePrevious());
        Assert.Equal(MapKeys.Number(500), cursor.Key.ToArray());
        cursor.Seek(MapKeys.Number(510));
        Assert.True(cursor.MoveNext());
        Assert.Equal(MapKeys.Number(510), cursor.Key.ToArray());
    }

    [Fact]
    public void Move_OverBothEnds_StaysAndComesBack()
    {
        Fill(0, 300, 1);
        using var cursor = _map.SeekLast();
        Assert.False(cursor.MoveNext());
        Assert.True(cursor.MovePrevious());
        Assert.Equal(MapKeys.Number(299), cursor.Key.ToArray());
        Assert.False(cursor.MoveNext());
        Assert.True(cursor.MovePrevious());
        Assert.Equal(MapKeys.Number(299), cursor.Key.ToArray());
        cursor.SeekFirst();
        Assert.False(cursor.MovePrevious());
        Assert.True(cursor.MoveNext());
        Assert.Equal(MapKeys.Number(0), cursor.Key.ToArray());
        Assert.False(cursor.MovePrevious());
        Assert.True(cursor.MoveNext());
        Assert.Equal(MapKeys.Number(0), cursor.Key.ToArray());
    }

    [Fact]
    public void Key_OnNoEntry_Throws()
    {
        using var empty = _map.SeekFirst();
        Assert.Throws<InvalidOperationException>(() => empty.Key.Length);
        Fill(0, 3, 1);
        using var cursor = _map.SeekFirst();
        Assert.Throws<InvalidOperationException>(() => cursor.Key.Length);
        Assert.Throws<InvalidOperationException>(() => cursor.Value.Length);
        cursor.MoveNext();
        Assert.Equal(8, cursor.Key.Length);
        while (cursor.MoveNext())
        {
        }

        Assert.Throws<InvalidOperationException>(() => cursor.Key.Length);
    }

    [Fact]
    public void Move_MapCreatedAfterCursor_SeesIt()
    {
        using var first = _map.SeekFirst();
        using var last = _map.SeekLast();
        using var middle = _map.Seek(MapKeys.Number(5));
        Assert.False(first.MoveNext());
        Assert.False(last.MovePrevious());
        Fill(0, 10, 2);
        Assert.True(last.MovePrevious());
        Assert.Equal(MapKeys.Number(8), last.Key.ToArray());
        Assert.True(middle.MoveNext());
        Assert.Equal(MapKeys.Number(6), middle.Key.ToArray());
    }

    [Fact]
    public void Move_OwnEntryRemoved_GoesBothWays()
    {
        Fill(0, 2_000, 1);
        using var cursor = _map.Seek(MapKeys.Number(1_000));
        cursor.MoveNext();
        _map.Remove(MapKeys.Number(1_000));
        Assert.Equal(MapKeys.Number(1_000), cursor.Key.ToArray());
        Assert.True(cursor.MoveNext());
        Assert.Equal(MapKeys.Number(1_001), cursor.Key.ToArray());
        _map.Remove(MapKeys.Number(1_001));
        Assert.True(cursor.MovePrevious());
        Assert.Equal(MapKeys.Number(999), cursor.Key.ToArray());
    }

    [Fact]
    public void Remove_DuringWalk_EmptiesMap()
    {
        Fill(0, 5_000, 1);
        using var cursor = _map.SeekFirst();
        int count = 0;
        while (cursor.MoveNext())
        {
            Assert.Equal(MapKeys.Number(count++), cursor.Key.ToArray());
            Assert.True(_map.Remove(cursor.Key));
        }

        Assert.Equal(5_000, count);
        Assert.Equal(0, _map.Count);
        Assert.Equal(2, _pages.UsedCount);
    }

    [Fact]
    public void Value_LargeValueReplacedOrRemoved_IsCurrentOrThrows()
    {
        _map.Put("k"u8, new byte[20_000]);
        using var cursor = _map.SeekFirst();
        cursor.MoveNext();
        byte[] other = new byte[30_000];
        other[29_999] = 7;
        _map.Put("k"u8, other);
        Assert.Equal(other, cursor.Value.ToArray());
        _map.Remove("k"u8);
        Assert.Throws<InvalidOperationException>(() => cursor.Value.Length);
    }

    [Fact]
    public void Dispose_Twice_EndsReadOnce()
    {
        Fill(0, 10, 1);
        var cursor = _map.SeekFirst();
        cursor.MoveNext();
        cursor.Dispose();
        cursor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cursor.MoveNext());
        Assert.Throws<ObjectDisposedException>(() => cursor.Key.Length);
    }

    [Theory]
    [InlineData(MapKeyShape.Small)]
    [InlineData(MapKeyShape.Ties)]
    [InlineData(MapKeyShape.Mixed)]
    public void RandomMovesDuringChanges_EqualModel(MapKeyShape shape)
    {
        int seed = Environment.TickCount;
        _output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        using var cursor = _map.SeekFirst();
        byte[]? here = null;
        for (int i = 0; i < 20_000; i++)
        {
            int action = random.Next(100);
            if (action < 40)
            {
                byte[] key = here is not null && random.Next(3) == 0 ? here : MapKeys.Next(random, shape);
                byte[] value = BitConverter.GetBytes(i);
                bool isRemoval = random.Next(100) < (i / 4_000 % 2 == 0 ? 30 : 60);
                Assert.Equal(
                    isRemoval ? model.Remove(key) : model.ContainsKey(key),
                    isRemoval ? _map.Remove(key) : _map.Put(key, value));
                if (!isRemoval)
                {
                    model[key] = value;
                }
            }
            else if (action < 45)
            {
                here = null;
                byte[] key = MapKeys.Next(random, shape);
                cursor.Seek(key);
                CheckMove(cursor.MoveNext(), cursor, model.FirstOrDefault(e => Compare(e.Key, key) >= 0), ref here);
            }
            else if (here is { } key && random.Next(2) == 0)
            {
                CheckMove(cursor.MoveNext(), cursor, model.FirstOrDefault(e => Compare(e.Key, key) > 0), ref here);
            }
            else if (here is { } from)
            {
                CheckMove(cursor.MovePrevious(), cursor, model.LastOrDefault(e => Compare(e.Key, from) < 0), ref here);
            }
        }
    }

    private static void CheckMove(
        bool moved, MapCursor cursor, KeyValuePair<byte[], byte[]> expected, ref byte[]? here)
    {
        Assert.Equal(expected.Key is not null, moved);
        here = expected.Key;
        if (moved)
        {
            Assert.Equal(expected.Key, cursor.Key.ToArray());
            Assert.Equal(expected.Value, cursor.Value.ToArray());
        }
    }

    private static int Compare(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right);

    private void Fill(int from, int to, int step)
    {
        for (int i = from; i < to; i += step)
        {
            _map.Put(MapKeys.Number(i), BitConverter.GetBytes(i));
        }
    }
}
