using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>
/// The seed's tests of the map: its data, its operations in their order. A drawing shows the leaves as the seed has
/// them; where ours differ, a second one follows with the reason. The pages differ throughout in one thing: the seed
/// takes three pages when the first leaf splits (a stack of levels, and two for the level of keys), ours one, the root.
/// </summary>
public sealed class MapTests
{
    [Fact]
    public void Insert()
    {
        using var map = new SeedMap();

        Insert(0x20, 2, 0, "(2) 20");
        Insert(0x50, 2, 1, "(2) 20 50");
        Insert(0x30, 2, 1, "(2) 20 30 50");
        Insert(0x40, 2, 2, "(2) 20 30 40 50");

        // Seed: (3, 2), | (2) 20 30 | (3) 40 50 60 |. Ours: a key behind all others leaves full leaves full.
        Insert(0x60, 3, 0, "(2) 20 30 40 50 | (3) 60");

        // Seed: (3, 3), | (2) 20 30 | (3) 40 50 60 70 |.
        Insert(0x70, 3, 1, "(2) 20 30 40 50 | (3) 60 70");

        // Seed: (3, 2), | (2) 20 30 | (3) 40 50 58 | (7) 60 70 |. Ours: the larger half stays; 4 is the root.
        Insert(0x58, 5, 1, "(2) 20 30 40 | (5) 50 58 | (3) 60 70");

        // Seed: (7, 2) and (7, 3), as the leaf of 60 is its page 7.
        Insert(0x80, 3, 2, "(2) 20 30 40 | (5) 50 58 | (3) 60 70 80");
        Insert(0x90, 3, 3, "(2) 20 30 40 | (5) 50 58 | (3) 60 70 80 90");

        // Seed: (8, 1), | (7) 60 70 | (8) 80 88 90 |. Ours: the larger half stays.
        Insert(0x88, 6, 0, "(2) 20 30 40 | (5) 50 58 | (3) 60 70 80 | (6) 88 90");

        // Seed: (8, 3).
        Insert(0xa0, 6, 2, "(2) 20 30 40 | (5) 50 58 | (3) 60 70 80 | (6) 88 90 a0");

        // Seed: (9, 2), | (8) 80 88 | (9) 90 a0 b0 |. Ours: the last leaf has room for one more.
        Insert(0xb0, 6, 3, "(2) 20 30 40 | (5) 50 58 | (3) 60 70 80 | (6) 88 90 a0 b0");

        // Seed: (7, 1), (3, 0), (9, 1).
        Assert.Equal((3, 1), map.Place(0x70));
        Assert.Equal(0x970UL, map[0x70]);
        Assert.Equal((2, 2), map.Place(0x40));
        Assert.Equal(0x940UL, map[0x40]);
        Assert.Equal((6, 2), map.Place(0xa0));
        Assert.Equal(0x9a0UL, map[0xa0]);

        Assert.Equal(0x920UL, map[0x20]);
        Assert.Equal(0x950UL, map[0x50]);
        Assert.Equal(0x9b0UL, map[0xb0]);

        map.AssertEntries(
            0x900,
            (0x20, 2, 0),
            (0x30, 2, 1),
            (0x40, 2, 2),
            (0x50, 5, 0),
            (0x58, 5, 1),
            (0x60, 3, 0),
            (0x70, 3, 1),
            (0x80, 3, 2),
            (0x88, 6, 0),
            (0x90, 6, 1),
            (0xa0, 6, 2),
            (0xb0, 6, 3));

        void Insert(ulong data, long page, int index, string leaves)
        {
            var count = map.Map.Count;
            Assert.Equal((page, index, true), map.Insert(data, 0x900 + data));
            Assert.Equal(count + 1, map.Map.Count);
            Assert.Equal(leaves, map.Leaves);
        }
    }

    [Fact]
    public void InsertMany()
    {
        using var map = new SeedMap();

        map.InsertItems(1000);
        map.Map.Clear();

        map.InsertItems(1000, reverse: true);
        map.Map.Clear();
        Assert.Equal(0, map.Map.Count);
    }

