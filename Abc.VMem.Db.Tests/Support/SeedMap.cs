using System.Buffers.Binary;
using System.Globalization;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>
/// The map of the seed's tests: the key is a number and 900 bytes more, the value a number, so that a leaf holds four
/// entries. Each call is a transaction of its own, with the cap at its floor. Every page is accounted for at the end.
/// </summary>
internal sealed class SeedMap : IDisposable
{
    private const int KeyBytes = sizeof(ulong) + 900;

    public SeedMap()
    {
        Pool = Pool.OpenInMemory(new PoolOptions { MaxMappedPages = Pool.MinMappedPages });
        Map = new VMemMap(Pool, Pool.StartAddress);
    }

    public Pool Pool { get; }

    public VMemMap Map { get; }

    /// <summary>What the seed's find gives for a key that is not there.</summary>
    public static (long Page, int Index) End => (-1, -1);

    /// <summary>The leaves from first to last as "(page) keys", keys as two hexadecimal digits.</summary>
    public string Leaves
    {
        get
        {
            using var snapshot = Pool.BeginSnapshot();
            var leaves = new List<string>();
            var page = -1L;
            foreach (var key in Keys(Map))
            {
                var place = Place(key);
                if (place.Page != page)
                {
                    leaves.Add(string.Create(CultureInfo.InvariantCulture, $"({page = place.Page})"));
                }

                leaves[^1] += " " + key.ToString("x2", CultureInfo.InvariantCulture);
            }

            return string.Join(" | ", leaves);
        }
    }

    public static byte[] KeyOf(ulong data)
    {
        // Big-endian, so that the order of the bytes is that of the numbers.
        var key = new byte[KeyBytes];
        BinaryPrimitives.WriteUInt64BigEndian(key, data);
        return key;
    }

    /// <summary>Inserts; returns where the entry is now, and whether it was added.</summary>
    public (long Page, int Index, bool Added) Insert(ulong data, ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        var added = Map.Insert(KeyOf(data), bytes);
        var (page, index) = Place(data);
        return (page, index, added);
    }

    public bool Remove(ulong data) => Map.Remove(KeyOf(data));

    public ulong this[ulong data]
    {
        get
        {
            var bytes = new byte[sizeof(ulong)];
            Assert.True(Map.TryGet(KeyOf(data), bytes, out var length));
            Assert.Equal(sizeof(ulong), length);
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }
    }

    /// <summary>Page of the entry's leaf, and its index there.</summary>
    public (long Page, int Index) Place(ulong data)
    {
        using var snapshot = Pool.BeginSnapshot();
        var pages = snapshot.EnterRead();
        var state = BTree.ReadState(pages, Pool.StartAddress);
        if (state.Height == 0)
        {
            return End;
        }

        var position = BTree.FindLeaf(pages, state, KeyOf(data));
        using var page = pages.Read(position);
        var index = new NodeView(page.Bytes, position, 0).Find(KeyOf(data), out var found);
        return found ? (position.Value, index) : End;
    }

    /// <summary>Walks both ways, and holds keys, values and places against what is expected.</summary>
    public void AssertEntries(ulong baseValue, params (ulong Data, long Page, int Index)[] expected)
    {
        using var cursor = Map.SeekFirst();
        foreach (var entry in expected)
        {
            Assert.True(cursor.MoveNext());
            AssertEntry(cursor, baseValue, entry);
        }

        Assert.False(cursor.MoveNext());
        foreach (var entry in expected.Reverse())
        {
            Assert.True(cursor.MovePrevious());
            AssertEntry(cursor, baseValue, entry);
        }

        Assert.False(cursor.MovePrevious());
    }

    /// <summary>As the seed's helper of that name: keys 0 to count - 1, then both walks.</summary>
    public void InsertItems(int count, bool reverse = false)
    {
        const ulong baseValue = 0x90000000;
        for (var i = 0; i < count; i++)
        {
            var v = (ulong)(reverse ? count - i - 1 : i);
            Assert.True(Insert(v, baseValue + v).Added);
        }

        using var cursor = Map.SeekFirst();
        for (var i = 0UL; i < (ulong)count; i++)
        {
            Assert.True(cursor.MoveNext());
            AssertEntry(cursor, baseValue, i);
        }

        Assert.False(cursor.MoveNext());
        for (var i = 0UL; i < (ulong)count; i++)
        {
            Assert.True(cursor.MovePrevious());
            AssertEntry(cursor, baseValue, (ulong)count - i - 1);
        }

        Assert.False(cursor.MovePrevious());
    }

    public void Dispose()
    {
        Assert.True(Pool.PeakMappedPages <= Pool.MinMappedPages);
        AssertNoLeak();
        Pool.Dispose();
    }

    /// <summary>Each page is the root page, the start page, the map's, or free.</summary>
    public void AssertNoLeak()
    {
        using var snapshot = Pool.BeginSnapshot();
        var pages = snapshot.EnterRead();
        var seen = new HashSet<PagePos> { PagePos.Root, PagePos.Start };
        BTree.Check(pages, Pool.StartAddress, position => Assert.True(seen.Add(position)));
        FreePages.Visit(pages, (position, _) => Assert.True(seen.Add(position)));
        Assert.Equal(Pool.GetStatistics().PageCount, seen.Count);
    }

    private static IEnumerable<ulong> Keys(VMemMapView map)
    {
        using var cursor = map.SeekFirst();
        while (cursor.MoveNext())
        {
            yield return BinaryPrimitives.ReadUInt64BigEndian(cursor.Key);
        }
    }

    private static void AssertEntry(MapCursor cursor, ulong baseValue, ulong data)
    {
        Assert.Equal(KeyOf(data), cursor.Key);
        Assert.Equal(baseValue + data, BinaryPrimitives.ReadUInt64LittleEndian(cursor.Value));
    }

    private void AssertEntry(MapCursor cursor, ulong baseValue, (ulong Data, long Page, int Index) expected)
    {
        AssertEntry(cursor, baseValue, expected.Data);
        Assert.Equal((expected.Page, expected.Index), Place(expected.Data));
    }
}
