namespace Abc.VMem.Db.Benchmarks;

/// <summary>A map on bytes of this product.</summary>
internal sealed class VMemContender(int cacheBytes) : Contender
{
    private const string MapName = "entries";

    private readonly byte[] _key = new byte[Entries.KeyBytes];
    private readonly byte[] _value = new byte[Entries.ValueBytes];
    private VMemDatabase _database = null!;

    /// <inheritdoc/>
    public override string Name => "Abc.VMem.Db";

    /// <inheritdoc/>
    public override void Open(string folder)
    {
        _database = VMemDatabase.Open(
            Path.Combine(folder, "vmem.db"), new VMemDatabaseOptions { MaxMappedPages = cacheBytes / 4096 });
    }

    /// <inheritdoc/>
    public override void Load(ReadOnlySpan<ulong> keys)
    {
        using var transaction = _database.BeginTransaction();
        var map = transaction.GetMap(MapName);
        foreach (var key in keys)
        {
            Put(map, key);
        }

        transaction.Commit();
    }

    /// <inheritdoc/>
    public override long GetEach(ReadOnlySpan<ulong> keys) => Get(_database.GetMap(MapName), keys);

    /// <inheritdoc/>
    public override long GetInSnapshot(ReadOnlySpan<ulong> keys)
    {
        using var snapshot = _database.BeginSnapshot();
        return Get(snapshot.GetMap(MapName), keys);
    }

    /// <inheritdoc/>
    public override long Scan()
    {
        var bytes = 0L;
        using var cursor = _database.GetMap(MapName).Seek([]);
        while (cursor.MoveNext())
        {
            bytes += cursor.Value.Length;
        }

        return bytes;
    }

    /// <inheritdoc/>
    public override void CommitEach(ReadOnlySpan<ulong> keys)
    {
        var map = _database.GetMap(MapName);
        foreach (var key in keys)
        {
            Put(map, key);
        }
    }

    /// <inheritdoc/>
    public override void Checkpoint() => _database.Checkpoint();

    /// <inheritdoc/>
    public override void Dispose() => _database.Dispose();

    private long Get(VMemMapView map, ReadOnlySpan<ulong> keys)
    {
        var bytes = 0L;
        foreach (var key in keys)
        {
            Entries.WriteKey(key, _key);
            bytes += map.TryGet(_key, _value, out var length) ? length : 0;
        }

        return bytes;
    }

    private void Put(VMemMap map, ulong key)
    {
        Entries.WriteKey(key, _key);
        Entries.WriteValue(key, _value);
        map.Put(_key, _value);
    }
}
