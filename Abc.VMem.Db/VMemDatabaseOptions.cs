using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db;

/// <summary>How a database is opened. Immutable; the defaults suit an application on one machine.</summary>
public sealed record VMemDatabaseOptions
{
    /// <summary>
    /// Most pages of 4 KB that are in memory at a time, 16 or more, 16,384 (64 MB) by default. Tables, log buffers and
    /// memory for sorting come on top: see <see cref="DatabaseStatistics.MemoryBytes"/>. Ignored when
    /// <see cref="MaxMappedBytes"/> is given.
    /// </summary>
    public int MaxMappedPages { get; init; } = EngineOptions.DefaultMappedPages;

    /// <summary>
    /// Most bytes that the database takes for itself, everything counted: as many pages are mapped as fit. Null = as
    /// <see cref="MaxMappedPages"/> says.
    /// </summary>
    public long? MaxMappedBytes { get; init; }

    /// <summary>What a commit waits for.</summary>
    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>Time between flushes of the log with <see cref="Durability.Relaxed"/>, 1 ms or more.</summary>
    public TimeSpan RelaxedFlushInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Most bytes of the temporary file in which old versions and pages of large transactions wait that don't fit into
    /// the mapped pages; null = as many as it needs. Beyond, the oldest snapshot ends as too old; a writer never does.
    /// </summary>
    public long? MaxSpillBytes { get; init; }

    /// <summary>
    /// Opens without ever writing; the file must have been closed cleanly. Several processes may read it so.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Whether free pages at the end of the file are given back in the background, a little at a time, when an eighth
    /// of the file or more is free for some seconds. Otherwise they are when it is asked for.
    /// A few pages of documents, indexes and maps that are in the way move; <see cref="VMemDatabase.Compact"/> moves
    /// all.
    /// </summary>
    public bool AutoTruncate { get; init; } = true;

    /// <summary>Longest wait for the one writer's place; <see cref="Timeout.InfiniteTimeSpan"/> = no end.</summary>
    public TimeSpan WriterTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The engine's own form.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cap is below the smallest pool.</exception>
    internal EngineOptions ToEngineOptions() => new()
    {
        MaxMappedPages = EngineOptions.CapOf(MaxMappedPages, MaxMappedBytes),
        MaxSpillBytes = MaxSpillBytes,
        Durability = Durability,
        RelaxedFlushInterval = RelaxedFlushInterval,
        ReadOnly = ReadOnly,
        WriterTimeout = WriterTimeout,
        AutoTruncate = AutoTruncate,
    };
}
