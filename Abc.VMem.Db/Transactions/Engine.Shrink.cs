using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Giving the free pages at the end of the file back.</summary>
internal sealed partial class Engine
{
    // The last transaction that changed the page count, or tried to. Later ones, and what they see, end where the pool
    // ends now.
    private long _sizedAt;
    private Shrinker? _shrinker;

    /// <summary>Truncation and, for who knows what the pages hold, compaction; one caller at a time.</summary>
    internal Shrinker Shrinker => LazyInitializer.EnsureInitialized(ref _shrinker, () => new Shrinker(this));

    /// <summary>Sequence number of the last transaction that changed the page count, or tried to.</summary>
    internal long SizedAt => Volatile.Read(ref _sizedAt);

    /// <summary>Notes that a transaction changes the page count.</summary>
    internal void NoteSize(long sequence) => Volatile.Write(ref _sizedAt, sequence);

    /// <summary>Whether the file is longer than the pool, and no snapshot sees a longer one.</summary>
    internal bool CanCut => !Snapshots.AnyIn(0, SizedAt) && _log.IsStarted;

    /// <summary>As <see cref="BeginTransaction"/>, but null when the writer's place is not free.</summary>
    internal Transaction? TryBeginTransaction()
    {
        ThrowIfUnusable();
        return _writer.Wait(0) ? Begin(null, null) : null;
    }

    /// <summary>
    /// Cuts the file to the page count. Not while a snapshot sees more pages, a live part of the log may name one, or,
    /// when told not to wait, someone writes.
    /// </summary>
    /// <returns>Whether the file ends with the pool.</returns>
    internal bool TryCut(bool wait)
    {
        ThrowIfUnusable();
        if (!CanCut)
        {
            return false;
        }

        // Ahead of it, without the writer's place: what it leaves to be done under it is little.
        if (_log.HasOldSegment || _log.FirstSequence <= SizedAt)
        {
            Checkpoint();
        }

        if (!_writer.Wait(wait ? _options.WriterTimeout : TimeSpan.Zero))
        {
            return false;
        }

        try
        {
            ThrowIfUnusable();
            lock (_checkpointLock)
            {
                return TryCutUnderLocks();
            }
        }
        finally
        {
            _writer.Release();
        }
    }

    private void TruncateUnasked()
    {
        try
        {
            Shrinker.TruncateSlowly();
        }
        catch (TransactionException e) when (e.Reason == TransactionFailure.StorageFull)
        {
            // Nothing is lost: the file stays longer.
        }
    }

    private bool TryCutUnderLocks()
    {
        // The page count has not changed since the segment in use began, and is what every snapshot sees: no record
        // that recovery would replay and no reader names a page behind it.
        var sized = _sizedAt;
        var isUnnamed = !_log.HasOldSegment
            && _log.FirstSequence > sized
            && VisibleSequence >= sized
            && !Snapshots.AnyIn(0, sized);
        var pageCount = RootPageCount();
        if (!isUnnamed || (pageCount < _file.PageCapacity && !Pool.TryCut(pageCount)))
        {
            return false;
        }

        // Positions behind it are as good as new.
        _highWater = pageCount;
        return true;
    }
}
