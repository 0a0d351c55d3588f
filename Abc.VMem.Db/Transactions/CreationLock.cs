using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// The right to make a file: the lock on one that has "-new" behind its name. Whoever creates a database, or writes a
/// copy, holds it until the file has its name; nobody writes, renames or deletes what has the name of the lock without
/// holding it.
/// </summary>
internal static class CreationLock
{
    // A pool without content, all that a creator can leave that died.
    private const long MaxLeftBytes = 2 * Page.Size;

    /// <summary>Name of the lock of a file.</summary>
    public static string NameOf(string path) => path + "-new";

    /// <summary>Takes the lock. What a creator that died has left is in it.</summary>
    /// <exception cref="DatabaseOpenException">
    /// Another one makes the file, or has just made it; or something else has that name, or it can't be created.
    /// </exception>
    public static IStorageFile Take(IFileSystem files, string path)
    {
        var name = NameOf(path);
        var isThere = files.Exists(name);
        try
        {
            var file = files.Open(name, isThere ? FileOpening.Exclusive : FileOpening.CreateNew);
            if (isThere)
            {
                VerifyLeftOver(files, path, file);
            }

            return file;
        }
        catch (DatabaseOpenException e) when (isThere && e.Reason == OpenFailure.NotFound)
        {
            throw JustCreated(path, e);
        }
        catch (DatabaseOpenException e) when (e.Path == name)
        {
            var message = e.Message.Replace(name, path, StringComparison.Ordinal);
            throw new DatabaseOpenException(e.Reason, path, $"'{path}' can't be created. {message}", e);
        }
    }

    /// <summary>Gives the lock back, with what has its name.</summary>
    public static void Release(IFileSystem files, string path, IStorageFile file)
    {
        try
        {
            // In this order: once the lock is gone, the name may be another creator's.
            files.Delete(NameOf(path));
        }
        finally
        {
            file.Dispose();
        }
    }

    /// <summary>Refuses when the file has appeared meanwhile.</summary>
    public static void RefuseIfCreated(IFileSystem files, string path)
    {
        if (!files.Exists(path))
        {
            return;
        }

        using var other = files.Open(path, FileOpening.Exclusive);
        if (other.Length > 0)
        {
            throw JustCreated(path);
        }
    }

    private static void VerifyLeftOver(IFileSystem files, string path, IStorageFile file)
    {
        try
        {
            // Its creator may have renamed and closed it between our opening and our lock: then it is the database by
            // now, and the name another creator's. Neither is touched.
            RefuseIfCreated(files, path);
            if (file.Length > MaxLeftBytes || HasCommits(file))
            {
                var name = NameOf(path);
                throw new DatabaseOpenException(
                    OpenFailure.Other,
                    path,
                    $"'{path}' can't be created: '{name}' is in the way, and is not what an interrupted creation left. "
                    + "Give that file another name.");
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static bool HasCommits(IStorageFile file)
    {
        Span<byte> page = stackalloc byte[Page.Size];
        return file.Read(page, 0) == Page.Size
            && Layout.At<HomeMark>((ReadOnlySpan<byte>)page, HomeMark.Offset).LastSequence > 1;
    }

    private static DatabaseOpenException JustCreated(string path, Exception? inner = null) =>
        new(OpenFailure.InUse, path, $"'{path}' was just created elsewhere. Open it again.", inner);
}
