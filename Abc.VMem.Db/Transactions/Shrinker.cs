using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Truncation in bounded steps: the stack of free pages is put in order, the free pages at the pool's end are taken off
/// it, the file is cut. One step at a time; thread-safe.
/// </summary>
internal sealed class Shrinker(Engine engine)
{
    // A compaction that others undo as it goes on ends after so many rounds.
    private const int MostRounds = 4;

    // In the background: free pages, and pages at the end, that are worth the trouble.
    private const long LeastPages = 64;
    private const int LeastShare = 8;

    // When a look at the free pages led to nothing, the next one comes after this many times what it took.
    private const int RestShare = 100;

    // An explicit call gives up when others change the free pages behind its back so many times.
    private const int MostTries = 8;

    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly FreeGather _gather = new();
    private Phase _phase;
    private bool _isCutDue;
    private (long Pages, long Free) _seen;
    private long _restFrom;
    private TimeSpan _rest;

    private enum Phase
    {
        /// <summary>Chains become trunks.</summary>
        Settle,

        /// <summary>The free pages at the end are counted.</summary>
        Measure,

        /// <summary>They go to the bottom of the stack, and off it.</summary>
        Gather,

        /// <summary>Nothing is left to be done.</summary>
        Finished,
    }

    /// <summary>
    /// Gives back what is free at the end. What a snapshot, or a writer that is busy, keeps from being cut follows
    /// later.
    /// </summary>
    /// <exception cref="TransactionException">Read-only, or the writer's place did not come free.</exception>
    public void Truncate(CancellationToken cancellationToken)
    {
        engine.RefuseReadOnly();
        lock (_lock)
        {
            Shrink(cancellationToken);
            TryCut(wait: true);
        }
    }

    /// <summary>
    /// Moves pages from the tail into free pages before it, as far as it is known what refers to them, and gives back
    /// what is then free at the end.
    /// </summary>
    /// <param name="moves">Knows the structures.</param>
    /// <param name="report">Receives the pages that a step has moved; may cancel by throwing.</param>
    /// <param name="cancellationToken">Stops it between two steps.</param>
    /// <exception cref="TransactionException">Read-only, or the writer's place did not come free.</exception>
    public void Compact(IPageMoves moves, Action<int> report, CancellationToken cancellationToken)
    {
        engine.RefuseReadOnly();
        lock (_lock)
        {
            try
            {
                for (var round = 0; round < MostRounds && Move(moves, report, cancellationToken); round++)
                {
                    Shrink(cancellationToken);
                }
            }
            finally
            {
                Restart();
            }

            Shrink(cancellationToken);
            TryCut(wait: true);
        }
    }

    /// <summary>A little of the same, when it is worthwhile and disturbs nobody; on the maintenance thread.</summary>
    public void TruncateSlowly()
    {
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            if (_isCutDue)
            {
                TryCut(wait: false);
            }
            else if (IsWorthwhile())
            {
                var started = Stopwatch.GetTimestamp();
                while (Step(wait: false, LeastPages) && Stopwatch.GetElapsedTime(started) < StepTime)
                {
                    // A little more, as long as nobody would notice.
                }
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Whether a snapshot or a writer still keeps the file from being cut.</summary>
    internal bool IsCutDue => Volatile.Read(ref _isCutDue);

    private void Shrink(CancellationToken cancellationToken)
    {
        Restart();
        for (var tries = 0; tries < MostTries && _phase != Phase.Finished; tries++)
        {
            while (Step(wait: true, leastPages: 1))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        Restart();
    }

    /// <summary>Goes through all structures once.</summary>
    /// <returns>Whether anything moved.</returns>
    private bool Move(IPageMoves moves, Action<int> report, CancellationToken cancellationToken)
    {
        Settle(cancellationToken);
        moves.Begin();
        var (hasMoved, isOver) = (false, false);
        while (!isOver)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!TryMoveSome(moves, out var moved, out isOver))
            {
                Settle(cancellationToken);
            }

            hasMoved |= moved > 0;
            report(moved);
        }

        return hasMoved;
    }

    private bool TryMoveSome(IPageMoves moves, out int moved, out bool isOver)
    {
        using var pages = engine.BeginTransaction();
        if (!_gather.Recall(pages))
        {
            (moved, isOver) = (0, false);
            return false;
        }

        var mover = new PageMover(pages, _gather);
        isOver = moves.Step(mover) || mover.IsExhausted;
        moved = mover.Moved;
        _gather.Remember(pages);
        if (pages.HasWritten)
        {
            pages.Commit();
        }

        return true;
    }

    /// <summary>Puts the stack in order, and sets the pivot where the pool would end if it were dense.</summary>
    private void Settle(CancellationToken cancellationToken)
    {
        Restart();
        while (_phase == Phase.Settle)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Arrange(wait: true);
        }

        using var snapshot = engine.BeginSnapshot();
        _gather.Begin(snapshot.PageCount - FreeCount(snapshot));
    }

