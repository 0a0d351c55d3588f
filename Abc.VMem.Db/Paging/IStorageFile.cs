namespace Abc.VMem.Db.Paging;

/// <summary>
/// One open file. Thread-safe for calls that touch different bytes. Dispose closes it and releases its lock.
/// </summary>
internal interface IStorageFile : IDisposable
{
    /// <summary>Path it was opened with (or renamed to).</summary>
    string Path { get; }

    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads until the destination is full or the file ends; returns the bytes read.</summary>
    int Read(Span<byte> destination, long offset);

    /// <summary>Writes all bytes; the file grows when needed. Durable after <see cref="Flush"/>.</summary>
    void Write(ReadOnlySpan<byte> source, long offset);

    /// <summary>Makes everything written before the call durable, the length included.</summary>
    void Flush();

    /// <summary>Cuts the file, or lengthens it with zeros. Durable after <see cref="Flush"/>.</summary>
    void SetLength(long length);
}
