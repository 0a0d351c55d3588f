using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

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
    /// It is no repacking: pages stay as full as they are (<see cref="CompactTo"/> packs them). Positions of items
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
        var moves = new DatabaseMoves(_catalog, mapsOnly: false);
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

    /// <summary>
    /// Writes the database as of this moment into a new file, packed: all pages full, none free, each structure in one
    /// piece. Readers and the writer go on meanwhile.
    /// </summary>
    /// <remarks>
    /// Positions of items (<see cref="Structures.ItemPosition"/>, <see cref="PageAddress"/>) that the program keeps,
    /// also in its own data, mean nothing in the new file; states of structures in items are adjusted. The new file is
    /// not opened, and never takes this one's place by itself. While it runs it maps an eighth of the pages again, 64
    /// to 1,024 of them, for the new file.
    /// </remarks>
    /// <param name="path">The new file; there must be none yet.</param>
    /// <param name="progress">Receives progress, on the calling thread.</param>
    /// <param name="cancellationToken">Stops it, and removes what was written.</param>
    /// <exception cref="DatabaseOpenException">The file exists, or can't be created.</exception>
    /// <exception cref="CorruptDatabaseException">The database is damaged.</exception>
    public void CompactTo(
        string path, IProgress<CompactProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);

        // As with CopyTo: a second database in the same memory would serve nobody.
        var files = _engine.Files is MemoryFileSystem ? DiskFileSystem.Instance : _engine.Files;
        CompactInto(files, Path.GetFullPath(path), progress, cancellationToken);
    }

    /// <summary>As <see cref="CompactTo"/>, without blocking the calling thread.</summary>
    /// <param name="path">The new file; there must be none yet.</param>
    /// <param name="progress">Receives progress, on another thread.</param>
    /// <param name="cancellationToken">Stops it, and removes what was written.</param>
    public Task CompactToAsync(
        string path, IProgress<CompactProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => CompactTo(path, progress, cancellationToken), cancellationToken);

    /// <summary>As <see cref="CompactTo"/>, on any file system.</summary>
    internal void CompactInto(
        IFileSystem files, string path, IProgress<CompactProgress>? progress, CancellationToken cancellationToken)
    {
        using var snapshot = _engine.BeginSnapshot();
        NewFile.Write(files, path, name =>
        {
            // Nothing in the new file is worth a flush before it is closed.
            var cap = Math.Clamp(_engine.Options.MaxMappedPages / 8, 64, 1024);
            using var target = Open(files, name, new EngineOptions
            {
                MaxMappedPages = cap,
                Durability = Durability.None,
                BackgroundWork = false,
            });
            target.CopyFrom(snapshot, _catalog, FreeMap.PagesFor(cap), progress, cancellationToken);
            return cap;
        });
    }

    private void CopyFrom(
        Snapshot source,
        Catalog catalog,
        long stretch,
        IProgress<CompactProgress>? progress,
        CancellationToken cancellationToken)
    {
        var copy = new DatabaseCopy(source, catalog, _catalog, stretch, structure =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new(structure, 0, _engine.GetStatistics().FileBytes));
        });
        foreach (var (kind, name) in copy.Names())
        {
            using var pages = _engine.BeginTransaction();
            copy.Copy(pages, kind, name);
            pages.Commit();
        }
    }
}
