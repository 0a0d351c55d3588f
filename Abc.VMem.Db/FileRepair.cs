using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db;

/// <summary>
/// Repairs a file that is not open: through an engine that only reads it when it can be opened like that, through an
/// engine on a working copy when its log is needed, and page by page when neither can be.
/// </summary>
internal static class FileRepair
{
    private const string FirstSegment = "-wal0";
    private const string SecondSegment = "-wal1";

    /// <summary>Repairs a file into a new one.</summary>
    public static RepairReport Run(IFileSystem files, string path, string target, Action<string, long> advance)
    {
        PoolRepair.RefuseTarget(files, target);
        try
        {
            return Repair(files, path, target, advance);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseOpenException(
                OpenFailure.Other, target, $"'{path}' can't be repaired into '{target}': {e.Message}", e);
        }
    }

    private static RepairReport Repair(
        IFileSystem files, string path, string target, Action<string, long> advance)
    {
        if (TryOpen(files, path, new EngineOptions { ReadOnly = true }, out var engine) is not { } problem)
        {
            return RunOpened(engine!, snapshot => new(snapshot), files, target, advance);
        }

        return problem is DatabaseOpenException { Reason: OpenFailure.NeedsRecovery }
            ? RunRecovered(files, path, target, advance)
            : RunRaw(files, path, target, problem.Message, advance);
    }

    // Returns what is wrong with the file, or with its page 0, which tells how many pages there are; throws what has
    // nothing to do with its content.
    private static VMemDbException? TryOpen(
        IFileSystem files, string path, EngineOptions options, out Engine? engine)
    {
        engine = null;
        try
        {
            engine = Engine.Open(files, path, options);
            using var snapshot = engine.BeginSnapshot();
            using var root = snapshot.Read(PagePos.Root);
            return null;
        }
        catch (Exception damage) when (damage is CorruptDatabaseException or FormatVersionException)
        {
            // Of a newer format, or page 0 is damaged: whoever reads the pages finds out.
            Abandon(engine);
            engine = null;
            return (VMemDbException)damage;
        }
        catch (DatabaseOpenException refusal) when (refusal.InnerException is IOException || refusal.Reason
            is OpenFailure.NeedsRecovery or OpenFailure.LogMissing or OpenFailure.ForeignLog)
        {
            // A place that the disk can't read may be page 0, or in the log.
            return refusal;
        }
    }

    private static void Abandon(Engine? engine)
    {
        try
        {
            engine?.Dispose();
        }
        catch (VMemDbException)
        {
            // It may want to write page 0 of the working copy: that it can't is known, and told.
        }
    }

    private static RepairReport RunOpened(
        Engine engine,
        Func<Snapshot, SnapshotSalvage> salvage,
        IFileSystem files,
        string target,
        Action<string, long> advance)
    {
        using (engine)
        {
            using var snapshot = engine.BeginSnapshot();
            return PoolRepair.Run(salvage(snapshot), files, target, advance);
        }
    }

    // Recovery writes: it works on a copy, so that the damaged file stays as it is.
    private static RepairReport RunRecovered(
        IFileSystem files, string path, string target, Action<string, long> advance)
    {
        var work = target + "-work";
        PoolRepair.RefuseTarget(files, work);
        try
        {
            // What the file does not give is found to be damaged in the copy; where a log ends, nothing can tell.
            _ = Copy(files, path, work, advance);
            var hasLog = Copy(files, path + FirstSegment, work + FirstSegment, advance)
                & Copy(files, path + SecondSegment, work + SecondSegment, advance);
            var note = hasLog
                ? "Its log was redone first."
                : "Its log was redone first, up to a place that the disk could not read. Later commits are lost.";

            var options = new EngineOptions { Durability = Durability.None, BackgroundWork = false };
            if (TryOpen(files, work, options, out var engine) is not { } problem)
            {
                return RunOpened(engine!, snapshot => new(snapshot, note, hasLog), files, target, advance);
            }

            // A disk that does not take the working copy says nothing about the file: its log is not given up for that.
            return problem.InnerException is IOException
                ? throw problem
                : RunRaw(files, path, target, problem.Message, advance);
        }
        finally
        {
            PoolRepair.Delete(files, work);
        }
    }

    private static RepairReport RunRaw(
        IFileSystem files, string path, string target, string problem, Action<string, long> advance)
    {
        using var file = files.Open(path, FileOpening.ReadOnly);
        using var source = new FileSalvage(file, path, ReadLogIds(files, path))
        {
            Problem = $"It could not be opened, so it was read page by page, without its log. {problem}",
        };
        return PoolRepair.Run(source, files, target, advance);
    }

    private static List<ulong> ReadLogIds(IFileSystem files, string path)
    {
        var ids = new List<ulong>();
        foreach (var suffix in new[] { FirstSegment, SecondSegment })
        {
            try
            {
                using var segment = new LogSegment(files, path + suffix);
                if (segment.TryOpen(FileOpening.ReadOnly) && segment.TryReadHeader())
                {
                    ids.Add(segment.Header.PoolId);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or VMemDbException)
            {
                // A segment that can't be read names no id; there are other places to look.
            }
        }

        return ids;
    }

    // Returns whether all of it could be read.
    private static bool Copy(IFileSystem files, string from, string to, Action<string, long> advance)
    {
        if (!files.Exists(from))
        {
            return true;
        }

        var isWhole = true;
        using var source = files.Open(from, FileOpening.ReadOnly);
        using var copy = files.Open(to, FileOpening.CreateNew);
        Span<byte> page = stackalloc byte[Page.Size];
        for (var at = 0L; at < source.Length; at += Page.Size)
        {
            advance("working copy", at / Page.Size);
            var length = Page.Size;
            try
            {
                length = source.Read(page, at);
            }
            catch (IOException)
            {
                // What the disk does not give is zeros in the copy.
                page.Clear();
                isWhole = false;
            }

            copy.Write(page[..length], at);
        }

        return isWhole;
    }
}
