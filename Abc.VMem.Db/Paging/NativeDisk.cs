using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Abc.VMem.Db.Paging;

/// <summary>What .NET does not offer of a Unix system, or hides the failures of.</summary>
internal static partial class NativeDisk
{
    private const int EINTR = 4;
    private const int EINVAL = 22;

    // As macOS numbers them: a file system does not know a call.
    private const int ENOTTY = 25;
    private const int ENOTSUP = 45;

    private static readonly int[] s_notOffered = [ENOTSUP, EINVAL, ENOTTY];

    /// <summary>macOS's F_FULLFSYNC: also empties the cache of the drive, which its fsync does not.</summary>
    private const int FullFSync = 51;

    /// <summary>
    /// Makes a file's data durable. By the system's own calls on Linux (fdatasync) and macOS (F_FULLFSYNC, and fsync
    /// where the file system does not offer that), because .NET's flush ignores some of their errors.
    /// </summary>
    public static void Flush(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
        {
            ThrowIf(ErrorOf(FDataSync, file), "fdatasync");
        }
        else if (OperatingSystem.IsMacOS())
        {
            var error = ErrorOf(FlushFully, file);
            ThrowIf(s_notOffered.Contains(error) ? ErrorOf(FSync, file) : error, "F_FULLFSYNC");
        }
        else
        {
            RandomAccess.FlushToDisk(file);
        }
    }

    /// <summary>
    /// Makes the entries of a directory durable. Windows keeps them in its own journal and needs no call.
    /// </summary>
    public static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int readOnly = 0;
        var descriptor = Open(directory, readOnly);
        if (descriptor < 0)
        {
            throw Failure("open", directory);
        }

        try
        {
            while (FSync(descriptor) != 0)
            {
                if (Marshal.GetLastPInvokeError() != EINTR)
                {
                    throw Failure("fsync", directory);
                }
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static int FlushFully(SafeFileHandle file) => FControl(file, FullFSync);

    private static int ErrorOf(Func<SafeFileHandle, int> call, SafeFileHandle file)
    {
        while (call(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != EINTR)
            {
                return error;
            }
        }

        return 0;
    }

    private static void ThrowIf(int error, string call)
    {
        if (error != 0)
        {
            throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
    }

    private static IOException Failure(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of '{path}' failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FControl(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
