using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// The one writer of a pool: what is changed through it, in pages and in structures, becomes visible, and durable, all
/// at once with <see cref="Commit"/>. It reads its own changes.
/// </summary>
/// <remarks>
/// It belongs to no thread and survives await, but runs one call at a time. Dispose without a commit rolls back. A call
/// that fails half-way leaves only the rollback.
/// </remarks>
public sealed class PoolTransaction : PageScope, IDisposable, IAsyncDisposable
{
    private readonly Transaction _transaction;
    private readonly TransactionScope _scope;
    private bool _isClaimed;

    internal PoolTransaction(Transaction transaction) =>
        (_transaction, _scope) = (transaction, new TransactionScope(transaction));

    /// <summary>Whether an earlier call failed half-way, so that only a rollback is possible.</summary>
    public bool IsDoomed => _transaction.IsDoomed;

    /// <summary>Allocates a page of zeros for the program's own use: the one freed last, or a new one.</summary>
    /// <returns>A pointer to the payload's first byte, to write.</returns>
    /// <inheritdoc cref="Write(PageAddress)" path="/exception"/>
    public WritablePagePtr Allocate()
    {
        var pages = EnterWrite();
        var changes = pages.ChangeCount;
        try
        {
            return ProgramPages.Allocate(pages);
        }
        catch (Exception e) when (pages.ChangeCount != changes)
        {
            pages.Doom(e);
            throw;
        }
        finally
        {
            ExitWrite(pages);
        }
    }

    /// <summary>Gives a page back that was allocated. Nothing must point to it any more.</summary>
    /// <exception cref="InvalidOperationException">It is free already, or belongs to a structure; nothing was
    /// changed.</exception>
    /// <inheritdoc cref="Write(PageAddress)" path="/exception"/>
    public void Free(PagePos position)
    {
        var pages = EnterWrite();
        var changes = pages.ChangeCount;
        try
        {
            ProgramPages.Free(pages, position);
        }
        catch (Exception e) when (pages.ChangeCount != changes)
        {
            pages.Doom(e);
            throw;
        }
        finally
        {
            ExitWrite(pages);
        }
    }

    /// <summary>Pins a page to read it.</summary>
    /// <param name="address">What the pointer points to.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page, or the page no such byte.</exception>
    /// <exception cref="TransactionException">The transaction is over, doomed, or used by another thread.</exception>
    public PagePtr Read(PageAddress address)
    {
        var pages = EnterRead();
        return ProgramPages.Read(pages, address);
    }

    /// <summary>Pins a page to read its payload.</summary>
    /// <inheritdoc cref="Read(PageAddress)" path="/exception"/>
    public PagePtr Read(PagePos position) => Read(ProgramPages.PayloadOf(position));

    /// <summary>Pins a page to change it: the start page, or one that was allocated.</summary>
    /// <param name="address">What the pointer points to.</param>
    /// <exception cref="ArgumentException">The page is none of the program's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page, or the page no such byte.</exception>
    /// <exception cref="TransactionException">The transaction is over, doomed, or used by another thread.</exception>
    public WritablePagePtr Write(PageAddress address)
    {
        var pages = EnterWrite();
        try
        {
            return ProgramPages.Write(pages, address);
        }
        finally
        {
            ExitWrite(pages);
        }
    }

    /// <summary>Pins a page to change its payload.</summary>
    /// <inheritdoc cref="Write(PageAddress)" path="/exception"/>
    public WritablePagePtr Write(PagePos position) => Write(ProgramPages.PayloadOf(position));

    /// <summary>Remembers the transaction as it is now; <see cref="RollbackTo"/> goes back there.</summary>
    /// <exception cref="TransactionException">The transaction is over, doomed, or used by another thread.</exception>
    public VMemSavepoint Savepoint() => new(_scope.BeginSavepoint());

    /// <summary>
    /// Takes back everything that was changed since a savepoint. The savepoint stays, later ones are over, and so are
    /// enumerations under way. A statement that failed half-way since is undone too: the transaction can go on.
    /// </summary>
    /// <exception cref="ArgumentException">The savepoint is another transaction's, or over.</exception>
    /// <exception cref="TransactionException">The transaction is over, or used by another thread.</exception>
    public void RollbackTo(VMemSavepoint savepoint)
    {
        ArgumentNullException.ThrowIfNull(savepoint);
        _scope.RollBackTo(savepoint.Inner);
        _isClaimed = false;
    }

    /// <summary>Forgets a savepoint, and later ones; what was changed stays, and costs nothing more.</summary>
    /// <inheritdoc cref="RollbackTo" path="/exception"/>
    public void Release(VMemSavepoint savepoint)
    {
        ArgumentNullException.ThrowIfNull(savepoint);
        _scope.ReleaseSavepoint(savepoint.Inner);
    }

    /// <summary>Keeps the changes; returns when they are as durable as the pool's options say.</summary>
    /// <exception cref="TransactionException">
    /// The transaction is over or doomed, or it is unknown whether it became durable.
    /// </exception>
    public void Commit() => _scope.Commit();

    /// <inheritdoc cref="Commit"/>
    /// <remarks>Cancelled after the log was written, it throws that the outcome is unknown.</remarks>
    public ValueTask CommitAsync(CancellationToken cancellationToken = default) =>
        _scope.CommitAsync(cancellationToken);

    /// <summary>Drops the changes. Does nothing when the transaction is over.</summary>
    public void Rollback() => _transaction.Rollback();

    /// <summary>Rolls back unless it was committed.</summary>
    public void Dispose() => _transaction.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    internal override ICollection<ITemporary> Temporaries => _scope.Temporaries;

    internal override bool IsOver => _scope.IsOver;

    internal override TemporaryPages OpenTemporary() => _scope.OpenTemporary();

    internal override IDisposable TakeWork(out long bytes) => _scope.TakeWork(out bytes);

    internal override PageReader EnterRead() => _scope.EnterRead();

    internal override void ExitRead(PageReader reader) => _scope.ExitRead(reader);

    internal override PageWriter EnterWrite() => Claimed(_scope.EnterWrite());

    internal override async ValueTask<PageWriter> EnterWriteAsync(CancellationToken cancellationToken) =>
        Claimed(await _scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false));

    internal override void ExitWrite(PageWriter writer) => _scope.ExitWrite(writer);

    internal override ValueTask ExitWriteAsync(PageWriter writer, CancellationToken cancellationToken) =>
        _scope.ExitWriteAsync(writer, cancellationToken);

    internal override void AbandonWrite(PageWriter writer) => _scope.AbandonWrite(writer);

    private PageWriter Claimed(PageWriter pages)
    {
        if (!_isClaimed)
        {
            ProgramPages.Claim(_scope, pages);
            _isClaimed = true;
        }

        return pages;
    }
}
