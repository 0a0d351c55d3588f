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

    /// <summary>
    /// Whether each LINQ query runs a second time, by LINQ to Objects over all documents of its collections as of the
    /// same moment, and throws QueryMismatchException, which shows both results and the plan, when they differ. For
    /// tests, and to find out whether a suspicious result is right: everything is read and decoded.
    /// </summary>
    /// <remarks>
    /// All rows of a query are read and compared before the first one is given, and take memory outside of the cap;
    /// what the program changes while it enumerates them is not seen. The program's own methods in a query run twice.
    /// So a query whose lambdas give another value at each call (random numbers, new Guids, a clock or a counter that
    /// is read for each document) can differ without a mistake; a clock that is read once for the query can't. Where C#
    /// would fail on a null on the way to a value, the value is null, as in all queries here. Reads by key and through
    /// maps are no queries.
    /// </remarks>
    public bool VerifyQueries { get; init; }

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
