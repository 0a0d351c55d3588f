using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db;

/// <summary>How a database is opened. Immutable; the defaults suit an application on one machine.</summary>
public sealed record VMemDatabaseOptions
{
    private const int DefaultMappedPages = 16384;

    /// <summary>
    /// Most pages of 4 KB that are in memory at a time, 64 MB by default: the hard cap on the database's memory.
    /// Ignored when <see cref="MaxMappedBytes"/> is given.
    /// </summary>
    public int MaxMappedPages { get; init; } = DefaultMappedPages;

    /// <summary>
    /// The same cap in bytes, rounded down to whole pages; null = as <see cref="MaxMappedPages"/> says.
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

    /// <summary>Longest wait for the one writer's place; <see cref="Timeout.InfiniteTimeSpan"/> = no end.</summary>
    public TimeSpan WriterTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The cap in pages.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below the smallest pool, or not countable.</exception>
    internal int Pages
    {
        get
        {
            var pages = MaxMappedBytes is { } bytes ? bytes / Page.Size : MaxMappedPages;
            if (pages < BufferPool.MinMappedPages || pages > int.MaxValue)
            {
                throw new ArgumentOutOfRangeException(
                    MaxMappedBytes is null ? nameof(MaxMappedPages) : nameof(MaxMappedBytes),
                    pages,
                    $"The cap is at least {BufferPool.MinMappedPages} pages of {Page.Size} bytes.");
            }

            return (int)pages;
        }
    }

    /// <summary>The engine's own form.</summary>
    internal EngineOptions ToEngineOptions() => new()
    {
        MaxMappedPages = Pages,
        MaxSpillBytes = MaxSpillBytes,
        Durability = Durability,
        RelaxedFlushInterval = RelaxedFlushInterval,
        ReadOnly = ReadOnly,
        WriterTimeout = WriterTimeout,
    };
}
