namespace Abc.VMem.Db.Paging;

/// <summary>Pages as of one moment: a snapshot, or a transaction that also sees its own changes.</summary>
/// <remarks>A page version read here never changes; an operation pins at most one page while it obtains
/// another.</remarks>
internal abstract class PageReader
{
    /// <summary>Number of changes made through this reader so far; stays 0 for snapshots. Cursors compare it.</summary>
    public abstract long ChangeCount { get; }

    /// <summary>
    /// Pages of the pool at this moment. A position from outside the structures is held against it: what lies behind
    /// it in the file may be left over from a transaction that was rolled back, and look whole.
    /// </summary>
    public abstract long PageCount { get; }

    /// <summary>Pins a page. Dispose the result to unpin.</summary>
    /// <exception cref="CorruptDatabaseException">The position is outside the pool, or the page is damaged.</exception>
    /// <exception cref="TransactionException">The snapshot is too old, or closed; the transaction is
    /// doomed.</exception>
    public abstract PinnedPage Read(PagePos position);

    /// <summary>Tells the pool that these pages will be read soon. A hint: it may do nothing.</summary>
    public virtual void Prefetch(PagePos position)
    {
    }

    /// <summary>Refuses once the transaction or snapshot is over.</summary>
    /// <exception cref="TransactionException">It is.</exception>
    public abstract void ThrowUnlessOpen();
}
