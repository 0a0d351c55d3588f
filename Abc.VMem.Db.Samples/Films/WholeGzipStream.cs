using System.Buffers.Binary;
using System.IO.Compression;

namespace Abc.VMem.Db.Samples.Films;

/// <summary>
/// Unpacks a gzip file of one member and throws when the file is cut short. <see cref="GZipStream"/> ends quietly
/// there,
/// and a file cut between two lines would pass for a shorter one: only the length at the file's end tells.
/// </summary>
internal sealed class WholeGzipStream(FileStream file) : Stream
{
    private readonly GZipStream _unpacked = new(file, CompressionMode.Decompress, leaveOpen: true);
    private readonly uint _expectedBytes = ReadLength(file);
    private uint _bytes;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = _unpacked.Read(buffer);
        _bytes = unchecked(_bytes + (uint)count);
        if (count == 0 && buffer.Length > 0 && _bytes != _expectedBytes)
        {
            throw new InvalidDataException("The gzip file is cut short, or has several members.");
        }

        return count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _unpacked.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The last four bytes: number of unpacked bytes, modulo 2³².</summary>
    private static uint ReadLength(FileStream file)
    {
        if (file.Length < sizeof(uint))
        {
            throw new InvalidDataException("The gzip file is cut short.");
        }

        Span<byte> length = stackalloc byte[sizeof(uint)];
        file.Position = file.Length - sizeof(uint);
        file.ReadExactly(length);
        file.Position = 0;
        return BinaryPrimitives.ReadUInt32LittleEndian(length);
    }
}
