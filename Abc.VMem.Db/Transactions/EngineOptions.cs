using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>How an engine runs. Sizes in bytes.</summary>
internal sealed record EngineOptions
{
    /// <summary>
    /// The cap on mapped pages where none is chosen: 64 MB. Tests lower it to run everything in the smallest pool.
    /// </summary>
    public static int DefaultMappedPages { get; set; } = 16384;

    /// <summary>The cap on mapped pages.</summary>
    public int MaxMappedPages { get; init; } = DefaultMappedPages;

    /// <summary>What a commit waits for.</summary>
    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>Time between flushes of the log with <see cref="Durability.Relaxed"/>.</summary>
    public TimeSpan RelaxedFlushInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Open without ever writing, not even a lock file.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Longest wait for the one writer's place.</summary>
    public TimeSpan WriterTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Most bytes of the temporary file before the oldest snapshot ends as too old; null = as many as it needs.
    /// </summary>
    public long? MaxSpillBytes { get; init; }

    /// <summary>Size of a log segment when it is made.</summary>
    public long LogSegmentBytes { get; init; } = 1 << 20;

    /// <summary>Log size that asks for a checkpoint; 0 = from 4 MB to 256 MB as the file grows.</summary>
    public long CheckpointBytes { get; init; }

    /// <summary>
    /// Whether a thread does checkpoints and timed flushes; otherwise the committing call checkpoints. For exact
    /// replay.
    /// </summary>
    public bool BackgroundWork { get; init; } = true;

    /// <summary>
    /// Whether free pages at the end of the file are given back without being asked, when there are many.
    /// </summary>
    public bool AutoTruncate { get; init; } = true;

    /// <summary>Seed of salts and ids, for exact replay; null = the system's random numbers.</summary>
    public int? RandomSeed { get; init; }

    /// <summary>The cap in pages from what a program says: pages, or bytes for everything.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below the smallest pool.</exception>
    public static int CapOf(int maxMappedPages, long? maxMappedBytes)
    {
        if (maxMappedBytes is { } bytes)
        {
            return MemoryPlan.ForBytes(bytes, nameof(PoolOptions.MaxMappedBytes)).Frames;
        }

        return maxMappedPages >= BufferPool.MinMappedPages
            ? maxMappedPages
            : throw TooSmall(nameof(MaxMappedPages), maxMappedPages);
    }

    private static ArgumentOutOfRangeException TooSmall(string option, int pages) =>
        new(
            option,
            pages,
            FormattableString.Invariant(
                $"The cap is at least {BufferPool.MinMappedPages} pages of {Page.Size} bytes."));

    /// <summary>Refuses what the engine could not run with, before it touches the file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cap is too small, or a time, or the durability, is
    /// none.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMappedPages, BufferPool.MinMappedPages);
        if (!Enum.IsDefined(Durability))
        {
            throw new ArgumentOutOfRangeException(nameof(Durability), Durability, "There is no such durability.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(MaxSpillBytes ?? 0, nameof(MaxSpillBytes));

        // The system waits for a whole number of milliseconds; a wait of none would keep a thread busy.
        if (RelaxedFlushInterval.TotalMilliseconds is < 1 or > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(RelaxedFlushInterval), RelaxedFlushInterval, "The interval is from 1 ms to 24 days.");
        }

        if (WriterTimeout != Timeout.InfiniteTimeSpan && WriterTimeout.TotalMilliseconds is < 0 or > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(WriterTimeout), WriterTimeout, "The wait is from 0 to 24 days, or Timeout.InfiniteTimeSpan.");
        }
    }
}
