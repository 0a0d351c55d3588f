using System.Buffers.Binary;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Reads a segment's chunks in order, in bounded memory. Every length is checked before it is trusted.
/// </summary>
internal sealed class LogReader
{
    private readonly LogSegment _segment;
    private byte[] _chunk = new byte[64 * 1024];
    private ulong _digest;
    private int _length;

    /// <summary>Starts before the first chunk.</summary>
    public LogReader(LogSegment segment)
    {
        _segment = segment;
        _digest = segment.Header.PreviousDigest;
        EndOffset = LogSegment.FirstOffset;
    }

    /// <summary>File offset after the last chunk that was read.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Digest of the last chunk that was read.</summary>
    public ulong Digest => _digest;

    /// <summary>Header of the last chunk that was read.</summary>
    public ChunkHeader Header { get; private set; }

    /// <summary>File offset of the last chunk that was read.</summary>
    public long Offset { get; private set; }

    /// <summary>The page records of the last chunk that was read.</summary>
    public ReadOnlySpan<byte> Records => _chunk.AsSpan(ChunkHeader.Bytes, _length - ChunkHeader.Bytes);

    /// <summary>The last chunk that was read, whole.</summary>
    public ReadOnlySpan<byte> Chunk => _chunk.AsSpan(0, _length);

    /// <summary>
    /// Reads the next chunk: right after the last one, or in the next block when a flush came between. False when
    /// there is
    /// none that continues the chain.
    /// </summary>
    public bool TryRead()
    {
        // Commits end where this says no: before that is believed, the bytes are read a second time.
        return TryReadNext() || TryReadNext();
    }

    /// <summary>
    /// Reads a chunk at an offset whatever comes before it: for what lies beyond the end of the chain.
    /// </summary>
    public bool TryReadUnchained(long offset) => TryReadAt(offset, expectedPrevious: null);

    private bool TryReadNext()
    {
        var aligned = (EndOffset + Page.Size - 1) & ~(Page.Size - 1L);
        return TryReadAt(EndOffset, _digest) || (aligned != EndOffset && TryReadAt(aligned, _digest));
    }

    private bool TryReadAt(long offset, ulong? expectedPrevious)
    {
        if (_segment.Read(_chunk.AsSpan(0, ChunkHeader.Bytes), offset) < ChunkHeader.Bytes)
        {
            return false;
        }

        var header = Layout.At<ChunkHeader>((ReadOnlySpan<byte>)_chunk, 0);
        if (!IsPlausible(in header, offset)
            || (expectedPrevious is { } previous && header.PreviousDigest != previous
                && Rules.Holds(Rule.RecordChain)))
        {
            return false;
        }

        var length = (int)header.Length;
        if (_chunk.Length < length)
        {
            _chunk = new byte[length];
        }

        if (_segment.Read(_chunk.AsSpan(0, length), offset) < length || !HasDigest(length, header))
        {
            return false;
        }

        (Header, Offset, _length) = (header, offset, length);
        (_digest, EndOffset) = (header.Digest, offset + length);
        return true;
    }

    private bool IsPlausible(in ChunkHeader header, long offset) =>
        header.Magic == ChunkHeader.ExpectedMagic
        && (header.Salt == _segment.Header.Salt || !Rules.Holds(Rule.RecordSalt))
        && (header.Lsn == _segment.LsnAt(offset) || !Rules.Holds(Rule.RecordPlace))
        && header.Length is >= ChunkHeader.Bytes and <= ChunkHeader.MaxChunkBytes
        && header.Length % 8 == 0;

    private bool HasDigest(int length, in ChunkHeader header)
    {
        var digestField = _chunk.AsSpan(ChunkHeader.Bytes - sizeof(ulong), sizeof(ulong));
        digestField.Clear();
        var digest = Log.DigestOf(_chunk.AsSpan(0, length), header.Salt);
        BinaryPrimitives.WriteUInt64LittleEndian(digestField, header.Digest);
        return digest == header.Digest || !Rules.Holds(Rule.RecordDigest);
    }
}
