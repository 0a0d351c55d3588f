using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Redoes the commits of the log after a crash, at open. It may be cut off at any point and run again: it changes the
/// log
/// only by writing the same bytes in place, and starts a new segment when everything is at home.
/// </summary>
internal sealed class Recovery
{
    private readonly LogSegment[] _segments;
    private readonly string _path;
    private readonly List<LogScan> _live;

    private Recovery(LogSegment[] segments, string path, List<LogScan> live)
    {
        (_segments, _path, _live) = (segments, path, live);
    }

    /// <summary>Sequence number of the last commit in the log.</summary>
    public long LastSequence => _live[^1].LastSequence;

    /// <summary>End of the log.</summary>
    public long LastLsn => _live[^1].EndLsn;

    /// <summary>Generation of the newest segment.</summary>
    public long Generation => _live[^1].Generation;

    /// <summary>The segment that may be begun next: not the newest valid one.</summary>
    public int NextSegment =>
        ReferenceEquals(_live[^1].Segment, _segments[0]) == Rules.Holds(Rule.RecoveryKeepsNewest) ? 1 : 0;

    /// <summary>Id of the data file that the log belongs to.</summary>
    public ulong PoolId => _live[^1].Segment.Header.PoolId;

    /// <summary>Looks at the log; null when nothing in it is needed.</summary>
    /// <param name="segments">The two files, opened if they exist.</param>
    /// <param name="mark">How page 0 says that the file was left; null when page 0 can't be read.</param>
    /// <param name="path">The data file, for messages.</param>
    /// <exception cref="CorruptDatabaseException">The log is damaged, or belongs to another file.</exception>
    public static Recovery? Plan(LogSegment[] segments, HomeMark? mark, string path)
    {
        var valid = segments
            .Where(segment => segment.IsOpen && segment.TryReadHeader())
            .Where(segment => segment.Header.Generation > (mark?.Generation ?? 0))
            .OrderBy(segment => segment.Header.Generation)
            .ToList();
        if (valid.Count == 0)
        {
            return null;
        }

        var newest = LogScan.Run(valid[^1]);
        var live = new List<LogScan> { newest };
        if (newest.OldestLiveGeneration < newest.Generation
            || (valid.Count > 1 && !Rules.Holds(Rule.DeadSegmentIsSkipped)))
        {
            live.Insert(0, FindOld(valid, newest, path));
        }

        RefuseForeign(live[0].Segment.Header, mark, path);
        return new Recovery(segments, path, live);
    }

    /// <summary>Brings every commit home. The pool is empty before, and clean after.</summary>
    /// <param name="pool">Maps the pages that are redone.</param>
    /// <param name="file">The data file.</param>
    /// <exception cref="CorruptDatabaseException">
    /// The log is damaged, or ends before a commit that is at home already: its end is lost.
    /// </exception>
    public void Run(BufferPool pool, PageFile file)
    {
        RefuseLostEnd(file);
        RewriteUnclaimed();
        foreach (var scan in _live)
        {
            Replay(scan, pool, file);
        }

        var pageCount = PageCount(pool, file);
        if (Rules.Holds(Rule.RecoveryDropsBeyond))
        {
            pool.DropFrom(pageCount);
        }

        if (Rules.Holds(Rule.RecoveryCuts))
        {
            file.Cut(pageCount);
        }

        file.Reserve(pageCount);
        pool.WriteHome(long.MaxValue, default);
        if (Rules.Holds(Rule.RecoveryFlushesHome))
        {
            pool.FlushHome();
        }
    }

    // A log of the same file that does not go on where the file stopped: the file was replaced by an older or newer
    // copy.
    private static void RefuseForeign(SegmentHeader oldest, HomeMark? mark, string path)
    {
        var continues = mark is not { } known
            || (known.Clean == 1 ? oldest.FirstLsn == known.LastLsn : oldest.FirstLsn >= known.LastLsn);
        if (!continues && Rules.Holds(Rule.ForeignLogIsRefused))
        {
            throw new DatabaseOpenException(
                OpenFailure.ForeignLog,
                path,
                $"The log beside '{path}' belongs to another copy of this file. Put the file back that the log "
                + "belongs to, or move the files ending in -wal0 and -wal1 away to open this one without their "
                + "commits.");
        }
    }

    // A page goes home only when its commit is durable. What lies at home and is newer than the end of the log says
    // that the log went on: before anything is written, the two pages that are read at each open are looked at.
    private void RefuseLostEnd(PageFile file)
    {
        Span<byte> page = stackalloc byte[Page.Size];
        for (var position = PagePos.Root; position.Value <= PagePos.Start.Value; position = new(position.Value + 1))
        {
            if (!TryReadHome(file, position, page))
            {
                // The log may hold it.
                continue;
            }

            var sequence = Layout.At<PageHeader>((ReadOnlySpan<byte>)page, 0).Sequence;
            if (sequence > LastSequence)
            {
                throw new CorruptDatabaseException(
                    "log",
                    -1,
                    FormattableString.Invariant($"commits up to {sequence}, of which page {position} is"),
                    FormattableString.Invariant($"an end at {LastSequence}"),
                    _live[^1].Segment.Path);
            }
        }
    }

