namespace Abc.VMem.Db.Collections;

/// <summary>What was read through collections since the database was opened. Thread-safe.</summary>
internal sealed class ReadCounters
{
    private long _documents;
    private long _indexEntries;

    /// <summary>Documents read.</summary>
    public long Documents => Interlocked.Read(ref _documents);

    /// <summary>Index entries read.</summary>
    public long IndexEntries => Interlocked.Read(ref _indexEntries);

    /// <summary>Adds what a reader read.</summary>
    public void Add(long documents, long indexEntries)
    {
        if (documents != 0)
        {
            Interlocked.Add(ref _documents, documents);
        }

        if (indexEntries != 0)
        {
            Interlocked.Add(ref _indexEntries, indexEntries);
        }
    }
}
