using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Chosen shapes rather than random ones.</summary>
public sealed partial class BTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Insert_InOrder_KeepsTreeSoundAndFull(int direction)
    {
        var model = new MapModel(_pages, State);
        byte[] value = new byte[100];
        for (int i = 0; i < 20_000; i++)
        {
            model.Insert(MapKeys.Number(1_000_000 + (direction * i)), value);
        }

        model.CheckAll(_pages);
        double fill = 20_000 * 108.0 / ((_pages.UsedCount - 2) * (double)Page.Size);
        output.WriteLine($"payload fills {fill:P1}");
        Assert.True(fill > (direction > 0 ? 0.9 : 0.45));
    }

    [Fact]
    public void Remove_InEveryOrder_FreesAllPages()
    {
        foreach (int order in new[] { 0, 1, 2 })
        {
            var model = new MapModel(_pages, State);
            int[] numbers = [.. Enumerable.Range(0, 5_000)];
            foreach (int i in numbers)
            {
                model.Insert(MapKeys.Number(i), new byte[i % 300]);
            }

            new Random(order).Shuffle(order == 2 ? numbers : []);
            foreach (int i in order == 1 ? numbers.Reverse() : numbers)
            {
                model.Remove(MapKeys.Number(i));
            }

            Assert.Equal(2, _pages.UsedCount);
            Assert.Equal(0, BTree.Count(_pages, State));
        }
    }

    [Fact]
    public void Insert_KeyThatBreaksLongPrefix_SplitsOff()
    {
        // A leaf of hundreds of short suffixes behind 900 shared bytes: without the prefix it would fill 45 pages.
        var model = new MapModel(_pages, State);
        for (int i = 0; i < 200; i++)
        {
            byte[] key = new byte[908];
            key.AsSpan(0, 900).Fill((byte)'m');
            MapKeys.Number(i).CopyTo(key, 900);
            model.Insert(key, []);
        }

        foreach (byte letter in "azbmy"u8.ToArray())
        {
            model.Insert([letter], []);
            model.Insert([letter, letter], []);
            model.CheckAll(_pages);
        }
    }

    [Fact]
    public void Insert_SeparatorsThatBreakLongPrefix_KeepsBranchesSound()
    {
        var model = new MapModel(_pages, State);
        var random = new Random(5);
        foreach (byte letter in "mazkpmb"u8.ToArray())
        {
            for (int i = 0; i < 400; i++)
            {
                byte[] key = new byte[960];
                key.AsSpan().Fill(letter);
                MapKeys.Number(random.NextInt64()).CopyTo(key, 900 + random.Next(50));
                model.Put(key, new byte[30]);
            }

            model.CheckAll(_pages);
        }

        model.Clear();
        model.CheckAll(_pages);
    }

    [Fact]
    public void Put_SameLength_ChangesValueBytesOnly()
    {
        for (int i = 0; i < 30; i++)
        {
            BTree.Put(_pages, State, MapKeys.Number(i), new byte[100]);
        }

        byte[][] before = Snapshot();
        byte[] value = new byte[100];
        value[7] = 1;
        BTree.Put(_pages, State, MapKeys.Number(11), value);
        byte[][] after = Snapshot();
        int differences = before.Zip(after, (x, y) => x.Zip(y, (a, b) => a == b ? 0 : 1).Sum()).Sum();
        Assert.Equal(1, differences);
    }

    [Fact]
    public void Put_EqualValue_WritesNothing()
    {
        BTree.Put(_pages, State, "inline"u8, new byte[100]);
        BTree.Put(_pages, State, "overflow"u8, new byte[10_000]);
        long changes = _pages.ChangeCount;
        Assert.True(BTree.Put(_pages, State, "inline"u8, new byte[100]));
        Assert.True(BTree.Put(_pages, State, "overflow"u8, new byte[10_000]));
        Assert.Equal(changes, _pages.ChangeCount);
    }

    [Fact]
    public void Put_LargeValueOfSameLength_WritesPagesThatDiffer()
    {
        byte[] value = new byte[100_000];
        BTree.Put(_pages, State, "k"u8, value);
        long changes = _pages.ChangeCount;
        value[50_000] = 1;
        BTree.Put(_pages, State, "k"u8, value);
        Assert.Equal(changes + 1, _pages.ChangeCount);
        var buffer = new ValueBuffer();
        Assert.True(BTree.TryGet(_pages, State, "k"u8, buffer));
        Assert.True(buffer.Span.SequenceEqual(value));
    }

    [Fact]
    public void Put_EveryChangeOfSize_EqualsModel()
    {
        var model = new MapModel(_pages, State);
        int[] lengths = [0, 1, 24, 25, 900, 999, 1000, 1001, 1010, 4047, 4048, 4049, 8096, 8097, 100_000];
        foreach (int keyLength in new[] { 0, 1, 8, 500, 982, 1000 })
        {
            byte[] key = new byte[keyLength];
            foreach (int from in lengths)
            {
                foreach (int to in lengths)
                {
                    model.Put(key, new byte[from]);
                    model.Put(key, new byte[to]);
                    model.Find(key);
                }
            }

            model.CheckAll(_pages);
        }
    }

    [Fact]
    public void Put_LargestValue_ReadsBack()
    {
        byte[] value = new byte[64 << 20];
        new Random(1).NextBytes(value);
        BTree.Put(_pages, State, "big"u8, value);
        var buffer = new ValueBuffer();
        Assert.True(BTree.TryGet(_pages, State, "big"u8, buffer));
        Assert.True(buffer.Span.SequenceEqual(value));
        BTree.Remove(_pages, State, "big"u8);
        Assert.Equal(2, _pages.UsedCount);
    }

    [Fact]
    public void Put_OverLimits_ThrowsAndChangesNothing()
    {
        BTree.Put(_pages, State, new byte[1000], []);
        long changes = _pages.ChangeCount;
        Assert.Throws<LimitExceededException>(() => BTree.Put(_pages, State, new byte[1001], []));
        Assert.Throws<LimitExceededException>(() =>
            BTree.Insert(_pages, State, [1], new byte[BTree.MaxValueBytes + 1]));
        Assert.Equal(changes, _pages.ChangeCount);
        Assert.False(BTree.Contains(_pages, State, new byte[1001]));
        Assert.False(BTree.Remove(_pages, State, new byte[2000]));
        Assert.Null(_pages.Doomed);
    }

    [Fact]
    public void Put_FailureAtEveryChange_DoomsOnceSomethingWasTouched()
    {
        for (int fill = 0; fill < 2; fill++)
        {
            for (int left = 0; left < 20; left++)
            {
                using var pages = new FakePages();
                for (int i = 0; i < 35 * fill; i++)
                {
                    BTree.Put(pages, State, MapKeys.Number(i * 2), new byte[100]);
                }

                pages.ChangesLeft = left;
                var failure = Record.Exception(() => BTree.Put(pages, State, MapKeys.Number(31), new byte[9_000]));
                Assert.Equal(failure is not null && left > 0, pages.Doomed is not null);
                Assert.True(pages.Doomed is null || ReferenceEquals(failure, pages.Doomed));
                Assert.Equal(0, pages.Pins);
            }
        }
    }

    [Fact]
    public void CountRange_AcrossLeaves_CountsHalfOpen()
    {
        for (int i = 0; i < 3_000; i++)
        {
            BTree.Put(_pages, State, MapKeys.Number(i), new byte[20]);
        }

        Assert.Equal(2_000, BTree.CountRange(_pages, State, MapKeys.Number(500), MapKeys.Number(2_500)));
        Assert.Equal(0, BTree.CountRange(_pages, State, MapKeys.Number(500), MapKeys.Number(500)));
        Assert.Equal(0, BTree.CountRange(_pages, State, MapKeys.Number(501), MapKeys.Number(500)));
        Assert.Equal(3_000, BTree.CountRange(_pages, State, null, null));
        Assert.Equal(3_000, BTree.CountRange(_pages, State, [], null));
        Assert.Equal(1, BTree.CountRange(_pages, State, null, MapKeys.Number(1)));
        Assert.Equal(1, BTree.CountRange(_pages, State, MapKeys.Number(2_999), [255]));
    }

    [Fact]
    public void SeekTo_Scan_NeverGoesBack()
    {
        for (int i = 0; i < 1_000; i++)
        {
            BTree.Put(_pages, State, MapKeys.Number(i), []);
        }

        using var up = new MapScan(_pages, State, MapKeys.Number(10), MapKeys.Number(900), descending: false);
        AssertNext(up, 5, 10);
        AssertNext(up, 300, 300);
        AssertNext(up, 300, 301);
        AssertNext(up, 200, 302);
        up.SeekTo(MapKeys.Number(899));
        AssertNext(up, 700, 899);
        Assert.False(up.MoveNext());
        up.SeekTo(MapKeys.Number(500));
        Assert.False(up.MoveNext());
        using var down = new MapScan(_pages, State, MapKeys.Number(10), MapKeys.Number(900), descending: true);
        AssertNext(down, 950, 899);
        AssertNext(down, 300, 300);
        AssertNext(down, 300, 299);
        AssertNext(down, 10, 10);
        down.SeekTo(MapKeys.Number(500));
        Assert.False(down.MoveNext());
    }

    private static void AssertNext(MapScan scan, int seek, int expected)
    {
        scan.SeekTo(MapKeys.Number(seek));
        Assert.True(scan.MoveNext());
        Assert.Equal(MapKeys.Number(expected), scan.Key.ToArray());
    }

    private byte[][] Snapshot() =>
        [.. Enumerable.Range(0, (int)_pages.PageCount).Select(i => _pages.Bytes(new PagePos(i)).ToArray())];
}
