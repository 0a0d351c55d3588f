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

    // So many free pages are looked at while the writer's place is held.
    private const long ShortStack = 8 << 10;

    // So many times in a row it must be worthwhile: what fills up again soon is not given back.
    private const int Patience = 5;

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
    private int _worthwhile;
    private long _sizedAt = -1;
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
                CutWhenQuiet();
            }
            else if (IsWorthwhile() && ++_worthwhile > Patience)
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
        if (!_gather.Recall(pages) && !TrySettle(pages))
        {
            (moved, isOver) = (0, false);
            return false;
        }

        var mover = new PageMover(pages, _gather);
        isOver = moves.Step(mover) || mover.IsExhausted;
        moved = mover.Moved;
        _gather.Remember(pages);
        CommitIfWritten(pages);

        return true;
    }

    /// <summary>Puts the stack in order, and sets the pivot where the pool would end if it were dense.</summary>
    private void Settle(CancellationToken cancellationToken)
    {
        Restart();
        var outcome = FreeGather.Outcome.More;
        while (outcome == FreeGather.Outcome.More)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var pages = engine.BeginTransaction();
            outcome = _gather.Step(pages);
            CommitIfWritten(pages);
        }

        using var snapshot = engine.BeginSnapshot();
        _gather.Begin(snapshot.PageCount - FreeCount(snapshot));
    }

    // Where others take and free pages all the time, a short stack would never keep still until the next step.
    private bool TrySettle(Transaction pages)
    {
        _gather.Reset();
        if (_gather.Step(pages) != FreeGather.Outcome.Done)
        {
            return false;
        }

        _gather.Begin(pages.PageCount - FreeCount(pages));
        return true;
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
                    return Arrange(wait, leastPages);
                case Phase.Measure:
                    using (var snapshot = engine.BeginSnapshot())
                    {
                        return Measure(snapshot, leastPages);
                    }

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

    private bool Arrange(bool wait, long leastPages)
    {
        using var pages = wait ? engine.BeginTransaction() : engine.TryBeginTransaction();
        if (pages is null)
        {
            return false;
        }

        var outcome = _gather.Step(pages);
        if (_phase == Phase.Settle && outcome == FreeGather.Outcome.Done && FreeCount(pages) <= ShortStack)
        {
            // All at once: others would change a short stack before the next step.
            outcome = Measure(pages, leastPages) ? _gather.Step(pages) : outcome;
        }

        var isShrunk = outcome == FreeGather.Outcome.Done && _phase == Phase.Gather && _gather.TryShrink(pages);
        CommitIfWritten(pages);

        _isCutDue |= isShrunk;
        return GoOn(outcome, isShrunk);
    }

    private bool GoOn(FreeGather.Outcome outcome, bool isShrunk)
    {
        if (outcome == FreeGather.Outcome.More || _phase == Phase.Finished)
        {
            return _phase != Phase.Finished;
        }

        // After a cut the end is looked for again; so it is when others changed what was found.
        var isSettled = _phase == Phase.Settle && outcome == FreeGather.Outcome.Done;
        _phase = isSettled ? Phase.Measure : Phase.Settle;
        return isSettled || isShrunk;
    }

    private static void CommitIfWritten(Transaction pages)
    {
        if (pages.HasWritten)
        {
            pages.Commit();
        }
    }

    /// <summary>Finds the free pages at the end; false when they are too few to be worth it.</summary>
    private bool Measure(PageReader pages, long leastPages)
    {
        var started = Stopwatch.GetTimestamp();
        var tail = FreeMap.FindTail(pages, FreeMap.PagesFor(engine.Options.MaxMappedPages));
        if (pages.PageCount - tail < leastPages)
        {
            (_phase, _seen, _worthwhile) = (Phase.Finished, (pages.PageCount, FreeCount(pages)), 0);
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
        var isWorthwhile = (count, free) != _seen && free >= Math.Max(LeastPages, count / LeastShare);
        _worthwhile = isWorthwhile ? _worthwhile : 0;
        return isWorthwhile;
    }

    // Each attempt after a change of the page count takes a checkpoint: not while it goes on changing.
    private void CutWhenQuiet()
    {
        var sized = engine.SizedAt;
        if (sized == _sizedAt)
        {
            TryCut(wait: false);
        }

        _sizedAt = sized;
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
