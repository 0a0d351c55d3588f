using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests;

/// <summary>Walking a map of a transaction that changes it, or drops it, meanwhile.</summary>
public sealed class VMemTransactionMapTests : IDisposable
{
    private readonly TestDatabase _test = new();

    private VMemDatabase Db => _test.Db;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Cursor_AfterDropMap_ReadsNoOtherMap()
    {
        using var transaction = Db.BeginTransaction();
        transaction.GetMap("a").Put([1], [1]);
        transaction.GetMap("a").Put([2], [2]);
        using var cursor = transaction.GetMap("a").SeekFirst();
        Assert.True(cursor.MoveNext());

        transaction.DropMap("a");
        transaction.GetMap("b").Put([3], [3]);

        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MovePrevious());
        Assert.Throws<InvalidOperationException>(() => cursor.Value.Length);
    }

    [Fact]
    public void Enumeration_AfterDropMap_Ends()
    {
        using var transaction = Db.BeginTransaction();
        var map = transaction.GetMap<int, int>("a");
        map[1] = 1;
        map[2] = 2;
        using var entries = map.GetEnumerator();
        Assert.True(entries.MoveNext());

        transaction.DropMap("a");
        transaction.GetMap<int, int>("b")[3] = 3;

        Assert.False(entries.MoveNext());
    }

    [Fact]
    public void Enumeration_WithEntriesPutAhead_EndsAtTheLastOfItsStart()
    {
        using var transaction = Db.BeginTransaction();
        var map = transaction.GetMap<int, int>("m");
        map[10] = map[20] = 0;
        var (up, down) = (new List<int>(), new List<int>());
        foreach (var (key, _) in map)
        {
            up.Add(key);
            Assert.True(up.Count < 100);
            map[key + 5] = 0;
        }

        foreach (var (key, _) in map.Reverse())
        {
            down.Add(key);
            Assert.True(down.Count < 100);
            map[key - 5] = 0;
        }

        Assert.Equal([10, 15, 20], up);
        Assert.Equal([25, 20, 15, 10], down);
    }

    [Fact]
    public async Task AsyncForms_DropAndCheckpoint_DoAsTheOthers()
    {
        Db.GetMap<int, int>("m")[1] = 1;
        Db.GetCollection<Person>("people").Insert(Person.Make(1));
        await using (var transaction = await Db.BeginTransactionAsync())
        {
            Assert.True(await transaction.DropMapAsync("m"));
            Assert.False(await transaction.DropMapAsync("m"));
            Assert.True(await transaction.DropCollectionAsync("people"));
            await transaction.CommitAsync();
        }

        var before = Db.GetStatistics().Checkpoints;
        await Db.CheckpointAsync();

        Assert.Empty(Db.MapNames.Concat(Db.CollectionNames));
        Assert.True(Db.GetStatistics().Checkpoints > before);
    }

    [Fact]
    public void TryGet_LargeValueThroughACallback_AllocatesNothing()
    {
        var map = Db.GetMap("m");
        map.Put([1], new byte[5_000]);
        var length = 0;
        Read();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            Read();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
        Assert.Equal(5_000, length);

        void Read() => map.TryGet([1], ref length, static (value, ref length) => length = value.Length);
    }
}
