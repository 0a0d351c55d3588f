using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// The memory of an open pool, in bytes: a function of the number of its frames alone. docs/MEMORY.md shows it worked
/// out.
/// </summary>
/// <param name="Frames">Pages that can be mapped.</param>
internal readonly record struct MemoryPlan(int Frames)
{
    private const int WorkShare = 4;
    private const long MinWorkBytes = 64 << 10;
    private const long MaxWorkBytes = 32 << 20;

    /// <summary>The smallest memory that a pool can be given.</summary>
    public static long SmallestBytes => new MemoryPlan(BufferPool.MinMappedPages).TotalBytes;

    /// <summary>Mapped pages.</summary>
    public long PageBytes => (long)Frames * Page.Size;

    /// <summary>Tables that find pages, in memory and in the spill log.</summary>
    public long TableBytes => PoolTables.Bytes(Frames);

    /// <summary>The log's two buffers.</summary>
    public long LogBytes => 2L * Log.BufferBytes(Frames);

    /// <summary>What operations that sort and collect share: a quarter of the mapped pages, 64 KB to 32 MB.</summary>
    public long WorkBytes => Math.Clamp(PageBytes / WorkShare, MinWorkBytes, MaxWorkBytes);

    /// <summary>All of it.</summary>
    public long TotalBytes => PageBytes + TableBytes + LogBytes + WorkBytes;

    /// <summary>The largest pool whose memory fits.</summary>
    /// <param name="bytes">What it may take.</param>
    /// <param name="option">The option that says so, for the error.</param>
    /// <exception cref="ArgumentOutOfRangeException">The smallest pool doesn't fit.</exception>
    public static MemoryPlan ForBytes(long bytes, string option)
    {
        if (bytes < SmallestBytes)
        {
            throw new ArgumentOutOfRangeException(
                option,
                bytes,
                FormattableString.Invariant($"A pool takes at least {SmallestBytes} bytes: ")
                + FormattableString.Invariant($"{BufferPool.MinMappedPages} pages of {Page.Size} bytes, and tables, ")
                + "log buffers and memory for sorting beside them.");
        }

        // Every part grows with the frames, so the total does.
        var (fits, tooMany) = (BufferPool.MinMappedPages, (int)Math.Min(bytes / Page.Size, int.MaxValue - 1) + 1);
        while (tooMany - fits > 1)
        {
            var middle = fits + ((tooMany - fits) / 2);
            (fits, tooMany) = new MemoryPlan(middle).TotalBytes <= bytes ? (middle, tooMany) : (fits, middle);
        }

        return new(fits);
    }
}
