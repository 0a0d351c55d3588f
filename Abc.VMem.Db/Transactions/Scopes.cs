using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Each operation in a snapshot or transaction of its own. As these three are, they are a database's; a pool wraps
/// them, and claims the start page.
/// </summary>
internal sealed class EngineScope(Engine engine) : PageScope
{
    /// <inheritdoc/>
    internal override bool HasCatalog => true;

    /// <inheritdoc/>
    internal override TemporaryPages OpenTemporary() => engine.OpenTemporary();

    /// <inheritdoc/>
    internal override IDisposable TakeWork(out long bytes) => engine.Work.Take(out bytes);

    /// <inheritdoc/>
    internal override PageReader EnterRead() => engine.RentSnapshot();

    /// <inheritdoc/>
    internal override void ExitRead(PageReader reader) => Engine.ReturnSnapshot((Snapshot)reader);

    /// <inheritdoc/>
    internal override PageWriter EnterWrite() => engine.BeginTransaction();

    /// <inheritdoc/>
    internal override async ValueTask<PageWriter> EnterWriteAsync(CancellationToken cancellationToken) =>
        await engine.BeginTransactionAsync(origin: null, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    internal override void ExitWrite(PageWriter writer)
    {
        using var transaction = (Transaction)writer;
        transaction.Commit();
    }

    /// <inheritdoc/>
    internal override async ValueTask ExitWriteAsync(PageWriter writer, CancellationToken cancellationToken)
    {
        using var transaction = (Transaction)writer;
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    internal override void AbandonWrite(PageWriter writer) => ((Transaction)writer).Dispose();
}

/// <summary>Operations in a transaction that its owner commits.</summary>
internal sealed class TransactionScope(Transaction transaction) : PageScope
{
    private readonly HashSet<ITemporary> _temporaries = [];

    /// <inheritdoc/>
    internal override bool HasCatalog => true;

    /// <inheritdoc/>
    internal override ICollection<ITemporary> Temporaries => _temporaries;

    /// <inheritdoc/>
    internal override bool IsOver => transaction.IsClosed || transaction.IsDoomed;

    /// <summary>Frees what does not outlive the transaction, then commits it.</summary>
    public void Commit()
    {
        FreeTemporaries();
        transaction.Commit();
    }

    /// <summary>As <see cref="Commit"/>, without blocking a thread while another commit is being flushed.</summary>
    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        FreeTemporaries();
        return transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    internal override TemporaryPages OpenTemporary() => transaction.Engine.OpenTemporary();

    /// <inheritdoc/>
    internal override IDisposable TakeWork(out long bytes) => transaction.Engine.Work.Take(out bytes);

    /// <inheritdoc/>
    internal override PageReader EnterRead()
    {
        transaction.ThrowUnlessReadable();
        return transaction;
    }

    /// <inheritdoc/>
    internal override void ExitRead(PageReader reader)
    {
    }

    /// <inheritdoc/>
    internal override PageWriter EnterWrite()
    {
        transaction.EnterCall();
        return transaction;
    }

    /// <inheritdoc/>
    internal override ValueTask<PageWriter> EnterWriteAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(EnterWrite());
    }

    /// <inheritdoc/>
    internal override void ExitWrite(PageWriter writer) => transaction.ExitCall();

    /// <inheritdoc/>
    internal override ValueTask ExitWriteAsync(PageWriter writer, CancellationToken cancellationToken)
    {
        transaction.ExitCall();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    internal override void AbandonWrite(PageWriter writer) => transaction.ExitCall();

    /// <summary>Remembers the transaction as it is now.</summary>
    public Savepoint BeginSavepoint()
    {
        transaction.EnterCall();
        try
        {
            var temporaries = _temporaries.ToDictionary(temporary => temporary, temporary => temporary.Remember());
            return new Savepoint(transaction, transaction.BeginSavepoint(), temporaries);
        }
        finally
        {
            transaction.ExitCall();
        }
    }

    /// <summary>Takes back what was changed since a savepoint, which stays.</summary>
    /// <exception cref="ArgumentException">The savepoint is another transaction's, or over.</exception>
    /// <exception cref="TransactionException">The transaction is over, or another call is running.</exception>
    public void RollBackTo(Savepoint savepoint)
    {
        Call(savepoint, evenDoomed: true, transaction.RollBackTo);
        foreach (var temporary in _temporaries.Where(temporary => !savepoint.Temporaries.ContainsKey(temporary)))
        {
            temporary.Forget();
        }

        foreach (var restore in savepoint.Temporaries.Values)
        {
            restore();
        }
    }

    /// <summary>Forgets a savepoint, and later ones.</summary>
    /// <inheritdoc cref="RollBackTo" path="/exception"/>
    public void ReleaseSavepoint(Savepoint savepoint) =>
        Call(savepoint, evenDoomed: false, transaction.ReleaseSavepoint);

    private void Call(Savepoint savepoint, bool evenDoomed, Action<int> call)
    {
        if (savepoint.Transaction != transaction)
        {
            throw new ArgumentException("The savepoint belongs to another transaction.", nameof(savepoint));
        }

        transaction.EnterCall(evenDoomed);
        try
        {
            call(savepoint.Number);
        }
        finally
        {
            transaction.ExitCall();
        }
    }

    private void FreeTemporaries()
    {
        foreach (var temporary in IsOver ? [] : _temporaries.ToArray())
        {
            temporary.Free();
        }
    }
}

/// <summary>Operations in a snapshot: they only read.</summary>
internal sealed class SnapshotScope(Snapshot snapshot) : PageScope
{
    /// <inheritdoc/>
    internal override bool HasCatalog => true;

    /// <inheritdoc/>
    internal override TemporaryPages OpenTemporary() => snapshot.Engine.OpenTemporary();

    /// <inheritdoc/>
    internal override IDisposable TakeWork(out long bytes) => snapshot.Engine.Work.Take(out bytes);

    /// <inheritdoc/>
    internal override PageReader EnterRead() => snapshot;

    /// <inheritdoc/>
    internal override void ExitRead(PageReader reader)
    {
    }

    /// <inheritdoc/>
    internal override PageWriter EnterWrite() => throw ReadOnly();

    /// <inheritdoc/>
    internal override ValueTask<PageWriter> EnterWriteAsync(CancellationToken cancellationToken) => throw ReadOnly();

    /// <inheritdoc/>
    internal override void ExitWrite(PageWriter writer)
    {
    }

    /// <inheritdoc/>
    internal override ValueTask ExitWriteAsync(PageWriter writer, CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    internal override void AbandonWrite(PageWriter writer)
    {
    }

    private static TransactionException ReadOnly() =>
        new(TransactionFailure.ReadOnly, "A snapshot only reads. Write through the database or a transaction.");
}
