using System.IO.Hashing;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>What a segment's content is good for.</summary>
internal enum SegmentState
{
    /// <summary>Nothing that recovery needs; may be used again.</summary>
    Retired,

    /// <summary>Recovery needs it.</summary>
    Live,
}

/// <summary>One of the two files of the log. Not thread-safe: <see cref="Log"/> serialises.</summary>
internal sealed class LogSegment(IFileSystem files, string path) : IDisposable
{
    /// <summary>Offset of the first chunk: the header has a 4 KB block of its own.</summary>
    public const int FirstOffset = Page.Size;

    // The header stands twice in its block. The first copy is written and flushed before the second one is touched, so
    // that a header that is torn while it is written leaves the old one, and later one bad sector leaves the new one.
    private const int HeaderSlotBytes = 2048;

    private IStorageFile? _file;

    /// <summary>Its header; all zero until it is first used.</summary>
    public SegmentHeader Header { get; private set; }

    /// <summary>Whether recovery needs it.</summary>
    public SegmentState State { get; set; } = SegmentState.Retired;

    /// <summary>Bytes that are really allocated: zero-filled, or written over.</summary>
    public long Capacity { get; private set; }

    /// <summary>Path of the file.</summary>
    public string Path => path;

    /// <summary>Whether the file is open.</summary>
    public bool IsOpen => _file is not null;

    private IStorageFile File => _file ?? throw new ObjectDisposedException(nameof(LogSegment), "The log is closed.");

    /// <summary>
    /// Creates the file when it is missing, with room for the segment's first records. Its entry in the directory
    /// becomes durable with the next file that <see cref="Reserve"/> creates there.
    /// </summary>
    public void Prepare(long capacity)
    {
        if (_file is null && !TryOpen(FileOpening.Exclusive))
        {
            Create(capacity, isSynced: false);
        }
    }

    /// <summary>Opens the file if it exists.</summary>
    public bool TryOpen(FileOpening opening)
    {
        if (!files.Exists(path))
        {
            return false;
        }

        _file = files.Open(path, opening);
        Capacity = _file.Length / Page.Size * Page.Size;
        return true;
    }

    /// <summary>
    /// Creates the file when it is missing and fills it with real zeros up to a capacity. Durable with the next
    /// flush.
    /// </summary>
    public void Reserve(long capacity)
    {
        if (_file is null && !TryOpen(FileOpening.Exclusive))
        {
            Create(capacity, isSynced: true);
        }

        Fill(capacity);
    }

    /// <summary>Begins a new use of the segment: its header alone, flushed.</summary>
    public void Begin(SegmentHeader header)
    {
        header.Checksum = Checksum(in header);
        var block = new byte[HeaderSlotBytes];
        Layout.At<SegmentHeader>(block.AsSpan(), 0) = header;
        File.Write(block, 0);
        if (Rules.Holds(Rule.SegmentHeaderFlush))
        {
            File.Flush();
        }

        if (Rules.Holds(Rule.SegmentHeaderTwice))
        {
            File.Write(block, HeaderSlotBytes);
        }

        Header = header;
        State = SegmentState.Live;
    }

    /// <summary>Reads the newest valid header; false when there is none.</summary>
    /// <exception cref="FormatVersionException">A newer version wrote it.</exception>
    public bool TryReadHeader()
    {
        Header = default;
        for (var slot = 0; slot < FirstOffset / HeaderSlotBytes; slot++)
        {
            // A second look, because a header misread once would cost the commits that follow it.
            if ((TryReadHeader(slot, out var header) || TryReadHeader(slot, out header))
                && header.Generation > Header.Generation)
            {
                Header = header;
            }
        }

        return Header.Generation > 0;
    }

    /// <summary>Log position of a file offset.</summary>
    public long LsnAt(long offset) => Header.FirstLsn + offset - FirstOffset;

    /// <summary>Reads bytes at an offset; returns how many there were.</summary>
    public int Read(Span<byte> destination, long offset) => File.Read(destination, offset);

    /// <summary>Writes bytes at an offset.</summary>
    public void Write(ReadOnlySpan<byte> source, long offset) => File.Write(source, offset);

    /// <summary>Makes what was written durable.</summary>
    public void Flush() => File.Flush();

    /// <summary>Gives back what a large transaction made the file grow by.</summary>
    public void CutTo(long capacity)
    {
        if (Capacity > capacity)
        {
            File.SetLength(capacity);
            Capacity = capacity;
        }
    }

    /// <summary>Closes and deletes the file. Durable after the directory is synced.</summary>
    public void Delete()
    {
        Dispose();
        files.Delete(path);
        (State, Capacity, Header) = (SegmentState.Retired, 0, default);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    // Whole, or not at all: a file that was made half-way would never get its entry in the directory synced.
    private void Create(long capacity, bool isSynced)
    {
        _file = files.Open(path, FileOpening.CreateNew);
        try
        {
            Capacity = 0;
            Fill(capacity);
            if (isSynced && Rules.Holds(Rule.SegmentFileFlush))
            {
                _file.Flush();
            }

            if (isSynced && Rules.Holds(Rule.SegmentFileSync))
            {
                files.SyncDirectory(path);
            }
        }
        catch
        {
            Delete();
            throw;
        }
    }

    private bool TryReadHeader(int slot, out SegmentHeader header)
    {
        var bytes = new byte[SegmentHeader.Bytes];
        header = default;
        if (File.Read(bytes, slot * HeaderSlotBytes) < bytes.Length)
        {
            return false;
        }

        header = Layout.At<SegmentHeader>((ReadOnlySpan<byte>)bytes, 0);
        if (header.Magic != SegmentHeader.ExpectedMagic || header.Checksum != Checksum(in header)
            || !IsPlausible(in header))
        {
            return false;
        }

        return header is { FormatVersion: 1, PageSize: Page.Size }
            ? true
            : throw new FormatVersionException(
                $"'{path}' was written by a newer version "
                + FormattableString.Invariant($"(log format {header.FormatVersion}). ")
                + "Open the database with that version.",
                path,
                FormattableString.Invariant($"log format {header.FormatVersion}"),
                "log format 1");
    }

    private static bool IsPlausible(in SegmentHeader header) =>
        header.Generation is > 0 and < SegmentHeader.MaxNumber
        && header.FirstLsn is >= 0 and < SegmentHeader.MaxNumber
        && header.FirstSequence is > 0 and < SegmentHeader.MaxNumber
        && header.OldestLiveGeneration is > 0 and < SegmentHeader.MaxNumber;

    private static ulong Checksum(in SegmentHeader header)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        Layout.At<SegmentHeader>(bytes, 0) = header;
        return XxHash3.HashToUInt64(bytes[..80]);
    }

    private void Fill(long capacity)
    {
        var zeros = Capacity < capacity ? new byte[64 * 1024] : [];
        while (Capacity < capacity)
        {
            var count = (int)Math.Min(zeros.Length, capacity - Capacity);
            File.Write(zeros.AsSpan(0, count), Capacity);
            Capacity += count;
        }
    }
}
