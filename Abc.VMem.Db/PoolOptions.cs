using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Paging;

/// <summary>What becomes of pages that are still pinned when their pool is closed.</summary>
public enum PinnedAtClose
{
    /// <summary>
    /// The pool closes. What was committed is in the file; a pointer keeps its page's memory until it is disposed, but
    /// gives no access any more.
    /// </summary>
    Release,

    /// <summary>
    /// Closing throws an <see cref="InvalidOperationException"/>, and the pool stays open. Finds pointers that someone
    /// forgot.
    /// </summary>
    Refuse,
}

/// <summary>How a pool is opened. Immutable.</summary>
public sealed record PoolOptions
{
    /// <summary>
    /// Most pages of 4 KB that are mapped to memory at any time, 16 or more, 16,384 (64 MB) by default. Tables, log
    /// buffers and memory for sorting come on top: see <see cref="PoolStatistics.MemoryBytes"/>. Ignored when
    /// <see cref="MaxMappedBytes"/> is given.
    /// </summary>
    public int MaxMappedPages { get; init; } = EngineOptions.DefaultMappedPages;

    /// <summary>
    /// Most bytes that the pool takes for itself, everything counted: as many pages are mapped as fit. Null = as
    /// <see cref="MaxMappedPages"/> says.
    /// </summary>
    public long? MaxMappedBytes { get; init; }

    /// <summary>
    /// What a commit waits for, and so does every single change outside of a transaction. This is what "sync pages on
    /// unlock" was: <see cref="Durability.Full"/> means that a change is on the disk when the call returns.
    /// </summary>
    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>Time between flushes of the log with <see cref="Durability.Relaxed"/>, 1 ms or more.</summary>
    public TimeSpan RelaxedFlushInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// What becomes of pinned pages at close. This is what "sync locked pages on destroy" was: since only commits
    /// change the file, a page that is still pinned has nothing left to be written.
    /// </summary>
    public PinnedAtClose PinnedAtClose { get; init; } = PinnedAtClose.Release;

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
