namespace Abc.VMem.Db.Paging;

/// <summary>Checks.</summary>
public sealed partial class Pool
{
    /// <summary>
    /// Explains every page as of this moment: what it belongs to, that it is free, or that it leaked. On the way it
    /// verifies checksums, links both ways, counts, the order of keys in maps and the free list. Readers and the writer
    /// go on meanwhile. Takes 8 bytes of memory a page and about 100 for each structure.
    /// </summary>
    /// <remarks>
    /// It finds the structures by their states: on the start page, in pages that the program allocated, in linked
    /// pages, and in the items of lists, stacks and containers, at any depth. In the pool of a database the catalog
    /// says what there is.
    /// </remarks>
    /// <param name="progress">Receives progress, on the calling thread.</param>
    /// <param name="programPages">
    /// The pages that the program allocated and still uses: others that it allocated count as leaked. Null = all that
    /// it allocated and did not free are in use. Not for the pool of a database.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What there is. Leaks are reported, not thrown.</returns>
    /// <exception cref="ArgumentException">
    /// A listed page is none that the program allocated and still has, or the pool is that of a database.
    /// </exception>
    /// <exception cref="CorruptDatabaseException">The first thing that does not hold; it names the page.</exception>
    public PoolReport Check(
        IProgress<CheckProgress>? progress = null,
        IReadOnlyCollection<PagePos>? programPages = null,
        CancellationToken cancellationToken = default)
    {
        using var snapshot = _engine.BeginSnapshot();
        var scan = new PoolScan(_engine, snapshot, Advance(progress, cancellationToken));
        scan.Run(programPages);
        var leaked = new Dictionary<PagePos, PageType>();
        scan.VisitLeaks(leaked.Add);
        return new PoolReport(scan.Owners, scan.FreePages, leaked);
    }
}
