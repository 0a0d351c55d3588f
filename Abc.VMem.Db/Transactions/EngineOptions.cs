namespace Abc.VMem.Db.Transactions;

/// <summary>How an engine runs. Sizes in bytes.</summary>
internal sealed record EngineOptions
{
    /// <summary>The cap on mapped pages.</summary>
    public int MaxMappedPages { get; init; } = 16384;

    /// <summary>What a commit waits for.</summary>
    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>Time between flushes of the log with <see cref="Durability.Relaxed"/>.</summary>
    public TimeSpan RelaxedFlushInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Open without ever writing, not even a lock file.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Longest wait for the one writer's place.</summary>
    public TimeSpan WriterTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Size of a log segment when it is made.</summary>
    public long LogSegmentBytes { get; init; } = 1 << 20;

    /// <summary>Log size that asks for a checkpoint; 0 = from 4 MB to 256 MB as the file grows.</summary>
    public long CheckpointBytes { get; init; }

    /// <summary>
    /// Whether a thread does checkpoints and timed flushes; otherwise the committing call checkpoints. For exact
    /// replay.
    /// </summary>
    public bool BackgroundWork { get; init; } = true;

    /// <summary>Seed of salts and ids, for exact replay; null = the system's random numbers.</summary>
    public int? RandomSeed { get; init; }
}
