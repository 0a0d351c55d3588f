namespace Abc.VMem.Db.Benchmarks;

/// <summary>A database under measurement: the same work for each, on entries of 8 + 100 bytes.</summary>
internal abstract class Contender : IDisposable
{
    /// <summary>Name and the settings that matter, for the table's head.</summary>
    public abstract string Name { get; }

    /// <summary>Opens a file that may not exist yet.</summary>
    public abstract void Open(string folder);

    /// <summary>Stores the entries with these keys in one transaction.</summary>
    public abstract void Load(ReadOnlySpan<ulong> keys);

    /// <summary>Reads each key on its own: every read sees the newest state. Returns the bytes read.</summary>
    public abstract long GetEach(ReadOnlySpan<ulong> keys);

    /// <summary>Reads each key inside one snapshot. Returns the bytes read.</summary>
    public abstract long GetInSnapshot(ReadOnlySpan<ulong> keys);

    /// <summary>Reads all entries in key order. Returns the bytes of their values.</summary>
    public abstract long Scan();

    /// <summary>Commits each entry on its own, durable when the call returns.</summary>
    public abstract void CommitEach(ReadOnlySpan<ulong> keys);

    /// <summary>Brings everything home: reads then find no log in their way.</summary>
    public abstract void Checkpoint();

    /// <inheritdoc/>
    public abstract void Dispose();
}