    [Fact]
    public void Erase()
    {
        using var map = new SeedMap();
        map.InsertItems(11);

        // Seed: | (2) 00 01 | (3) 02 03 | (7) 04 05 | (8) 06 07 | (9) 08 09 0a |. Ours: appended leaves are full.
        Assert.Equal("(2) 00 01 02 03 | (3) 04 05 06 07 | (5) 08 09 0a", map.Leaves);

        // Seed: merges into | (8) 06 08 09 0a |. Ours: a leaf of three is not sparse.
        Assert.True(map.Remove(0x07));
        Assert.Equal(10, map.Map.Count);
        Assert.Equal("(2) 00 01 02 03 | (3) 04 05 06 | (5) 08 09 0a", map.Leaves);

        // Seed: (8, 3).
        Assert.Equal((5, 2), map.Place(0x0a));

        // Seed: merges into | (3) 03 04 05 |.
        Assert.True(map.Remove(0x02));
        Assert.Equal(9, map.Map.Count);
        Assert.Equal("(2) 00 01 03 | (3) 04 05 06 | (5) 08 09 0a", map.Leaves);

        // Seed: merges into | (2) 00 03 04 05 |. Ours: two of four are 45 % of a leaf; it merges at 42.5 %.
        Assert.True(map.Remove(0x01));
        Assert.Equal(8, map.Map.Count);
        Assert.Equal("(2) 00 03 | (3) 04 05 06 | (5) 08 09 0a", map.Leaves);

        // Seed: (2, 3).
        Assert.Equal((3, 1), map.Place(0x05));
        AssertAll();

        Assert.False(map.Remove(0x07));
        Assert.Equal(8, map.Map.Count);
        Assert.False(map.Remove(0x0b));
        Assert.Equal(8, map.Map.Count);
        Assert.False(map.Remove(0x01));
        Assert.Equal(8, map.Map.Count);
        AssertAll();

        // Seed: | (2) 00 03 04 05 | (8) 06 08 09 0a |.
        void AssertAll() => map.AssertEntries(
            0x90000000,
            (0x00, 2, 0),
            (0x03, 2, 1),
            (0x04, 3, 0),
            (0x05, 3, 1),
            (0x06, 3, 2),
            (0x08, 5, 0),
            (0x09, 5, 1),
            (0x0a, 5, 2));
    }

    [Fact]
    public void Erase_DownToOneLeaf_MergesBothWays()
    {
        // The seed's test shows three merges; with ours the same data merges a little later.
        using var map = new SeedMap();
        map.InsertItems(11);
        Assert.True(map.Remove(0x07) && map.Remove(0x02) && map.Remove(0x01) && map.Remove(0x06));
        Assert.Equal("(2) 00 03 | (3) 04 05 | (5) 08 09 0a", map.Leaves);

        // With the next leaf.
        Assert.True(map.Remove(0x00));
        Assert.Equal("(2) 03 04 05 | (5) 08 09 0a", map.Leaves);
        Assert.Equal((2, 2), map.Place(0x05));

        // With the one before, since there is none behind; the root goes with it.
        Assert.True(map.Remove(0x03) && map.Remove(0x09) && map.Remove(0x0a));
        Assert.Equal("(2) 04 05 08", map.Leaves);
        Assert.Equal((2, 2), map.Place(0x08));
    }

    [Fact]
    public void EraseMany()
    {
        using var map = new SeedMap();
        const int count = 1000;

        map.InsertItems(count);
        for (var i = 0; i < count; i++)
        {
            Assert.True(map.Remove((ulong)i));
            Assert.Equal(count - i - 1, map.Map.Count);
        }

        map.InsertItems(count);
        for (var i = 0; i < count; i++)
        {
            Assert.True(map.Remove((ulong)(count - i - 1)));
            Assert.Equal(count - i - 1, map.Map.Count);
        }
    }

