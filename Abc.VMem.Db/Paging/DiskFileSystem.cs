namespace Abc.VMem.Db.Paging;

/// <summary>The operating system's files.</summary>
internal sealed class DiskFileSystem : IFileSystem
{
    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; EWOULDBLOCK on Linux and on macOS.
    private static readonly int[] s_inUse = OperatingSystem.IsWindows() ? [32, 33] : [11, 35];

    // ERROR_FILE_EXISTS and ERROR_ALREADY_EXISTS; EEXIST.
    private static readonly int[] s_alreadyThere = OperatingSystem.IsWindows() ? [80, 183] : [17];

    /// <summary>The one instance; it has no state.</summary>
    public static DiskFileSystem Instance { get; } = new();

    /// <inheritdoc/>
    public bool Exists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public IStorageFile Open(string path, FileOpening opening)
    {
        try
        {
            var file = new DiskFile(path, opening);
            try
            {
                if (opening == FileOpening.Exclusive)
                {
                    VerifyLock(path);
                }

                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DatabaseOpenException(
                OpenFailure.NotFound, path, $"There is no file or folder at '{path}'. Check the path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DatabaseOpenException(
                OpenFailure.AccessDenied,
                path,
                $"'{path}' can't be opened: {e.Message} Check the rights on the file and its folder, or open it "
                + "read-only.",
                e);
        }
        catch (IOException e) when (opening == FileOpening.CreateNew && IsAlreadyThere(e))
        {
            throw new DatabaseOpenException(
                OpenFailure.InUse, path, $"'{path}' has just been made elsewhere. Open the database again.", e);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            throw new DatabaseOpenException(
                OpenFailure.InUse,
                path,
                $"'{path}' is open elsewhere. Close the other program, or the other database object in this one, "
                + "first.",
                e);
        }
        catch (IOException e)
        {
            throw new DatabaseOpenException(OpenFailure.Other, path, $"'{path}' can't be opened: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void SyncDirectory(string path) => NativeDisk.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>
    /// The lock must be real: a second open of the path has to fail. It does not where the file system ignores advisory
    /// locks, where .NET was told not to lock, or where the path now names another file than the one that was locked.
    /// </summary>
    private static void VerifyLock(string path)
    {
        try
        {
            using var second = new DiskFile(path, FileOpening.Exclusive);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            return;
        }

        throw new DatabaseOpenException(
            OpenFailure.InUse,
            path,
            $"'{path}' can't be locked, so a second program could damage it. Use a local file system that supports "
            + "locks (and do not set DOTNET_SYSTEM_IO_DISABLEFILELOCKING).");
    }

    private static bool IsSharingViolation(IOException e) => s_inUse.Contains(e.HResult & 0xFFFF);

    // By its number: whether the file is still there says nothing.
    private static bool IsAlreadyThere(IOException e) => s_alreadyThere.Contains(e.HResult & 0xFFFF);
}
