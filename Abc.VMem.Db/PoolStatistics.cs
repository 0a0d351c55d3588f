namespace Abc.VMem.Db.Paging;

/// <summary>Counts since a pool was opened, and sizes now. Approximate while others work.</summary>
/// <param name="MaxMappedPages">The cap.</param>
/// <param name="MappedPages">Pages in memory now, all versions counted.</param>
/// <param name="PeakMappedPages">Most pages in memory at a time; never above the cap.</param>
/// <param name="PinnedPages">Pages in memory that something holds.</param>
/// <param name="PinnedKeepCount">Uses of these since the clock last passed, at most 3 a page.</param>
/// <param name="UnpinnedPages">Pages in memory that may leave it.</param>
/// <param name="UnpinnedKeepCount">Uses of these since the clock last passed, at most 3 a page.</param>
/// <param name="Pointers">Pointers that have not been disposed.</param>
/// <param name="Hits">Page accesses that found the page in memory.</param>
/// <param name="Misses">Page accesses that read the file.</param>
/// <param name="PageCount">Pages of the pool.</param>
/// <param name="FreePages">Pages of these that are free.</param>
/// <param name="FileBytes">Size of the data file.</param>
/// <param name="LogBytes">Size of the log files.</param>
/// <param name="Commits">Transactions that changed something.</param>
/// <param name="Checkpoints">Checkpoints.</param>
/// <param name="OpenSnapshots">Snapshots open now.</param>
/// <param name="MemoryBytes">
/// Most memory that the pool takes for itself: mapped pages, tables, log buffers, memory for sorting.
/// </param>
/// <param name="SpillBytes">Size of the temporary file with the pages that did not fit; 0 when there is none.</param>
public sealed record PoolStatistics(
    int MaxMappedPages,
    int MappedPages,
    int PeakMappedPages,
    int PinnedPages,
    int PinnedKeepCount,
    int UnpinnedPages,
    int UnpinnedKeepCount,
    int Pointers,
    long Hits,
    long Misses,
    long PageCount,
    long FreePages,
    long FileBytes,
    long LogBytes,
    long Commits,
    long Checkpoints,
    int OpenSnapshots,
    long MemoryBytes,
    long SpillBytes)
{
    /// <summary>Pages that could be mapped without another one leaving memory.</summary>
    public int FreeCapacity => MaxMappedPages - MappedPages;
}
