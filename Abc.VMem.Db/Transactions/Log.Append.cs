using System.Diagnostics;
using System.IO.Hashing;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Encoding commits as chunks. Everything here runs under the append lock.</summary>
internal sealed partial class Log
{
    private int _chunkStart;
    private int _chunkEnd;
    private uint _chunkPages;
    private uint _part;
    private long _sequence;

    private void BeginCommit(long sequence)
    {
        (_sequence, _part) = (sequence, 0);
        BeginChunk();
    }

    private void BeginChunk()
    {
        if (_filling.Length - _filled < ChunkHeader.Bytes + PageRoom)
        {
            Drain();
        }

        (_chunkStart, _chunkEnd, _chunkPages) = (_filled, _filled + ChunkHeader.Bytes, 0);
    }

    /// <summary>
    /// Adds a page. An image, unless this segment can rebuild the version that it replaces: that one was made in this
    /// segment,
    /// through the log, and is at hand.
    /// </summary>
    private void AddPage(ReadOnlySpan<byte> page, ReadOnlySpan<byte> replaced)
    {
        if (_filling.Length - _chunkEnd < PageRoom)
        {
            EndChunk(isLast: false);
            _part++;
            BeginChunk();
        }

        var basis = IsBaseInThisSegment(replaced) ? replaced : default;
        var room = _filling.AsSpan(_chunkEnd);
        var rangeBytes = PageDelta.Encode(page, basis, room[PageRecordHeader.Bytes..]);
        ref var record = ref Layout.At<PageRecordHeader>(room, 0);
        ref readonly var header = ref Layout.At<PageHeader>(page, 0);
        record.Position = header.Position;
        record.Sequence = header.Sequence;
        record.BaseSequence = basis.IsEmpty ? 0 : Layout.At<PageHeader>(basis, 0).Sequence;
        record.RangeBytes = (uint)rangeBytes;
        record.Reserved = 0;
        var end = PageRecordHeader.Bytes + rangeBytes;
        var padded = (end + 7) & ~7;
        room[end..padded].Clear();
        _chunkEnd += padded;
        _chunkPages++;
        AssertReplays(page, basis, room.Slice(PageRecordHeader.Bytes, rangeBytes));
    }

    private bool IsBaseInThisSegment(ReadOnlySpan<byte> replaced)
    {
        if (replaced.IsEmpty)
        {
            return false;
        }

        ref readonly var header = ref Layout.At<PageHeader>(replaced, 0);
        return (header.Sequence >= Active.Header.FirstSequence || !Rules.Holds(Rule.ImageAtFirstTouch))
            && ((header.Flags & PageHeader.DirectFlag) == 0 || !Rules.Holds(Rule.ImageAfterDirect));
    }

    private void EndChunk(bool isLast)
    {
        var chunk = _filling.AsSpan(_chunkStart, _chunkEnd - _chunkStart);
        ref var header = ref Layout.At<ChunkHeader>(chunk, 0);
        header = new ChunkHeader
        {
            Magic = ChunkHeader.ExpectedMagic,
            Length = (uint)chunk.Length,
            Salt = Active.Header.Salt,
            Lsn = Active.LsnAt(_offset + _chunkStart),
            Sequence = _sequence,
            Part = _part,
            Flags = isLast ? ChunkHeader.Last : 0,
            PreviousDigest = _lastDigest,
            DurableLsn = DurableLsn,
            OldestLiveGeneration = Rules.Holds(Rule.RecordsNameOldestLive) ? _oldestLive : 0,
            PageCount = _chunkPages,
        };
        header.Digest = DigestOf(chunk, header.Salt);
        _lastDigest = header.Digest;
        _filled = _chunkEnd;
        Volatile.Write(ref _appendedLsn, Active.LsnAt(_offset + _filled));
    }

    /// <summary>Digest of a chunk whose digest field is zero.</summary>
    internal static ulong DigestOf(ReadOnlySpan<byte> chunk, ulong salt) =>
        XxHash3.HashToUInt64(chunk, unchecked((long)salt));

    // The buffer is full in the middle of a commit: its bytes go out, unflushed. A leader that is writing the other
    // buffer writes other offsets.
    private void Drain()
    {
        Active.Write(_filling.AsSpan(0, _filled), _offset);
        _offset += _filled;
        _filled = 0;
    }

    [Conditional("DEBUG")]
    private static void AssertReplays(ReadOnlySpan<byte> page, ReadOnlySpan<byte> basis, ReadOnlySpan<byte> ranges)
    {
        Span<byte> replayed = stackalloc byte[Page.Size];
        replayed.Clear();
        basis.CopyTo(replayed);
        PageDelta.Apply(ranges, replayed);
        Debug.Assert(replayed[16..].SequenceEqual(page[16..]), "A log record does not rebuild its page.");
    }
}