    [Fact]
    public void Mixed()
    {
        using var map = new SeedMap();
        map.InsertItems(11);

        // Seed: | (2) 00 01 | (3) 02 03 | (7) 04 05 | (8) 06 07 | (9) 08 09 0a |. Ours: appended leaves are full.
        Assert.Equal("(2) 00 01 02 03 | (3) 04 05 06 07 | (5) 08 09 0a", map.Leaves);

        // Seed: (7, 1), (8, 0).
        Assert.Equal((3, 1), map.Place(0x05));
        Assert.Equal((3, 2), map.Place(0x06));

        Assert.True(map.Remove(0x09));
        Assert.Equal(10, map.Map.Count);
        Assert.Equal("(2) 00 01 02 03 | (3) 04 05 06 07 | (5) 08 0a", map.Leaves);

        // Seed: (7, 1), (8, 0), (9, 1).
        Assert.Equal((3, 1), map.Place(0x05));
        Assert.Equal((3, 2), map.Place(0x06));
        Assert.Equal((5, 1), map.Place(0x0a));

        // Seed: (9, 2).
        Assert.Equal((5, 2, true), map.Insert(0x0b, 0x9000000b));
        Assert.Equal((5, 2), map.Place(0x0b));

        // Seed: merges into | (7) 05 06 07 |. Ours: a leaf of three is not sparse.
        Assert.True(map.Remove(0x04));
        Assert.Equal(10, map.Map.Count);
        Assert.Equal("(2) 00 01 02 03 | (3) 05 06 07 | (5) 08 0a 0b", map.Leaves);

        // Seed: (7, 1), (7, 0), (7, 2).
        Assert.Equal(SeedMap.End, map.Place(0x04));
        Assert.Equal((3, 1), map.Place(0x06));
        Assert.Equal((3, 0), map.Place(0x05));
        Assert.Equal((3, 2), map.Place(0x07));

        // Seed: (7, 1).
        Assert.True(map.Remove(0x06));
        Assert.Equal(9, map.Map.Count);
        Assert.Equal("(2) 00 01 02 03 | (3) 05 07 | (5) 08 0a 0b", map.Leaves);
        Assert.Equal((3, 1), map.Place(0x07));

        // Seed: goes to the leaf before, | (3) 02 03 04 |. Ours: the separator, 04, still leads to this one.
        Assert.True(map.Insert(0x04, 0x90000004).Added);
        Assert.Equal("(2) 00 01 02 03 | (3) 04 05 07 | (5) 08 0a 0b", map.Leaves);
        AssertAll();

        Assert.False(map.Remove(0x09));
        Assert.Equal(10, map.Map.Count);
        Assert.False(map.Remove(0x06));
        Assert.Equal(10, map.Map.Count);
        Assert.False(map.Remove(0x0c));
        Assert.Equal(10, map.Map.Count);
        AssertAll();

        // Seed: | (2) 00 01 | (3) 02 03 04 | (7) 05 07 | (9) 08 0a 0b |.
        void AssertAll() => map.AssertEntries(
            0x90000000,
            (0x00, 2, 0),
            (0x01, 2, 1),
            (0x02, 2, 2),
            (0x03, 2, 3),
            (0x04, 3, 0),
            (0x05, 3, 1),
            (0x07, 3, 2),
            (0x08, 5, 0),
            (0x0a, 5, 1),
            (0x0b, 5, 2));
    }

    [Fact]
    public void Clear()
    {
        using var map = new SeedMap();
        map.InsertItems(11);

        // Seed: 0x0c. Ours: three full leaves for its five, one page of keys for its five; 2 to 5 are the map's.
        const long maxPage = 0x07;

        // This only shows what the highest page is; the seed takes 6, which it has free, and one more.
        var page06 = map.Pool.Allocate();
        var page07 = map.Pool.Allocate();
        Assert.Equal(maxPage, page07.Value);
        map.Pool.Free(page06);
        map.Pool.Free(page07);

        map.Map.Clear();

        // All pages from 2 to the highest are free: each comes once.
        var bits = 0L;
        for (var i = 2L; i <= maxPage; i++)
        {
            var page = map.Pool.Allocate();
            var bit = 1L << (int)page.Value;
            Assert.True(page.Value <= maxPage);
            Assert.Equal(0, bits & bit);
            bits |= bit;
        }

        // Seed: 0x01ffc.
        Assert.Equal(0x00fc, bits);
        for (var i = 2L; i <= maxPage; i++)
        {
            map.Pool.Free(new(i));
        }
    }
}
