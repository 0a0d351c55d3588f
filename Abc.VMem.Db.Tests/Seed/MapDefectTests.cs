using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Seed;

/// <summary>What the seed's map does wrong, each shown to be right here.</summary>
public sealed class MapDefectTests
{
    // The seed's find pushes the path it takes to a stack of pages: looking a key up allocates one.
    [Fact]
    public void Lookup_OfAnyKey_ChangesNoPage()
    {
        using var map = new SeedMap();
        map.InsertItems(100);
        var before = map.Pool.GetStatistics();

        for (var i = 0UL; i < 120; i++)
        {
            Assert.Equal(i < 100, map.Map.Contains(SeedMap.KeyOf(i)));
            Assert.Equal(i < 100, map.Map.TryGet(SeedMap.KeyOf(i), new byte[8], out _));
            using var cursor = map.Map.Seek(SeedMap.KeyOf(i));
            Assert.Equal(i < 100, cursor.MoveNext());
        }

        var after = map.Pool.GetStatistics();
        Assert.Equal((before.PageCount, before.FreePages), (after.PageCount, after.FreePages));
        Assert.Equal(before.Commits, after.Commits);
        using var transaction = map.Pool.BeginTransaction();
        var reader = transaction.EnterRead();
        Assert.True(new VMemMap(transaction, Pool.StartAddress).Contains(SeedMap.KeyOf(7)));
        Assert.Equal(0, reader.ChangeCount);
    }

    // In the seed a level of keys that is no longer needed leaves its pages behind.
    [Fact]
    public void Remove_UntilLevelsCollapse_FreesTheirPages()
    {
        using var map = new SeedMap();
        map.InsertItems(1000);
        Assert.True(HeightOf(map) >= 3);
        for (var i = 0UL; i < 999; i++)
        {
            Assert.True(map.Remove(i));
            if (i % 50 == 0 || i > 950)
            {
                map.AssertNoLeak();
            }
        }

        var statistics = map.Pool.GetStatistics();
        Assert.Equal(1, HeightOf(map));
        Assert.Equal(3, statistics.PageCount - statistics.FreePages);
        Assert.True(map.Remove(999));
        statistics = map.Pool.GetStatistics();
        Assert.Equal(2, statistics.PageCount - statistics.FreePages);
    }

    // In the seed, stepping back from the end of a map aborts: only its reverse end can be left backward.
    [Fact]
    public void Iteration_BackFromTheEnd_GivesTheLast()
    {
        using var map = new SeedMap();
        using (var empty = map.Map.SeekLast())
        {
            Assert.False(empty.MovePrevious());
            Assert.False(empty.MoveNext());
        }

        map.InsertItems(11);
        using var cursor = map.Map.SeekFirst();
        while (cursor.MoveNext())
        {
        }

        Assert.True(cursor.MovePrevious());
        Assert.Equal(SeedMap.KeyOf(10), cursor.Key);
        cursor.SeekLast();
        Assert.False(cursor.MoveNext());
        Assert.True(cursor.MovePrevious());
        Assert.Equal(SeedMap.KeyOf(10), cursor.Key);
        Assert.True(cursor.MovePrevious());
        Assert.Equal(SeedMap.KeyOf(9), cursor.Key);
    }

    // The seed's insert of a range ensures that nothing was inserted, and so stops after the first.
    [Fact]
    public void InsertRange_OfMany_InsertsAll()
    {
        using var pool = Pool.OpenInMemory(new PoolOptions { MaxMappedPages = Pool.MinMappedPages });
        var map = new VMemMap<int, string>(pool, Pool.StartAddress) { [5] = "five" };

        Assert.Equal(99, map.InsertRange(Enumerable.Range(0, 100).Select(i => KeyValuePair.Create(i, "new"))));

        Assert.Equal(Enumerable.Range(0, 100), map.Keys);
        Assert.Equal("five", map[5]);
        Assert.Equal("new", map[6]);
    }

    // The seed's const lookups don't compile. Ours are a type of their own, which a snapshot gives too.
    [Fact]
    public void Lookup_ThroughTypeThatOnlyReads_Finds()
    {
        using var pool = Pool.OpenInMemory(new PoolOptions { MaxMappedPages = Pool.MinMappedPages });
        var map = new VMemMap<int, string>(pool, Pool.StartAddress) { [1] = "one", [2] = "two" };
        using var snapshot = pool.BeginSnapshot();
        map.Clear();

        var view = new VMemMapView<int, string>(snapshot, Pool.StartAddress);
        Assert.Equal(2, view.Count);
        Assert.Equal("two", view[2]);
        Assert.True(view.ContainsKey(1));
        Assert.True(view.TryGetValue(1, out var one));
        Assert.Equal("one", one);
        Assert.Equal([2, 1], view.Reverse().Select(entry => entry.Key));
        Assert.False(map.ContainsKey(1));
        Assert.True(new VMemMapView(snapshot, Pool.StartAddress).Contains([0x80, 0, 0, 1]));
    }

    // The seed hands out references into pages that it may unmap at once.
    [Fact]
    public void Value_OfCursor_OutlivesItsPage()
    {
        using var map = new SeedMap();
        map.InsertItems(200);
        using var cursor = map.Map.Seek(SeedMap.KeyOf(42));
        Assert.True(cursor.MoveNext());
        var value = cursor.Value;
        var expected = value.ToArray();

        // More leaves than the cap has pages, so the leaf leaves memory; then it is overwritten, and freed.
        for (var i = 0UL; i < 200; i++)
        {
            Assert.True(map.Map.Contains(SeedMap.KeyOf(i)));
        }

        map.Map.Put(SeedMap.KeyOf(42), new byte[8]);
        map.Map.Clear();
        Assert.Equal(expected, value);
    }

    private static int HeightOf(SeedMap map)
    {
        using var snapshot = map.Pool.BeginSnapshot();
        return BTree.ReadState(snapshot.EnterRead(), Pool.StartAddress).Height;
    }
}
