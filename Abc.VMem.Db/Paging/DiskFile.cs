using Microsoft.Win32.SafeHandles;

namespace Abc.VMem.Db.Paging;

/// <summary>A file of the operating system, read and written at offsets.</summary>
internal sealed class DiskFile : IStorageFile
{
    private readonly SafeFileHandle _handle;

    /// <summary>
    /// Opens the file; FileShare.None is a mandatory lock on Windows and an advisory one (flock) elsewhere.
    /// </summary>
    public DiskFile(string path, FileOpening opening)
    {
        Path = path;
        _handle = opening switch
        {
            FileOpening.CreateNew => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, Exclusive),
            FileOpening.CreateTemporary => OpenTemporary(path),
            FileOpening.ReadOnly => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read),
            _ => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Exclusive),
        };
    }

    /// <inheritdoc/>
    public string Path { get; }

    private static SafeFileHandle OpenTemporary(string path)
    {
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, Exclusive);
        if (!OperatingSystem.IsWindows())
        {
            // It may lie in a directory that everyone can read.
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return handle;
    }

    /// <inheritdoc/>
    public long Length => RandomAccess.GetLength(_handle);

    // Windows renames and deletes an open file only when every opener allows it.
    private static FileShare Exclusive => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <inheritdoc/>
    public int Read(Span<byte> destination, long offset)
    {
        var total = 0;
        while (total < destination.Length)
        {
            var count = RandomAccess.Read(_handle, destination[total..], offset + total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> source, long offset) => RandomAccess.Write(_handle, source, offset);

    /// <inheritdoc/>
    public void Flush() => NativeDisk.Flush(_handle);

    /// <inheritdoc/>
    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
