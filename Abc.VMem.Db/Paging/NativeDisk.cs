using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Abc.VMem.Db.Paging;

/// <summary>What .NET does not offer of a Unix system, or hides the failures of.</summary>
internal static partial class NativeDisk
{
    private const int EINTR = 4;

    /// <summary>
    /// Makes a file's data durable. On Linux fdatasync, because .NET's own flush ignores some of its errors.
    /// </summary>
    public static void Flush(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (FDataSync(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != EINTR)
            {
                throw new IOException($"fdatasync failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
            }
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

    private static IOException Failure(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of '{path}' failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
