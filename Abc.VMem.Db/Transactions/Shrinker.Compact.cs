namespace Abc.VMem.Db.Transactions;

/// <summary>Compaction: pages move before the rest is given back.</summary>
internal sealed partial class Shrinker
{
    // A compaction that others undo as it goes on ends after so many rounds.
    private const int MostRounds = 4;

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
            int moved;
            using (var pages = engine.BeginTransaction())
            {
                if (!TryMoveSome(pages, moves, out moved, out isOver))
                {
                    pages.Dispose();
                    Settle(cancellationToken);
                }
            }

            hasMoved |= moved > 0;
            report(moved);
        }

        return hasMoved;
    }

    /// <summary>One step; false when the stack of free pages has to be put in order first.</summary>
    private bool TryMoveSome(Transaction pages, IPageMoves moves, out int moved, out bool isOver)
    {
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
}
