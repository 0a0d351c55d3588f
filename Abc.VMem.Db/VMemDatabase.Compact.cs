using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db;

/// <summary>Making the file smaller.</summary>
public sealed partial class VMemDatabase
{
    /// <summary>
    /// Makes the file as small as its content in place: moves pages from its end into free pages before, a few in
    /// each of many short transactions, and gives the end back. Readers go on meanwhile, writers between the steps. A
    /// crash leaves a sound database, compacted up to some step.
    /// </summary>
    /// <remarks>
    /// It is no repacking: pages stay as full as they are. Positions of items
    /// (<see cref="Structures.ItemPosition"/>, <see cref="Paging.PageAddress"/>) that were kept from before hold no
    /// longer. Pages of structures whose states lie in items of other structures stay where they are. While a snapshot
    /// is open that began before, the file keeps its length; it is cut later, by the background, the next call, or at
    /// close.
    /// </remarks>
    /// <param name="progress">Receives progress, on the calling thread.</param>
    /// <param name="cancellationToken">Stops it between two steps; what was done stays done.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="TransactionException">
    /// The database is read-only, or the writer's place did not come free in time.
    /// </exception>
    /// <exception cref="CorruptDatabaseException">The database is damaged; the step was not made.</exception>
    public CompactReport Compact(
        IProgress<CompactProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var before = _engine.GetStatistics().FileBytes;
        var moves = new DatabaseMoves(_catalog);
        var moved = 0L;
        _engine.Shrinker.Compact(
            moves,
            count =>
            {
                moved += count;
                progress?.Report(new(moves.Structure, moved, _engine.GetStatistics().FileBytes));
            },
            cancellationToken);
        return new(before, _engine.GetStatistics().FileBytes, moved);
    }

    /// <summary>As <see cref="Compact"/>, without blocking the calling thread.</summary>
    /// <param name="progress">Receives progress, on another thread.</param>
    /// <param name="cancellationToken">Stops it between two steps; what was done stays done.</param>
    public Task<CompactReport> CompactAsync(
        IProgress<CompactProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Compact(progress, cancellationToken), cancellationToken);
}
