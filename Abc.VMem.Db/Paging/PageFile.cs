using System.Buffers.Binary;
using System.IO.Hashing;

namespace Abc.VMem.Db.Paging;

/// <summary>The data file: pages at position × 4096, each with a checksum. A page's place in it is its home.</summary>
/// <remarks>The caller serialises reads and writes of one position. Different positions may be used at the same
/// time.</remarks>
internal sealed class PageFile(IStorageFile file, string path, ulong poolId) : IDisposable
{
    private const int GrowthPagesMin = 8;
    private const int GrowthPagesMax = 4096;

    private readonly Lock _growth = new();
    private long _pageCapacity = file.Length / Page.Size;

    /// <summary>Pages that the file has room for, written or not.</summary>
    public long PageCapacity => Volatile.Read(ref _pageCapacity);

    /// <summary>Path of the file.</summary>
    public string Path => path;

    /// <summary>The pool's random id, which seeds the checksums.</summary>
    public ulong PoolId => poolId;

    /// <summary>Bytes of the file.</summary>
    public long Length => file.Length;

    /// <summary>What is stamped into page 0 whenever it goes home.</summary>
    public HomeMark Mark { get; set; }

    /// <summary>Checksum of a page's bytes, the checksum's own excluded.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> page, ulong poolId, PagePos position) =>
        XxHash3.HashToUInt64(page[8..], unchecked((long)(poolId + ((ulong)position.Value * 0x9E37_79B9_7F4A_7C15))));

    /// <summary>Reads a page from home.</summary>
    /// <exception cref="CorruptDatabaseException">It is outside the file, or not what was written there.</exception>
    public void Read(PagePos position, Span<byte> page)
    {
        if ((ulong)position.Value >= (ulong)PageCapacity)
        {
            var expected = FormattableString.Invariant($"a position below {PageCapacity}");
            throw Corrupt(position, expected, "a link outside the file");
        }

        if (!TryRead(position, page))
        {
            throw Corrupt(position, "a page with a valid checksum", "other bytes");
        }
    }

    /// <summary>Reads a page from home; false when no valid page was ever written there, or it is damaged.</summary>
    public bool TryRead(PagePos position, Span<byte> page)
    {
        try
        {
            if (file.Read(page, position.Value * Page.Size) < Page.Size || !IsValid(position, page))
            {
                return false;
            }
        }
        catch (IOException e)
        {
            throw new CorruptDatabaseException("page", position.Value, "a readable page", e.Message, Path, e);
        }

        if (position == PagePos.Root)
        {
            Layout.At<HomeMark>(page, HomeMark.Offset) = default;
        }

        return true;
    }

    /// <summary>Writes a page home, its checksum set.</summary>
    public void Write(PagePos position, Span<byte> page)
    {
        if (position == PagePos.Root)
        {
            WriteRoot(page);
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(page, Checksum(page, poolId, position));
        file.Write(page, position.Value * Page.Size);
    }

    /// <summary>
    /// Makes room for a page count, in zero-filled chunks: a full disk shows here, not when a page goes home.
    /// </summary>
    public void Reserve(long pageCount)
    {
        if (pageCount <= PageCapacity)
        {
            return;
        }

        lock (_growth)
        {
            var growth = Math.Clamp(_pageCapacity / 4, GrowthPagesMin, GrowthPagesMax);
            var target = Math.Max(pageCount, _pageCapacity + growth);
            Span<byte> zeros = new byte[(int)Math.Min(16, target - _pageCapacity) * Page.Size];
            for (var at = _pageCapacity; at < target; at += zeros.Length / Page.Size)
            {
                var count = (int)Math.Min(zeros.Length, (target - at) * Page.Size);
                file.Write(zeros[..count], at * Page.Size);
            }

            Volatile.Write(ref _pageCapacity, target);
        }
    }

    /// <summary>Cuts the file to a page count when it is longer.</summary>
    public void Cut(long pageCount)
    {
        lock (_growth)
        {
            if (file.Length > pageCount * Page.Size)
            {
                file.SetLength(pageCount * Page.Size);
                Volatile.Write(ref _pageCapacity, pageCount);
            }
        }
    }

    /// <summary>
    /// Refuses reads from a page count on, or allows them again, so that a cut can be prepared while others read.
    /// </summary>
    /// <returns>The page count that was readable.</returns>
    public long LimitTo(long pageCount)
    {
        lock (_growth)
        {
            var before = _pageCapacity;
            Volatile.Write(ref _pageCapacity, pageCount);
            return before;
        }
    }

    /// <summary>Makes everything written so far durable.</summary>
    public void Flush() => file.Flush();

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private bool IsValid(PagePos position, ReadOnlySpan<byte> page)
    {
        ref readonly var header = ref Layout.At<PageHeader>(page, 0);
        return (header.Position == position || !Rules.Holds(Rule.PagePlace))
            && header.Sequence > 0
            && (header.Checksum == Checksum(page, poolId, position) || !Rules.Holds(Rule.PageChecksum));
    }

    // Page 0 goes out through a copy: the mark is not part of any version in memory.
    private void WriteRoot(ReadOnlySpan<byte> page)
    {
        Span<byte> copy = stackalloc byte[Page.Size];
        page.CopyTo(copy);
        Layout.At<HomeMark>(copy, HomeMark.Offset) = Mark;
        BinaryPrimitives.WriteUInt64LittleEndian(copy, Checksum(copy, poolId, PagePos.Root));
        file.Write(copy, 0);
    }

    private CorruptDatabaseException Corrupt(PagePos position, string expected, string found) =>
        new("page", position.Value, expected, found, Path);
}
