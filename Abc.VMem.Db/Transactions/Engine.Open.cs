using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Opening: what was left behind, and redoing it.</summary>
internal sealed partial class Engine
{
    /// <summary>Looks at page 0 and the log, and decides whether recovery is needed. Changes nothing.</summary>
    private Recovery? Inspect(IStorageFile file, out ulong poolId, out long pageCount)
    {
        var opening = _options.ReadOnly ? FileOpening.ReadOnly : FileOpening.Exclusive;
        var hasLog = false;
        foreach (var segment in _segments)
        {
            hasLog |= segment.TryOpen(opening);
        }

        var isRootValid = DataFile.TryReadRoot(file, _path, _options.ReadOnly, hasLog, out var root, out var mark);
        if (isRootValid)
        {
            DataFile.RefuseMark(in mark, _path);
        }

        var recovery = Recovery.Plan(_segments, isRootValid ? mark : null, _path);
        if (recovery is null)
        {
            RefuseIncomplete(file, isRootValid, in root, in mark);
        }
        else if (_options.ReadOnly)
        {
            throw new DatabaseOpenException(
                OpenFailure.NeedsRecovery,
                _path,
                $"'{_path}' was not closed cleanly. Open it once without ReadOnly to recover it.");
        }
        else if (isRootValid && recovery.PoolId != root.PoolId)
        {
            throw new DatabaseOpenException(
                OpenFailure.ForeignLog,
                _path,
                $"The log beside '{_path}' belongs to another database. Move the files ending in -wal0 and -wal1 "
                + "away.");
        }

        _openMark = isRootValid ? mark : default;
        _isMarkedUnclean = isRootValid && mark.Clean == 0;
        (poolId, pageCount) = (recovery?.PoolId ?? root.PoolId, root.PageCount);
        return recovery;
    }

    private void RefuseIncomplete(IStorageFile file, bool isRootValid, in RootPageLayout root, in HomeMark mark)
    {
        if (!isRootValid)
        {
            throw new CorruptDatabaseException(
                "root page", 0, "a valid page, or a log to rebuild it from", "neither", _path);
        }

        if (mark.Clean != 1 && Rules.Holds(Rule.MissingLogIsRefused))
        {
            throw new DatabaseOpenException(
                OpenFailure.LogMissing,
                _path,
                $"'{_path}' was not closed cleanly, and its log is missing. Put the files ending in -wal0 and -wal1 "
                + "back beside it, or restore a backup.");
        }

        var pages = file.Length / Page.Size;
        if (root.PageCount < 2 || root.PageCount > pages)
        {
            throw new CorruptDatabaseException(
                "file",
                -1,
                FormattableString.Invariant($"{root.PageCount} pages"),
                FormattableString.Invariant($"{pages}: it was truncated"),
                _path);
        }
    }

    private void Recover(Recovery? recovery)
    {
        if (recovery is null)
        {
            return;
        }

        recovery.Run(Pool, _file);
        _log.Start(recovery.NextSegment, recovery.Generation + 1, recovery.LastLsn, _options.LogSegmentBytes);
    }

    /// <summary>
    /// Before a session's first change: a log to put it into, page 0 in that log (so that it may be torn at home from
    /// now on),
    /// and a mark on the disk that the file alone is no longer enough. Under the writer's lock.
    /// </summary>
    internal void StartWriting(Transaction transaction)
    {
        RefuseReadOnly();
        if (_isRootLogged)
        {
            return;
        }

        try
        {
            if (!_log.IsStarted)
            {
                StartLog();
            }

            if (Rules.Holds(Rule.RootInLogFirst))
            {
                LogRoot(transaction.Sequence);
            }

            if (!_isMarkedUnclean && Rules.Holds(Rule.UncleanMark))
            {
                Pool.StampHome(_openMark with { Clean = 0 });
                _isMarkedUnclean = true;
            }

            Volatile.Write(ref _isRootLogged, true);
            StartMaintenance();
        }
        catch (IOException e)
        {
            throw StorageFull(e);
        }
    }

    /// <summary>Refuses to change anything in a file that was opened to be read.</summary>
    internal void RefuseReadOnly()
    {
        if (IsReadOnly)
        {
            throw new TransactionException(TransactionFailure.ReadOnly, $"'{_path}' was opened read-only.");
        }
    }

    private void StartLog()
    {
        var deadGeneration = DeleteDeadLog();
        if (Rules.Holds(Rule.DeadLogSync))
        {
            _files.SyncDirectory(_path);
        }

        var lastGeneration = Rules.Holds(Rule.GenerationGrows) ? Math.Max(deadGeneration, _openMark.Generation) : 0;
        _log.Start(0, lastGeneration + 1, _openMark.LastLsn, _options.LogSegmentBytes);
    }

    /// <summary>Deletes a log that a process left behind which died while it closed; returns its generation.</summary>
    private long DeleteDeadLog()
    {
        var dead = _segments.Where(segment => segment.IsOpen).ToList();
        if (dead.Count == 0)
        {
            return 0;
        }

        // The mark of the clean close may be in the system's cache only: until it is on the disk, the log is needed.
        if (Rules.Holds(Rule.DeadLogMarkFlush))
        {
            Pool.FlushHome();
        }

        var generation = dead.Max(segment => segment.Header.Generation);
        if (Rules.Holds(Rule.DeadLogIsDeleted))
        {
            dead.ForEach(segment => segment.Delete());
        }

        return generation;
    }

    private void LogRoot(long sequence)
    {
        using var root = Pool.Read(PagePos.Root, sequence);
        _log.Flush(_log.AppendMark(root.Bytes));
    }

    private static TransactionException StorageFull(IOException cause) =>
        new(
            TransactionFailure.StorageFull,
            $"The file or its log could not grow ({cause.Message}). Nothing of this transaction was kept. Free some "
            + "disk space.",
            cause);
}
