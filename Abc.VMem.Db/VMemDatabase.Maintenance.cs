using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db;

/// <summary>Checks, checkpoints, copies, figures.</summary>
public sealed partial class VMemDatabase
{
    /// <summary>
    /// Brings all committed pages to the data file and retires the log. It also happens by itself, and at close.
    /// </summary>
    public void Checkpoint() => _engine.Checkpoint();

    /// <inheritdoc cref="Checkpoint"/>
    /// <param name="cancellationToken">Gives up before the checkpoint starts.</param>
    public Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        Task.Run(Checkpoint, cancellationToken);

    /// <summary>
    /// Goes through the whole database as of this moment: checksums, links both ways, order of keys, counts, indexes
    /// against documents both ways, and that each page is either reachable or free. Readers and the writer go on
    /// meanwhile.
    /// </summary>
    /// <param name="progress">Receives progress, on the calling thread.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What it went through: everything held.</returns>
    /// <exception cref="CorruptDatabaseException">The first thing that does not hold.</exception>
    public CheckReport Check(IProgress<CheckProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var snapshot = _engine.BeginSnapshot();
        var scan = new PoolScan(_engine, snapshot, Pool.Advance(progress, cancellationToken));
        var check = scan.RunDatabase();
        scan.RequireAll();
        return new(
            scan.Owners.PageCount,
            scan.FreePages,
            check.Collections,
            check.Documents,
            check.Indexes,
            check.IndexEntries,
            check.Maps,
            check.MapEntries,
            check.Lists,
            check.ListItems);
    }

    /// <summary>
    /// Writes a copy of the database as of this moment into a new file. Readers and the writer go on meanwhile.
    /// </summary>
    /// <param name="path">The new file; there must be none yet.</param>
    /// <param name="progress">Receives the share that is done, 0 to 1, on the calling thread.</param>
    /// <param name="cancellationToken">Stops it, and removes what was written.</param>
    /// <exception cref="DatabaseOpenException">The file exists, or can't be created.</exception>
    public void CopyTo(
        string path, IProgress<double>? progress = null, CancellationToken cancellationToken = default) =>
        Pool.CopyTo(path, progress, cancellationToken);

    /// <summary>Counts since the database was opened, and sizes now.</summary>
    public DatabaseStatistics GetStatistics()
    {
        var engine = _engine.GetStatistics();
        return new(
            _catalog.Counters.Documents,
            _catalog.Counters.IndexEntries,
            engine.PoolHits,
            engine.PoolMisses,
            engine.MappedPages,
            engine.PeakMappedPages,
            engine.MaxMappedPages,
            engine.FileBytes,
            engine.LogBytes,
            engine.Commits,
            engine.Checkpoints,
            engine.OpenSnapshots,
            engine.MemoryBytes,
            engine.SpillBytes);
    }
}
