namespace Abc.VMem.Db.Paging;

/// <summary>
/// Where an operation of a structure runs: in a given transaction or snapshot, or in an implicit one of its own.
/// Every Enter is matched by one Exit.
/// </summary>
internal abstract class PageScope
{
    /// <summary>Pages to read from. An implicit scope takes a snapshot here.</summary>
    public abstract PageReader EnterRead();

    /// <summary>Ends a read; an implicit scope closes its snapshot.</summary>
    public abstract void ExitRead(PageReader reader);

    /// <summary>
    /// Pages to write to. An implicit scope begins a transaction here, waiting for the one writer's place.
    /// </summary>
    /// <exception cref="TransactionException">Read-only, closed, doomed, or the writer's place did not come
    /// free.</exception>
    public abstract PageWriter EnterWrite();

    /// <summary>As <see cref="EnterWrite"/>, without blocking a thread.</summary>
    public abstract ValueTask<PageWriter> EnterWriteAsync(CancellationToken cancellationToken);

    /// <summary>Ends a write that succeeded: an implicit scope commits and waits as its durability says.</summary>
    public abstract void ExitWrite(PageWriter writer);

    /// <summary>As <see cref="ExitWrite"/>, without blocking a thread.</summary>
    public abstract ValueTask ExitWriteAsync(PageWriter writer, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a write that threw: an implicit scope rolls back; a given transaction is left as it is (doomed if it was
    /// touched).
    /// </summary>
    public abstract void AbandonWrite(PageWriter writer);
}
