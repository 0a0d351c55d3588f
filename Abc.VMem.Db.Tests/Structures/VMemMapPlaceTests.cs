using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Maps whose states a program places.</summary>
public sealed class VMemMapPlaceTests : IDisposable
{
    private readonly Pool _pool = Pool.OpenInMemory(new PoolOptions { MaxMappedPages = Pool.MinMappedPages });

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Map_OfTransaction_VanishesWithRollback()
    {
        var map = new VMemMap(_pool, Pool.StartAddress);
        map.Put("a"u8, "1"u8);
        using (var transaction = _pool.BeginTransaction())
        {
            var inner = new VMemMap(transaction, Pool.StartAddress);
            inner.Put("b"u8, "2"u8);
            Assert.Equal((2L, 1L), (inner.Count, map.Count));
        }

        Assert.Equal(1, map.Count);
        Assert.False(map.Contains("b"u8));
    }

    [Fact]
    public void State_InPageOfProgram_IsFoundAfterReopen()
    {
        var files = new MemoryFileSystem();
        PagePos page;
        using (var pool = Pool.Open(files, "pool", new()))
        {
            page = pool.Allocate();
            new VMemMap<int, int>(pool, new PageAddress(page, 48)).Add(1, 10);
            new VMemMap<int, int>(pool, new PageAddress(page, 4096 - 32)).Add(2, 20);
        }

        using (var pool = Pool.Open(files, "pool", new()))
        {
            Assert.Equal(10, new VMemMap<int, int>(pool, new PageAddress(page, 48))[1]);
            Assert.Equal([2], new VMemMapView<int, int>(pool, new PageAddress(page, 4096 - 32)).Keys);
        }
    }

    [Theory]
    [InlineData(0, 128)]
    [InlineData(1, 127)]
    [InlineData(1, 4065)]
    [InlineData(2, 47)]
    public void Constructor_NoPlaceOfAState_Throws(long page, int offset)
    {
        var address = new PageAddress(new(page), offset);
        Assert.Throws<ArgumentOutOfRangeException>(() => new VMemMap(_pool, address));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VMemMapView<int, int>(_pool, address));
    }

    [Fact]
    public void Constructor_NoPool_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => new VMemMap(null!, Pool.StartAddress));
        Assert.Throws<ArgumentNullException>(() => new VMemMapView<int, int>(null!, Pool.StartAddress));
    }

    [Fact]
    public void Constructor_TypeThatIsNoKey_Throws() =>
        Assert.Throws<ArgumentException>(() => new VMemMap<object, int>(_pool, Pool.StartAddress));

    [Fact]
    public void Call_PlaceIsTaken_ThrowsAndChangesNothing()
    {
        _pool.Write(Pool.StartAddress, new ChainState
        {
            Front = new(5),
            Back = new(5),
            ItemCount = 1,
            PageCount = 1,
            ItemBytes = 8,
            Kind = StateKind.List,
        });
        var map = new VMemMap(_pool, Pool.StartAddress);
        Assert.Contains("List", Assert.Throws<ArgumentException>(() => map.Count).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => map.Put("a"u8, "1"u8));
        _pool.Write(Pool.StartAddress, new ChainState { Kind = (StateKind)7 });
        Assert.Throws<ArgumentException>(() => map.Clear());
        Assert.Throws<ArgumentException>(() => map.SeekFirst());
        Assert.Equal(2, _pool.GetStatistics().PageCount);
    }

    [Fact]
    public void Call_PageOfAnotherStructure_Throws()
    {
        var map = new VMemMap(_pool, Pool.StartAddress);
        map.Put("a"u8, "1"u8);
        Assert.Throws<ArgumentException>(() => new VMemMap(_pool, new PageAddress(new(2), 1000)).Count);
    }

    [Fact]
    public void TryGet_OfPool_AllocatesNothing()
    {
        var map = new VMemMap(_pool, Pool.StartAddress);
        map.Put("a"u8, "1"u8);
        byte[] value = new byte[8];
        for (int i = 0; i < 100; i++)
        {
            map.TryGet("a"u8, value, out _);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            map.TryGet("a"u8, value, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Cursor_OverMapClearedAndFilledAgain_Follows()
    {
        using var transaction = _pool.BeginTransaction();
        var map = new VMemMap(transaction, Pool.StartAddress);
        map.Put([1], []);
        using var cursor = map.SeekFirst();
        Assert.True(cursor.MoveNext());
        map.Clear();
        Assert.False(cursor.MoveNext());
        map.Put([2], []);
        Assert.True(cursor.MoveNext());
        Assert.Equal([2], cursor.Key.ToArray());
    }
}
