using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>What one segment holds: where its commits end, and what its chunks claim. Read-only.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="EndOffset">File offset after the last whole commit.</param>
/// <param name="EndDigest">Digest of that commit's last chunk.</param>
/// <param name="LastSequence">Sequence number of the last whole commit, or the one before the segment's first.</param>
/// <param name="OldestLiveGeneration">Largest value in the header and the chunks.</param>
/// <param name="DurableLsn">Largest value that a chunk claims.</param>
internal sealed record LogScan(
    LogSegment Segment,
    long EndOffset,
    ulong EndDigest,
    long LastSequence,
    long OldestLiveGeneration,
    long DurableLsn)
{
    /// <summary>Log position of the end.</summary>
    public long EndLsn => Segment.LsnAt(EndOffset);

    /// <summary>Generation of the segment.</summary>
    public long Generation => Segment.Header.Generation;

    /// <summary>Scans a segment.</summary>
    /// <exception cref="CorruptDatabaseException">A damaged chunk is followed by one that says it was
    /// durable.</exception>
    public static LogScan Run(LogSegment segment)
    {
        var reader = new LogReader(segment);
        var scan = new LogScan(
            segment,
            LogSegment.FirstOffset,
            segment.Header.PreviousDigest,
            segment.Header.FirstSequence - 1,
            segment.Header.OldestLiveGeneration,
            0);
        var nextPart = 0u;
        while (reader.TryRead() && reader.Header.Part == nextPart && IsPlausible(reader.Header, segment))
        {
            nextPart = (reader.Header.Flags & ChunkHeader.Last) != 0 ? 0 : nextPart + 1;
            if ((reader.Header.Flags & ChunkHeader.Last) != 0 || !Rules.Holds(Rule.WholeCommitsOnly))
            {
                scan = scan with
                {
                    EndOffset = reader.EndOffset,
                    EndDigest = reader.Digest,
                    LastSequence = reader.Header.Sequence,
                };
            }

            scan = scan with
            {
                OldestLiveGeneration = Math.Max(scan.OldestLiveGeneration, reader.Header.OldestLiveGeneration),
                DurableLsn = Math.Max(scan.DurableLsn, reader.Header.DurableLsn),
            };
        }

        RefuseRot(reader, segment, scan);
        return scan;
    }

    private static bool IsPlausible(in ChunkHeader header, LogSegment segment) =>
        header.Sequence >= segment.Header.FirstSequence - 1 && header.Sequence < SegmentHeader.MaxNumber;

    // A torn tail is followed by nothing that was ever durable. A valid chunk further on that claims the gap was
    // durable means that bytes rotted: the log can't be cut there without losing commits.
    private static void RefuseRot(LogReader reader, LogSegment segment, LogScan scan)
    {
        var first = (scan.EndOffset + Page.Size - 1) & ~(Page.Size - 1L);
        for (var offset = first; offset < segment.Capacity; offset += Page.Size)
        {
            if (Rules.Holds(Rule.RotIsRefused)
                && reader.TryReadUnchained(offset) && reader.Header.DurableLsn > scan.EndLsn)
            {
                throw new CorruptDatabaseException(
                    "log",
                    -1,
                    FormattableString.Invariant($"a valid record at byte {scan.EndOffset}"),
                    FormattableString.Invariant($"damage before the durable record at byte {offset}"),
                    segment.Path);
            }
        }
    }
}
