using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// A copy, a packed copy or a repaired file appears under its name only when it is whole: until then it is written
/// under another one. Else a power loss would leave a part of it that opens like a database that was closed cleanly.
/// </summary>
internal static class NewFile
{
    private const string Suffix = "-new";

    // A data file, and what lies beside it while it is open.
    private static readonly string[] s_parts = ["", "-wal0", "-wal1", "-tmp"];

    /// <summary>Writes a file. Leaves none when it throws.</summary>
    /// <param name="files">Where.</param>
    /// <param name="path">Its name; there must be none of it yet.</param>
    /// <param name="write">Writes it under the name that it is given, and makes it durable.</param>
    /// <exception cref="DatabaseOpenException">The file exists, or can't be created.</exception>
    public static T Write<T>(IFileSystem files, string path, Func<string, T> write)
    {
        RefuseExisting(files, path);
        var temporary = path + Suffix;
        DeleteLeftOver(files, temporary);
        try
        {
            var result = write(temporary);
            RefuseExisting(files, path);
            files.Rename(temporary, path);
            files.SyncDirectory(path);
            return result;
        }
        catch (DatabaseOpenException e) when (e.Message.Contains(temporary, StringComparison.Ordinal))
        {
            Delete(files, temporary);
            throw new DatabaseOpenException(
                e.Reason, path, e.Message.Replace(temporary, path, StringComparison.Ordinal), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Delete(files, temporary);
            throw new DatabaseOpenException(
                OpenFailure.Other, path, $"'{path}' can't be written: {e.Message} Nothing of it was kept.", e);
        }
        catch
        {
            Delete(files, temporary);
            throw;
        }
    }

    private static void RefuseExisting(IFileSystem files, string path)
    {
        if (files.Exists(path))
        {
            throw new DatabaseOpenException(
                OpenFailure.Other, path, $"'{path}' exists, and is not written over. Give another path.");
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
