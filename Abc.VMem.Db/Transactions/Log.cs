using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// The log: two segments, used in turn, that recovery can redo every commit from. Commits are appended to a buffer
/// under one
/// lock; the first one that waits writes and flushes for all that are there. Thread-safe.
/// </summary>
/// <remarks>Lock order: gate (who writes), then append (who decides what is written).</remarks>
internal sealed partial class Log : IDisposable
{
    // Room that commits leave for the record that retires the other segment.
    private const int MarkerRoom = 2 * Page.Size;

    // What the other segment has from the start: enough to go over to it, and to retire this one, on a full disk.
    private const int SpareBytes = LogSegment.FirstOffset + (2 * MarkerRoom);
    private const int PageRoom = PageRecordHeader.Bytes + PageDelta.MaxBytes + 8;

    private readonly SemaphoreSlim _gate = new(Rules.Places(Rule.LogGate), Rules.Places(Rule.LogGate));
    private readonly Lock _append = new();
    private readonly LogSegment[] _segments;
    private readonly CommitClock _clock;
    private readonly ulong _poolId;
    private readonly Func<ulong> _newSalt;
    private readonly Func<Exception, Exception> _fail;
    private readonly Action _throwIfFailed;
    private readonly PrivatePageVisitor _addPage;

    private byte[] _filling;
    private byte[] _draining;
    private int _filled;
    private long _offset;
    private int _active;
    private long _oldestLive;
    private ulong _lastDigest;
    private long _appendedLsn;
    private long _durableLsn;
    private long _writtenLsn;

    /// <summary>Prepares a log; nothing is written before <see cref="Start"/>.</summary>
    /// <param name="segments">The two files.</param>
    /// <param name="clock">Told of every step that commits make.</param>
    /// <param name="poolId">The data file's id.</param>
    /// <param name="bufferBytes">Size of each of the two buffers.</param>
    /// <param name="newSalt">Random numbers.</param>
    /// <param name="fail">Told of a failed write or flush; returns what to throw.</param>
    /// <param name="throwIfFailed">Refuses once a write or flush has failed: it is never tried again.</param>
    public Log(
        LogSegment[] segments,
        CommitClock clock,
        ulong poolId,
        int bufferBytes,
        Func<ulong> newSalt,
        Func<Exception, Exception> fail,
        Action throwIfFailed)
    {
        (_segments, _clock, _poolId, _newSalt, _fail) = (segments, clock, poolId, newSalt, fail);
        _filling = new byte[bufferBytes];
        _draining = new byte[bufferBytes];
        _addPage = AddPage;
        _throwIfFailed = throwIfFailed;
    }

    /// <summary>Whether a segment is in use.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>End of what was appended.</summary>
    public long AppendedLsn => Volatile.Read(ref _appendedLsn);

    /// <summary>End of what is durable.</summary>
    public long DurableLsn => Volatile.Read(ref _durableLsn);

    /// <summary>Newest generation.</summary>
    public long Generation => Active.Header.Generation;

    /// <summary>Bytes used in the segment that is being written.</summary>
    public long UsedBytes => Volatile.Read(ref _offset) + Volatile.Read(ref _filled);

    /// <summary>Bytes of both files.</summary>
    public long FileBytes => _segments[0].Capacity + _segments[1].Capacity;

    /// <summary>Whether the segment that is not being written must stay until a checkpoint is through.</summary>
    public bool HasOldSegment => IsStarted && Other.State == SegmentState.Live;

    private LogSegment Active => _segments[_active];

    private LogSegment Other => _segments[1 - _active];

    /// <summary>Size of each log buffer for a cap on mapped pages: a sixteenth of it, from 64 KB to 1 MB.</summary>
    public static int BufferBytes(int maxMappedPages) =>
        (int)Math.Clamp((long)maxMappedPages * Page.Size / 16, 64 * 1024, ChunkHeader.MaxChunkBytes);

