using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// A pool with its log: one writer, readers on snapshots, commits, checkpoints, recovery at open. Thread-safe.
/// </summary>
internal sealed partial class Engine : IVersionHost, IDisposable, IAsyncDisposable
{
    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly EngineOptions _options;
    private readonly PageFile _file;
    private readonly Log _log;
    private readonly LogSegment[] _segments;
    private readonly CommitClock _clock;
    private readonly Random? _random;
    private HomeMark _openMark;
    private long _highWater;
    private bool _isMarkedUnclean;
    private bool _isRootLogged;
    private Exception? _failure;
    private int _closed;

    private Engine(IFileSystem files, string path, EngineOptions options)
    {
        (_files, _path, _options) = (files, path, options);
        _random = options.RandomSeed is { } seed ? new Random(seed) : null;
        _segments = [new LogSegment(files, path + "-wal0"), new LogSegment(files, path + "-wal1")];
        var file = DataFile.OpenOrCreate(files, path, options, NextRandom);
        try
        {
            var recovery = Inspect(file, out var poolId, out var pageCount);
            _file = new PageFile(file, path, poolId) { Mark = _openMark with { Clean = 0 } };
            _clock = new CommitClock(recovery?.LastSequence ?? _openMark.LastSequence);
            Pool = new BufferPool(_file, OpenSpill(), this, Snapshots, options.MaxMappedPages)
            {
                SpillQuota = options.MaxSpillBytes,
            };
            Work = new WorkMemory(new MemoryPlan(options.MaxMappedPages).WorkBytes);
            var bufferBytes = Log.BufferBytes(options.MaxMappedPages);
            _log = new Log(_segments, _clock, poolId, bufferBytes, NextRandom, Fail, ThrowIfFailed);
            Recover(recovery);
            _highWater = recovery is null ? pageCount : RootPageCount();
        }
        catch
        {
            Pool?.Close();
            Array.ForEach(_segments, segment => segment.Dispose());
            file.Dispose();
            throw;
        }
    }

    /// <summary>Pages in memory.</summary>
    public BufferPool Pool { get; }

    /// <summary>Memory that operations share for what they sort and collect.</summary>
    public WorkMemory Work { get; }

    /// <summary>Sequence numbers that snapshots read at.</summary>
    public SnapshotRegistry Snapshots { get; } = new();

    /// <summary>Whether the engine refuses to write.</summary>
    public bool IsReadOnly => _options.ReadOnly;

    /// <summary>Whether the engine has been closed.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Path of the data file.</summary>
    public string Path => _path;

    /// <summary>Where its files are.</summary>
    public IFileSystem Files => _files;

    /// <summary>How it runs.</summary>
    public EngineOptions Options => _options;

    /// <inheritdoc/>
    public long DurableSequence => _clock.Durable;

    /// <inheritdoc/>
    public long VisibleSequence => Volatile.Read(ref _clock.Visible);

    /// <inheritdoc/>
    public long AppendedSequence => _clock.Appended;

    /// <summary>Opens a pool, recovering it when it was not closed cleanly.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="DatabaseOpenException">In use, missing, not allowed; the file is untouched.</exception>
    /// <exception cref="FormatVersionException">No database, or a newer format; the file is untouched.</exception>
    /// <exception cref="CorruptDatabaseException">Damaged.</exception>
    public static Engine Open(IFileSystem files, string path, EngineOptions options)
    {
        options.Validate();
        var cap = Math.Min(options.MaxMappedPages, BufferPool.LargestCap);
        try
        {
            return new Engine(files, path, options with { MaxMappedPages = cap });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseOpenException(OpenFailure.Other, path, $"'{path}' can't be opened: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void FlushLog()
    {
        if (_log.IsStarted)
        {
            _log.Flush(_log.AppendedLsn);
        }
    }

    /// <inheritdoc/>
    public Exception Fail(Exception cause)
    {
        var first = Interlocked.CompareExchange(ref _failure, cause, null) ?? cause;
        return new DatabaseFailedException(
            $"'{_path}' could not be written ({first.Message}). The database refuses all work until it is closed and "
            + "opened again; commits that were waiting may or may not be durable.",
            first);
    }

    /// <summary>Counts since open, and sizes now.</summary>
    public EngineStatistics GetStatistics() => new(
        Pool.Hits,
        Pool.Misses,
        Pool.MappedPages,
        Pool.PeakMappedPages,
        Pool.MaxMappedPages,
        _file.Length,
        _log.FileBytes,
        Interlocked.Read(ref _commits),
        Interlocked.Read(ref _checkpoints),
        Snapshots.Count,
        new MemoryPlan(Pool.MaxMappedPages).TotalBytes,
        Pool.SpillBytes);

    internal int RegisterSnapshot(out long sequence)
    {
        ThrowIfUnusable();
        return Snapshots.Register(ref _clock.Visible, out sequence);
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(IsClosed, typeof(Engine));
        ThrowIfFailed();
    }

    /// <inheritdoc/>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure && Rules.Holds(Rule.FailStop))
        {
            throw Fail(failure);
        }
    }

    private ulong NextRandom()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        if (_random is null)
        {
            System.Security.Cryptography.RandomNumberGenerator.Fill(bytes);
        }
        else
        {
            _random.NextBytes(bytes);
        }

        return BitConverter.ToUInt64(bytes) | 1;
    }

    private long RootPageCount()
    {
        using var root = Pool.Read(PagePos.Root, _clock.Appended);
        return Layout.At<RootPageLayout>(root.Payload, 0).PageCount;
    }
}
