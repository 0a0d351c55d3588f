using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// A copy, a packed copy or a repaired file appears under its name only when it is whole: until then it is written
/// under another one. Else a power loss would leave a part of it that opens like a database that was closed cleanly.
/// </summary>
internal static class NewFile
{
    // Not "-copy": a name that somebody might give to a database.
    private const string Suffix = "-copying";

    // A data file, and what lies beside it while it is open.
    private static readonly string[] s_parts = ["", "-wal0", "-wal1", "-tmp"];

    /// <summary>Writes a file. Leaves none when it throws, unless the message says so.</summary>
    /// <param name="files">Where.</param>
    /// <param name="path">Its name; there must be none of it yet, and no log of that name.</param>
    /// <param name="write">Writes it under the name that it is given, and makes it durable.</param>
    /// <exception cref="DatabaseOpenException">The file exists, or can't be created.</exception>
    public static T Write<T>(IFileSystem files, string path, Func<string, T> write)
    {
        RefuseExisting(files, path);
        try
        {
            var file = CreationLock.Take(files, path);
            try
            {
                RefuseExisting(files, path);
                return WriteAndRename(files, path, write);
            }
            finally
            {
                CreationLock.Release(files, path, file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var kept = files.Exists(path)
                ? "It is whole, but may lose its name when the power goes now."
                : "Nothing of it was kept.";
            var message = $"'{path}' can't be written: {e.Message} {kept}";
            throw new DatabaseOpenException(OpenFailure.Other, path, message, e);
        }
    }

    private static T WriteAndRename<T>(IFileSystem files, string path, Func<string, T> write)
    {
        var temporary = path + Suffix;
        DeleteLeftOver(files, temporary);
        try
        {
            var result = write(temporary);
            files.Rename(temporary, path);
            files.SyncDirectory(path);
            return result;
        }
        catch (DatabaseOpenException e) when (e.Message.Contains(temporary, StringComparison.Ordinal))
        {
            throw new DatabaseOpenException(
                e.Reason, path, e.Message.Replace(temporary, path, StringComparison.Ordinal), e);
        }
        finally
        {
            // Whatever is left of it: nothing, when it has its name.
            Delete(files, temporary);
        }
    }

    private static void RefuseExisting(IFileSystem files, string path)
    {
        if (s_parts.Select(part => path + part).FirstOrDefault(files.Exists) is { } name)
        {
            throw new DatabaseOpenException(
                OpenFailure.Other, path, $"'{name}' exists, and is not written over. Give another path.");
        }
    }

    // Of one that died while it wrote; one that lives holds its lock.
    private static void DeleteLeftOver(IFileSystem files, string temporary)
    {
        if (files.Exists(temporary))
        {
            files.Open(temporary, FileOpening.Exclusive).Dispose();
        }

        Delete(files, temporary);
    }

    // What the disk does not let go is deleted by the next one that writes under this name.
    private static void Delete(IFileSystem files, string temporary)
    {
        foreach (var name in s_parts.Select(part => temporary + part).Where(files.Exists))
        {
            try
            {
                files.Delete(name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }
    }
}
