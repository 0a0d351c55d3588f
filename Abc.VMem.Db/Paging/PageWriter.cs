namespace Abc.VMem.Db.Paging;

/// <summary>Pages of the running transaction: private copies, published together at commit.</summary>
internal abstract class PageWriter : PageReader
{
    /// <summary>Sequence number of the running transaction; never used twice.</summary>
    public abstract long Sequence { get; }

    /// <summary>
    /// What a structure remembers between its changes in this transaction. Whoever takes changes back sets it to null.
    /// </summary>
    internal object? Memory { get; set; }

    /// <summary>Where enumerations in this transaction stand; null while there are none.</summary>
    internal List<WalkMark>? Walks { get; set; }

    /// <summary>
    /// Pins the transaction's private copy of a page, making it on first use. Every call counts as a change.
    /// </summary>
    public abstract WritablePage Write(PagePos position);

    /// <summary>Pins a page that no one else knows: zeroed payload, links nil, header filled in.</summary>
    /// <param name="type">What it will hold.</param>
    /// <param name="level">Level within a map.</param>
    public abstract WritablePage Allocate(PageType type, byte level = 0);

    /// <summary>Returns a page to the pool's free list. The page itself is untouched.</summary>
    public abstract void Free(PagePos position);

    /// <summary>
    /// Returns a chain of pages, linked by their headers' Previous from back to front, in O(1) page writes. The last
    /// page is allocated again first.
    /// </summary>
    public abstract void FreeChain(PagePos front, PagePos back, long pageCount);

    /// <summary>
    /// Changes whenever a savepoint is set or rolled back to: pages that were pinned to be written must be obtained
    /// again.
    /// </summary>
    internal virtual int SavepointMark => 0;

    /// <summary>
    /// Remembers the pages as they are now. Every savepoint is released, or rolled back to and then released, in the
    /// reverse order.
    /// </summary>
    /// <returns>Its number, for the calls below; greater than those before.</returns>
    internal virtual int BeginSavepoint() => throw new NotSupportedException();

    /// <summary>
    /// Takes back what was changed since a savepoint, a doom included; later savepoints are over, this one stays.
    /// </summary>
    internal virtual void RollBackTo(int savepoint) => throw new NotSupportedException();

    /// <summary>Forgets a savepoint, and later ones; the changes stay.</summary>
    internal virtual void ReleaseSavepoint(int savepoint) => throw new NotSupportedException();

    /// <summary>Leaves only rollback: called when a change was abandoned half-way.</summary>
    public abstract void Doom(Exception cause);
}