    private void Restart()
    {
        _gather.Reset();
        _phase = Phase.Settle;
    }

    /// <summary>One step.</summary>
    /// <returns>Whether the next one can follow at once.</returns>
    private bool Step(bool wait, long leastPages)
    {
        try
        {
            switch (_phase)
            {
                case Phase.Settle or Phase.Gather:
                    return Arrange(wait);
                case Phase.Measure:
                    return Measure(leastPages);
                default:
                    Restart();
                    return false;
            }
        }
        catch
        {
            Restart();
            throw;
        }
    }

    private bool Arrange(bool wait)
    {
        using var pages = wait ? engine.BeginTransaction() : engine.TryBeginTransaction();
        if (pages is null)
        {
            return false;
        }

        var outcome = _gather.Step(pages);
        var isShrunk = outcome == FreeGather.Outcome.Done && _phase == Phase.Gather && _gather.TryShrink(pages);
        if (pages.HasWritten)
        {
            pages.Commit();
        }

        if (outcome == FreeGather.Outcome.More)
        {
            return true;
        }

        // What was freed or taken meanwhile changes the end: it is looked for again.
        var isInVain = outcome == FreeGather.Outcome.Lost || (_phase == Phase.Gather && !isShrunk);
        _phase = outcome == FreeGather.Outcome.Lost ? Phase.Settle : Phase.Measure;
        _isCutDue |= isShrunk;
        return !isInVain;
    }

    private bool Measure(long leastPages)
    {
        var started = Stopwatch.GetTimestamp();
        using var snapshot = engine.BeginSnapshot();
        var tail = FreeMap.FindTail(snapshot, FreeMap.PagesFor(engine.Options.MaxMappedPages));
        if (snapshot.PageCount - tail < leastPages)
        {
            (_phase, _seen) = (Phase.Finished, (snapshot.PageCount, FreeCount(snapshot)));
            _restFrom = Stopwatch.GetTimestamp();
            _rest = RestShare * Stopwatch.GetElapsedTime(started);
            return false;
        }

        _gather.Begin(tail);
        _phase = Phase.Gather;
        return true;
    }

    private bool IsWorthwhile()
    {
        if (_phase is Phase.Measure or Phase.Gather)
        {
            return true;
        }

        if (_restFrom != 0 && Stopwatch.GetElapsedTime(_restFrom) < (_rest > LeastRest ? _rest : LeastRest))
        {
            return false;
        }

        using var snapshot = engine.BeginSnapshot();
        var (count, free) = (snapshot.PageCount, FreeCount(snapshot));
        return (count, free) != _seen && free >= Math.Max(LeastPages, count / LeastShare);
    }

    private void TryCut(bool wait)
    {
        if (_isCutDue || wait)
        {
            _isCutDue = !engine.TryCut(wait) && _isCutDue;
        }
    }

    private static long FreeCount(PageReader pages)
    {
        using var root = pages.Read(PagePos.Root);
        return Layout.At<RootPageLayout>(root.Payload, 0).FreeCount;
    }
}
