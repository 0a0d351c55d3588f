using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Giving the free pages at the end of the file back.</summary>
internal sealed partial class Engine
{
    // The last transaction that lowered the page count, or tried to. Since then the pool has only grown: nothing later
    // names a page behind its end.
    private long _shrunkAt;
    private Shrinker? _shrinker;

    /// <summary>Truncation and, for who knows what the pages hold, compaction; one caller at a time.</summary>
    internal Shrinker Shrinker => LazyInitializer.EnsureInitialized(ref _shrinker, () => new Shrinker(this));

    /// <summary>Notes that a transaction lowers the page count.</summary>
    internal void NoteShrink(long sequence) => Volatile.Write(ref _shrunkAt, sequence);

    /// <summary>Whether the file is longer than the pool, and no snapshot sees a longer one.</summary>
    internal bool CanCut =>
        !(Snapshots.AnyIn(0, Volatile.Read(ref _shrunkAt)) && Rules.Holds(Rule.CutNeedsNoSnapshot)) && _log.IsStarted;

    /// <summary>As <see cref="BeginTransaction"/>, but null when the writer's place does not come free.</summary>
    internal Transaction? TryBeginTransaction(TimeSpan patience)
    {
        ThrowIfUnusable();
        return _writer.Wait(patience) ? Begin(null, null) : null;
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

        // Ahead of it, without the writer's place: what it leaves to be done under it is little. A first one may only
        // finish what a full segment began.
        for (var i = 0; i < 2 && IsCheckpointDue(); i++)
        {
            Checkpoint();
        }

        if (Rules.Holds(Rule.CutTakesWriter) && !_writer.Wait(wait ? _options.WriterTimeout : TimeSpan.Zero))
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
            _ = Rules.Holds(Rule.CutTakesWriter) ? _writer.Release() : 0;
        }
    }

    private bool IsCheckpointDue() =>
        (_log.HasOldSegment && Rules.Holds(Rule.CutNeedsRetired))
        || (_log.FirstSequence <= Volatile.Read(ref _shrunkAt) && Rules.Holds(Rule.CutNeedsNewSegment));

    private void TruncateUnasked()
    {
        try
        {
            Shrinker.TruncateSlowly();
        }
        catch (VMemDbException e) when (e is not DatabaseFailedException)
        {
            // Nothing is lost: the file stays longer. Damage is told to whoever needs what is damaged.
        }
    }

    private bool TryCutUnderLocks()
    {
        // Since the segment in use began the page count has not been lowered, and no snapshot sees a greater one than
        // there is now: no record that recovery would replay and no reader names a page behind it.
        var shrunk = _shrunkAt;
        var isUnnamed = (!_log.HasOldSegment || !Rules.Holds(Rule.CutNeedsRetired))
            && (_log.FirstSequence > shrunk || !Rules.Holds(Rule.CutNeedsNewSegment))
            && (VisibleSequence >= shrunk || !Rules.Holds(Rule.CutNeedsVisible))
            && !(Snapshots.AnyIn(0, shrunk) && Rules.Holds(Rule.CutNeedsNoSnapshot));
        Yields.At(Point.Cut);
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
