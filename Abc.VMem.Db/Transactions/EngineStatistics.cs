namespace Abc.VMem.Db.Transactions;

/// <summary>Counts since open, and sizes now. Bytes unless the name says pages.</summary>
internal sealed record EngineStatistics(
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
