using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>An open file of a <see cref="SimulatedFileSystem"/>.</summary>
internal sealed class SimulatedHandle(SimulatedFileSystem files, SimulatedFile file, string path, bool isReadOnly)
    : IStorageFile
{
    private bool _isClosed;

    /// <inheritdoc/>
    public string Path => path;

    /// <inheritdoc/>
    public long Length
    {
        get
        {
            ThrowIfClosed();
            return files.LengthOf(file);
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination, long offset)
    {
        ThrowIfClosed();
        return files.Read(file, destination, offset);
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        ThrowIfNotWritable();
        files.Write(file, path, source, offset);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        ThrowIfNotWritable();
        files.Flush(file, path);
    }

    /// <inheritdoc/>
    public void SetLength(long length)
    {
        ThrowIfNotWritable();
        files.SetLength(file, path, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            files.Close(file, isReadOnly);
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, this);

    private void ThrowIfNotWritable()
    {
        ThrowIfClosed();
        if (isReadOnly)
        {
            throw new UnauthorizedAccessException($"'{path}' was opened to be read.");
        }
    }
}
