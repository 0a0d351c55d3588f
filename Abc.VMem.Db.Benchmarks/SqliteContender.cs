using Microsoft.Data.Sqlite;

namespace Abc.VMem.Db.Benchmarks;

/// <summary>How SQLite stores the keys.</summary>
internal enum SqliteKey
{
    /// <summary>
    /// A rowid table with an INTEGER PRIMARY KEY: its documents call it the fastest for whole numbers.
    /// </summary>
    Integer,

    /// <summary>A WITHOUT ROWID table with a BLOB PRIMARY KEY: its documents' choice for keys that are bytes.</summary>
    Blob,
}

/// <summary>
/// SQLite through Microsoft.Data.Sqlite: prepared statements, write-ahead log, the cache as large as ours, and
/// synchronous = FULL, without which a commit is not durable.
/// </summary>
internal sealed class SqliteContender(SqliteKey keyKind, int cacheBytes) : Contender
{
    private readonly byte[] _key = new byte[Entries.KeyBytes];
    private readonly byte[] _value = new byte[Entries.ValueBytes];
    private SqliteConnection _connection = null!;
    private SqliteCommand _put = null!;
    private SqliteCommand _get = null!;

    /// <inheritdoc/>
    public override string Name => keyKind == SqliteKey.Integer ? "SQLite, integer key" : "SQLite, blob key";

    /// <inheritdoc/>
    public override void Open(string folder)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "sqlite.db"),
            Pooling = false,
        }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        Execute($"PRAGMA cache_size = -{cacheBytes / 1024}");
        Execute(keyKind == SqliteKey.Integer
            ? "CREATE TABLE IF NOT EXISTS entries (k INTEGER PRIMARY KEY, v BLOB NOT NULL)"
            : "CREATE TABLE IF NOT EXISTS entries (k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID");
        _put = Prepare("INSERT OR REPLACE INTO entries (k, v) VALUES ($k, $v)", withValue: true);
        _get = Prepare("SELECT v FROM entries WHERE k = $k", withValue: false);
    }

    /// <inheritdoc/>
    public override void Load(ReadOnlySpan<ulong> keys)
    {
        using var transaction = _connection.BeginTransaction();
        _put.Transaction = transaction;
        foreach (var key in keys)
        {
            Put(key);
        }

        transaction.Commit();
        _put.Transaction = null;
    }

    /// <inheritdoc/>
    public override long GetEach(ReadOnlySpan<ulong> keys)
    {
        var bytes = 0L;
        foreach (var key in keys)
        {
            SetKey(_get, key);
            using var reader = _get.ExecuteReader();
            bytes += reader.Read() ? reader.GetBytes(0, 0, _value, 0, _value.Length) : 0;
        }

        return bytes;
    }

    /// <inheritdoc/>
    public override long GetInSnapshot(ReadOnlySpan<ulong> keys)
    {
        using var transaction = _connection.BeginTransaction(deferred: true);
        _get.Transaction = transaction;
        var bytes = GetEach(keys);
        transaction.Commit();
        _get.Transaction = null;
        return bytes;
    }

    /// <inheritdoc/>
    public override long Scan()
    {
        using var scan = _connection.CreateCommand();
        scan.CommandText = "SELECT k, v FROM entries ORDER BY k";
        using var reader = scan.ExecuteReader();
        var bytes = 0L;
        while (reader.Read())
        {
            bytes += reader.GetBytes(1, 0, _value, 0, _value.Length);
        }

        return bytes;
    }

    /// <inheritdoc/>
    public override void CommitEach(ReadOnlySpan<ulong> keys)
    {
        foreach (var key in keys)
        {
            Put(key);
        }
    }

    /// <inheritdoc/>
    public override void Checkpoint() => Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    /// <inheritdoc/>
    public override void Dispose()
    {
        _put.Dispose();
        _get.Dispose();
        _connection.Dispose();
    }

    private void Put(ulong key)
    {
        SetKey(_put, key);
        Entries.WriteValue(key, _value);
        _put.ExecuteNonQuery();
    }

    private void SetKey(SqliteCommand command, ulong key)
    {
        if (keyKind == SqliteKey.Integer)
        {
            command.Parameters[0].Value = (long)key;
        }
        else
        {
            Entries.WriteKey(key, _key);
        }
    }

    private SqliteCommand Prepare(string text, bool withValue)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        command.Parameters.AddWithValue("$k", keyKind == SqliteKey.Integer ? 0L : _key);
        if (withValue)
        {
            command.Parameters.AddWithValue("$v", _value);
        }

        command.Prepare();
        return command;
    }

    private void Execute(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
