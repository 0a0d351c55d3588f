namespace Abc.VMem.Db.Paging;

/// <summary>
/// Where a structure is read and changed: a transaction, or a pool, in which each call that changes something is a
/// transaction of its own.
/// </summary>
public abstract class PageScope : PageSource
{
    private protected PageScope()
    {
    }

    /// <summary>
    /// Structures that end with this scope, which is one transaction; null = the scope goes on from one to the next.
    /// </summary>
    internal virtual ICollection<ITemporary>? Temporaries => null;

    /// <summary>Whether it is one transaction, which its owner ends.</summary>
    internal bool IsOneTransaction => Temporaries is not null;

    /// <summary>Whether it is over, or can only be rolled back: nothing is left to be freed in it.</summary>
    internal virtual bool IsOver => false;

    /// <summary>Pages outside the file, for one operation that its caller ends by disposing them.</summary>
    internal abstract TemporaryPages OpenTemporary();

    /// <summary>
    /// A share of the memory that operations sort and collect in, until what is returned is disposed.
    /// </summary>
    /// <param name="bytes">How much it is.</param>
    internal abstract IDisposable TakeWork(out long bytes);

    /// <summary>
    /// Pages to write to. An implicit scope begins a transaction here, waiting for the one writer's place. Matched by
    /// one ExitWrite or AbandonWrite.
    /// </summary>
    /// <exception cref="TransactionException">Read-only, closed, doomed, or the writer's place did not come
    /// free.</exception>
    internal abstract PageWriter EnterWrite();

    /// <summary>As <see cref="EnterWrite"/>, without blocking a thread.</summary>
    internal abstract ValueTask<PageWriter> EnterWriteAsync(CancellationToken cancellationToken);

    /// <summary>Ends a write that succeeded: an implicit scope commits and waits as its durability says.</summary>
    internal abstract void ExitWrite(PageWriter writer);

    /// <summary>As <see cref="ExitWrite"/>, without blocking a thread.</summary>
    internal abstract ValueTask ExitWriteAsync(PageWriter writer, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a write that threw: an implicit scope rolls back; a given transaction is left as it is (doomed if it was
    /// touched).
    /// </summary>
    internal abstract void AbandonWrite(PageWriter writer);
}
