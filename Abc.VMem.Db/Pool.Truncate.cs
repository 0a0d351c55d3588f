namespace Abc.VMem.Db.Paging;

/// <summary>Giving space back.</summary>
public sealed partial class Pool
{
    /// <summary>
    /// Gives the free pages at the end of the file back to the system, in steps between which others write. It also
    /// happens by itself (<see cref="PoolOptions.AutoTruncate"/>).
    /// </summary>
    /// <remarks>
    /// No page moves, so free pages before a page in use stay. While a snapshot is open that began before the pages
    /// became free, they are taken off the pool but the file keeps its length; it is cut later, by the background, the
    /// next call, or at close.
    /// </remarks>
    /// <param name="cancellationToken">Stops it between two steps; nothing is lost.</param>
    /// <exception cref="TransactionException">
    /// The pool is read-only, or the writer's place did not come free in time.
    /// </exception>
    /// <exception cref="CorruptDatabaseException">The list of free pages is damaged.</exception>
    public void Truncate(CancellationToken cancellationToken = default) =>
        _engine.Shrinker.Truncate(cancellationToken);

    /// <summary>As <see cref="Truncate"/>, without blocking the calling thread.</summary>
    /// <param name="cancellationToken">Stops it between two steps; nothing is lost.</param>
    public Task TruncateAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => Truncate(cancellationToken), cancellationToken);
}
