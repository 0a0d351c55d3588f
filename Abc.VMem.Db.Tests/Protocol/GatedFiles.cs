using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>What an engine asks of a file.</summary>
internal enum FileCall
{
    /// <summary>Bytes are read.</summary>
    Read,

    /// <summary>Bytes are written.</summary>
    Write,

    /// <summary>What was written is made durable.</summary>
    Flush,

    /// <summary>The length is changed.</summary>
    SetLength,
}

/// <summary>
/// The simulated disk with a gate before each call, outside the disk's own lock: whoever stands there can let others
/// pass, so a test puts two threads, or two steps of one thread, into exactly the order that a trace needs.
/// </summary>
internal sealed class GatedFiles(SimulatedFileSystem disk) : IFileSystem
{
    /// <summary>The disk behind it.</summary>
    public SimulatedFileSystem Disk => disk;

    /// <summary>Called before a call, with the file's path and the offset; null = nothing stands there.</summary>
    public Action<FileCall, string, long>? Before { get; set; }

    /// <inheritdoc/>
    public bool Exists(string path) => disk.Exists(path);

    /// <inheritdoc/>
    public IStorageFile Open(string path, FileOpening opening) => new Gated(this, disk.Open(path, opening));

    /// <inheritdoc/>
    public void Rename(string from, string to) => disk.Rename(from, to);

    /// <inheritdoc/>
    public void Delete(string path) => disk.Delete(path);

    /// <inheritdoc/>
    public void SyncDirectory(string path) => disk.SyncDirectory(path);

    private sealed class Gated(GatedFiles files, IStorageFile inner) : IStorageFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public int Read(Span<byte> destination, long offset)
        {
            files.Before?.Invoke(FileCall.Read, Path, offset);
            return inner.Read(destination, offset);
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            files.Before?.Invoke(FileCall.Write, Path, offset);
            inner.Write(source, offset);
        }

        public void Flush()
        {
            files.Before?.Invoke(FileCall.Flush, Path, 0);
            inner.Flush();
        }

        public void SetLength(long length)
        {
            files.Before?.Invoke(FileCall.SetLength, Path, length);
            inner.SetLength(length);
        }

        public void Dispose() => inner.Dispose();
    }
}
