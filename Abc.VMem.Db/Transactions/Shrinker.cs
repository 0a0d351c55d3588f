using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Truncation in bounded steps: the stack of free pages is put in order, the free pages at the pool's end are taken off
/// it, the file is cut. One step at a time; thread-safe.
/// </summary>
internal sealed partial class Shrinker(Engine engine)
{
    // So many free pages are looked at while the writer's place is held.
    private const long ShortStack = 8 << 10;

    // An explicit call gives up when others change the free pages behind its back so many times.
    private const int MostTries = 8;

    private readonly Lock _lock = new();
    private readonly FreeGather _gather = new();
    private Phase _phase;
    private bool _isCutDue;

    private enum Phase
    {
        /// <summary>Chains become trunks.</summary>
        Settle,

        /// <summary>The free pages at the end are counted.</summary>
        Measure,

        /// <summary>The few pages that are in the way move.</summary>
        Move,

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
                case Phase.Move:
                    return MoveUnasked();
                case Phase.Measure:
                    using (var snapshot = engine.BeginSnapshot())
                    {
                        return Measure(snapshot, leastPages, canMove: !wait);
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
        using var pages = wait ? engine.BeginTransaction() : engine.TryBeginTransaction(WriterPatience);
        if (pages is null)
        {
            return false;
        }

        var outcome = _gather.Step(pages);
        if (_phase == Phase.Settle && outcome == FreeGather.Outcome.Done && FreeCount(pages) <= ShortStack)
        {
            // All at once: others would change a short stack before the next step.
            var isFound = Measure(pages, leastPages, canMove: !wait);
            outcome = isFound && _phase == Phase.Gather ? _gather.Step(pages) : outcome;
        }

        var isShrunk = outcome == FreeGather.Outcome.Done && _phase == Phase.Gather && _gather.TryShrink(pages);
        CommitIfWritten(pages);
        _isCutDue |= isShrunk;
        return GoOn(outcome, isShrunk);
    }

    private bool GoOn(FreeGather.Outcome outcome, bool isShrunk)
    {
        if (outcome == FreeGather.Outcome.More || _phase is Phase.Finished or Phase.Move)
        {
            return _phase != Phase.Finished;
        }

        // After a cut the end is looked for again; so it is when others changed what was found.
        if (_phase == Phase.Settle && outcome == FreeGather.Outcome.Done)
        {
            _phase = Phase.Measure;
            return true;
        }

        Restart();
        return isShrunk;
    }

    private static void CommitIfWritten(Transaction pages)
    {
        if (pages.HasWritten)
        {
            pages.Commit();
        }
    }

    /// <summary>
    /// Finds the free pages at the end, or that few are in the way; false when there is nothing to be done about them.
    /// </summary>
    private bool Measure(PageReader pages, long leastPages, bool canMove)
    {
        var started = Stopwatch.GetTimestamp();
        var tail = FreeMap.FindTail(pages, FreeMap.PagesFor(engine.Options.MaxMappedPages));
        if (pages.PageCount - tail >= leastPages)
        {
            _gather.Begin(tail);
            _phase = Phase.Gather;
            return true;
        }

        if (canMove && TryBeginMoves(pages))
        {
            return true;
        }

        _phase = Phase.Finished;
        Rest(pages, Stopwatch.GetElapsedTime(started));
        return false;
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