    private static bool TryReadHome(PageFile file, PagePos position, Span<byte> page)
    {
        try
        {
            return file.TryRead(position, page);
        }
        catch (CorruptDatabaseException)
        {
            return false;
        }
    }

    private static LogScan FindOld(List<LogSegment> valid, LogScan newest, string path)
    {
        var old = valid.Count > 1 && valid[0].Header.Generation == newest.Generation - 1 ? LogScan.Run(valid[0]) : null;
        if (old is null)
        {
            throw new DatabaseOpenException(
                OpenFailure.LogMissing,
                path,
                $"'{path}' was not closed cleanly, and the older part of its log is missing. "
                + "Put the files ending in -wal0 and -wal1 back beside it, or restore a backup.");
        }

        var header = newest.Segment.Header;
        if ((old.EndLsn != header.PreviousEndLsn || old.EndDigest != header.PreviousDigest)
            && Rules.Holds(Rule.SegmentChain))
        {
            throw new CorruptDatabaseException(
                "log",
                -1,
                FormattableString.Invariant($"commits up to log position {header.PreviousEndLsn}"),
                FormattableString.Invariant($"damage at {old.EndLsn}"),
                old.Segment.Path);
        }

        return old;
    }

    // Every page of the pool is in the file or in the log, which has made room for it.
    private static long PageCount(BufferPool pool, PageFile file)
    {
        using var root = pool.Read(PagePos.Root, long.MaxValue - 1);
        var count = Layout.At<RootPageLayout>(root.Payload, 0).PageCount;
        return count >= 2 && count <= file.PageCapacity
            ? count
            : throw new CorruptDatabaseException(
                "root page",
                0,
                FormattableString.Invariant($"2 to {file.PageCapacity} pages"),
                FormattableString.Invariant($"{count}"),
                file.Path);
    }

    // Bytes that no chunk claims durable may be in the operating system's cache only: before a page goes home because
    // of them, they must be on the disk.
    private void RewriteUnclaimed()
    {
        foreach (var scan in _live)
        {
            var reader = new LogReader(scan.Segment);
            while (Rules.Holds(Rule.RecoveryRewritesLog) && reader.EndOffset < scan.EndOffset && reader.TryRead())
            {
                if (scan.Segment.LsnAt(reader.EndOffset) > _live[^1].DurableLsn)
                {
                    scan.Segment.Write(reader.Chunk, reader.Offset);
                }
            }

            if (Rules.Holds(Rule.RecoveryFlushesLog))
            {
                scan.Segment.Flush();
            }
        }
    }

    private void Replay(LogScan scan, BufferPool pool, PageFile file)
    {
        // A page that the log makes is at most one record beyond the file.
        var limit = file.PageCapacity + (scan.Segment.Capacity / PageRecordHeader.Bytes);
        var reader = new LogReader(scan.Segment);
        while (reader.EndOffset < scan.EndOffset && reader.TryRead())
        {
            var records = reader.Records;
            for (var i = 0u; i < reader.Header.PageCount; i++)
            {
                records = records[ReplayPage(records, reader.Header.Sequence, pool, file, limit)..];
            }
        }
    }

    private int ReplayPage(ReadOnlySpan<byte> records, long commit, BufferPool pool, PageFile file, long limit)
    {
        if (records.Length < PageRecordHeader.Bytes)
        {
            throw Foreign(_path, "a page record", "the end of its chunk");
        }

        var record = Layout.At<PageRecordHeader>(records, 0);
        if (record.RangeBytes > PageDelta.MaxBytes || record.RangeBytes > records.Length - PageRecordHeader.Bytes
            || record.Position.Value < 0 || record.Position.Value >= limit)
        {
            throw Foreign(_path, "a page record inside its chunk and the file", "a longer one");
        }

        if (record.Sequence <= 0 || record.Sequence > commit)
        {
            throw Foreign(
                _path,
                FormattableString.Invariant($"versions up to {commit}, that of the commit"),
                FormattableString.Invariant($"version {record.Sequence}"));
        }

        file.Reserve(record.Position.Value + 1);
        using (var page = pool.WriteRecovered(record.Position, record.BaseSequence, record.Sequence))
        {
            PageDelta.Apply(records.Slice(PageRecordHeader.Bytes, (int)record.RangeBytes), page.Bytes);
            if (page.Header.Position != record.Position)
            {
                // Once it was at home nothing could read it any more.
                throw Foreign(_path, $"page {record.Position}", $"one that says it is page {page.Header.Position}");
            }
        }

        return (PageRecordHeader.Bytes + (int)record.RangeBytes + 7) & ~7;
    }

    private static CorruptDatabaseException Foreign(string path, string expected, string found) =>
        new("log", -1, expected, found, path);
}