    /// <summary>Begins to use a segment; earlier generations are dead when its header is on the disk.</summary>
    /// <param name="segment">0 or 1; not one that holds what recovery still needs.</param>
    /// <param name="generation">Above every generation before.</param>
    /// <param name="firstLsn">Where the log goes on.</param>
    /// <param name="capacity">Bytes to allocate.</param>
    public void Start(int segment, long generation, long firstLsn, long capacity)
    {
        Debug.Assert(!IsStarted);
        _active = segment;

        // First the spare one: when both are new, creating the other makes the entries of both durable.
        Other.Prepare(SpareBytes);
        ReserveIfPossible(Active, capacity);
        _oldestLive = generation;
        BeginSegment(Active, generation, firstLsn, previousDigest: 0);
        (_appendedLsn, _durableLsn, _writtenLsn) = (firstLsn, firstLsn, firstLsn);
        IsStarted = true;
    }

    /// <summary>
    /// Appends the running transaction's pages as one commit; from then on they are versions of their own.
    /// </summary>
    /// <returns>The log position to wait for, or -1 when the segment has no room: see <see cref="MakeRoom"/>.</returns>
    public long TryAppend(BufferPool pool, long sequence, long roomNeeded)
    {
        lock (Rules.Lock(Rule.AppendLock, _append))
        {
            _throwIfFailed();
            if (!HasRoom(roomNeeded))
            {
                return -1;
            }

            try
            {
                BeginCommit(sequence);
                pool.VisitPrivate(_addPage);
                EndChunk(isLast: true);
            }
            catch (Exception e)
            {
                // Also when a page of the temporary file can't be read: a later commit must not follow half of this.
                throw _fail(e);
            }

            pool.CommitPrivate();
            _clock.Appended = sequence;
            Yields.At(Point.Append);
            return _appendedLsn;
        }
    }

    /// <summary>Most bytes that a commit of so many pages takes.</summary>
    public long RoomFor(long pageCount)
    {
        var pagesInChunk = Math.Max(1, (_filling.Length - ChunkHeader.Bytes) / PageRoom);
        return (pageCount * PageRoom) + (((pageCount / pagesInChunk) + 2L) * (ChunkHeader.Bytes + PageRoom));
    }

    /// <summary>
    /// Appends a record that changes nothing: the image of a page as it is, or (empty page) only what every record
    /// says,
    /// how far the log is durable and which segments are dead.
    /// </summary>
    public long AppendMark(ReadOnlySpan<byte> page)
    {
        lock (_append)
        {
            _throwIfFailed();
            try
            {
                BeginCommit(_clock.Appended);
                if (!page.IsEmpty)
                {
                    AddPage(page, default);
                }

                EndChunk(isLast: true);
                return _appendedLsn;
            }
            catch (Exception e) when (IsStorageError(e))
            {
                throw _fail(e);
            }
        }
    }

    /// <summary>Whether a commit of that size fits into the segment, beside the room kept for a marker.</summary>
    private bool HasRoom(long bytes) => AlignUp(_offset + _filled) + bytes + Reserved <= Active.Capacity;

    private static int Reserved => Rules.Holds(Rule.MarkerRoom) ? MarkerRoom : 0;

    private static bool IsStorageError(Exception e) =>
        e is IOException or UnauthorizedAccessException or ObjectDisposedException;

    private static long AlignUp(long offset) => (offset + Page.Size - 1) & ~(Page.Size - 1L);

    private void BeginSegment(LogSegment segment, long generation, long firstLsn, ulong previousDigest)
    {
        segment.Begin(new SegmentHeader
        {
            Magic = SegmentHeader.ExpectedMagic,
            FormatVersion = 1,
            PageSize = Page.Size,
            PoolId = _poolId,
            Salt = Rules.Holds(Rule.NewSalt) ? _newSalt() : 1,
            Generation = generation,
            FirstLsn = firstLsn,
            FirstSequence = _clock.Appended + 1,
            PreviousEndLsn = firstLsn,
            PreviousDigest = previousDigest,
            OldestLiveGeneration = _oldestLive,
        });
        (_offset, _filled, _lastDigest) = (LogSegment.FirstOffset, 0, previousDigest);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var segment in _segments)
        {
            segment.Dispose();
        }
    }
}
