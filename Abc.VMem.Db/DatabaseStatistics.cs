namespace Abc.VMem.Db;

/// <summary>Counts since the database was opened, and sizes now.</summary>
/// <param name="DocumentsRead">Documents read from collections, by key, by scans and by queries.</param>
/// <param name="IndexEntriesRead">Index entries read by queries.</param>
/// <param name="PoolHits">Page accesses that found the page in memory.</param>
/// <param name="PoolMisses">Page accesses that read the file.</param>
/// <param name="MappedPages">Pages in memory now.</param>
/// <param name="PeakMappedPages">Most pages in memory at a time; never above <paramref name="MaxMappedPages"/>.</param>
/// <param name="MaxMappedPages">The cap.</param>
/// <param name="FileBytes">Size of the data file.</param>
/// <param name="LogBytes">Size of the log files.</param>
/// <param name="Commits">Transactions that changed something.</param>
/// <param name="Checkpoints">Checkpoints.</param>
/// <param name="OpenSnapshots">Snapshots open now.</param>
/// <param name="MemoryBytes">
/// Most memory that the database takes for itself: pages in memory, tables, log buffers, memory for sorting. What a
/// program holds (documents, results) comes on top.
/// </param>
/// <param name="SpillBytes">Size of the temporary file with the pages that did not fit; 0 when there is none.</param>
public sealed record DatabaseStatistics(
    long DocumentsRead,
    long IndexEntriesRead,
    long PoolHits,
    long PoolMisses,
    int MappedPages,
    int PeakMappedPages,
    int MaxMappedPages,
    long FileBytes,
    long LogBytes,
    long Commits,
    long Checkpoints,
    int OpenSnapshots,
    long MemoryBytes,
    long SpillBytes);
