using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Paging;

/// <summary>Repairs.</summary>
public sealed partial class Pool
{
    /// <summary>
    /// Writes what can be saved of this pool, as of this moment, into a new file, and tells what could not. The pool
    /// itself is not changed, and may be in use meanwhile.
    /// </summary>
    /// <remarks>
    /// <para>Every page keeps its position. Lists, stacks, strings and containers are linked together around lost
    /// pages; maps are built anew from every leaf that can be reached; in a database, indexes are built anew from the
    /// documents that are left. Pages that nothing leads to are free in the new file. Nothing is made up: what was
    /// deleted stays deleted. The new file passes <see cref="Check"/>.</para>
    /// <para>Takes 8 bytes of memory a page and about 100 for each structure, for each page of a structure that is
    /// being repaired about 100 more, or the length of its first key, and up to 64 MB for pages.</para>
    /// </remarks>
    /// <param name="target">The new file; there must be none yet.</param>
    /// <param name="progress">Receives progress, on the calling thread.</param>
    /// <param name="cancellationToken">Stops it, and removes what was written.</param>
    /// <returns>What was copied and what was lost.</returns>
    /// <exception cref="DatabaseOpenException">The target exists, or can't be created.</exception>
    public RepairReport Repair(
        string target, IProgress<CheckProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);

        // What is in memory is saved to the disk, as by CopyTo.
        var files = _engine.Files is MemoryFileSystem ? DiskFileSystem.Instance : _engine.Files;
        return Repair(files, Path.GetFullPath(target), progress, cancellationToken);
    }

    /// <summary>
    /// Writes what can be saved of a file that can't be opened into a new file, and tells what could not. Only reads
    /// the damaged file and its log. The file may be that of a pool or of a database.
    /// When the log has to be redone first, that happens on a copy, which takes as much room as the file; its name is
    /// that of the target and "-work", and it is deleted in the end.
    /// </summary>
    /// <inheritdoc cref="Repair(string, IProgress{CheckProgress}?, CancellationToken)" path="/remarks"/>
    /// <param name="path">The damaged file. Its log, if there is one, should lie beside it.</param>
    /// <param name="target">The new file; there must be none yet, and no log of that name.</param>
    /// <param name="progress">Receives progress, on the calling thread.</param>
    /// <param name="cancellationToken">Stops it, and removes what was written.</param>
    /// <returns>What was copied and what was lost.</returns>
    /// <exception cref="DatabaseOpenException">
    /// The damaged file is in use or missing; the target exists, or can't be created.
    /// </exception>
    /// <exception cref="FormatVersionException">The file is none of this format, or nothing of it can be
    /// read.</exception>
    public static RepairReport RepairFile(
        string path,
        string target,
        IProgress<CheckProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        return FileRepair.Run(
            DiskFileSystem.Instance,
            Path.GetFullPath(path),
            Path.GetFullPath(target),
            Advance(progress, cancellationToken));
    }

    /// <summary>The same on any file system.</summary>
    internal RepairReport Repair(
        IFileSystem files,
        string target,
        IProgress<CheckProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var snapshot = _engine.BeginSnapshot();
        return PoolRepair.Run(
            new SnapshotSalvage(snapshot), files, target, Advance(progress, cancellationToken));
    }

    /// <summary>Reports how far a scan or repair is, and stops it when that was asked.</summary>
    internal static Action<string, long> Advance(
        IProgress<CheckProgress>? progress, CancellationToken cancellationToken) =>
        (structure, items) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new(structure, items));
        };
}
