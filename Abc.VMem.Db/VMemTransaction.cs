using System.Linq.Expressions;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db;

/// <summary>
/// The one writer: what is changed through it becomes visible, and durable, all at once with <see cref="Commit"/>. It
/// reads its own changes.
/// </summary>
/// <remarks>
/// It belongs to no thread and survives await, but runs one call at a time. Dispose without a commit rolls back. A
/// statement that fails half-way leaves only the rollback; one that is refused (a duplicate key, an invalid document)
/// changes nothing. Its size is not bound by the page cap: what does not fit goes to a temporary file.
/// </remarks>
public sealed partial class VMemTransaction : IDisposable, IAsyncDisposable
{
    private readonly Transaction _transaction;
    private readonly TransactionScope _scope;
    private readonly DatabaseContext _context;

    internal VMemTransaction(Transaction transaction, TransactionScope scope, DatabaseContext context) =>
        (_transaction, _scope, _context) = (transaction, scope, context);

    /// <summary>Whether an earlier statement failed half-way, so that only a rollback is possible.</summary>
    public bool IsDoomed => _transaction.IsDoomed;

    /// <summary>Names of the collections, those of this transaction included.</summary>
    public IReadOnlyList<string> CollectionNames => Catalog.Names(_context, CatalogKind.Collection);

    /// <summary>Names of the maps, those of this transaction included.</summary>
    public IReadOnlyList<string> MapNames => Catalog.Names(_context, CatalogKind.Map);

    /// <inheritdoc cref="VMemDatabase.GetCollection{T}(string)"/>
    public DocumentCollection<T> GetCollection<T>(string name) => DocumentCollection<T>.Open(_context, name);

    /// <inheritdoc cref="VMemDatabase.GetCollection{T, TKey}(string, Expression{Func{T, TKey}})"/>
    public DocumentCollection<T, TKey> GetCollection<T, TKey>(string name, Expression<Func<T, TKey>> key) =>
        DocumentCollection<T, TKey>.Open(_context, name, key);

    /// <inheritdoc cref="VMemDatabase.GetMap(string)"/>
    public VMemMap GetMap(string name) => NamedMaps.Open(_context, name);

    /// <inheritdoc cref="VMemDatabase.GetMap{TKey, TValue}(string)"/>
    public VMemMap<TKey, TValue> GetMap<TKey, TValue>(string name)
        where TKey : notnull => NamedMaps.Open<TKey, TValue>(_context, name);

    /// <inheritdoc cref="VMemDatabase.DropCollection(string)"/>
    public bool DropCollection(string name) => DropStatement.Run(_context, CatalogKind.Collection, name);

    /// <inheritdoc cref="VMemDatabase.DropMap(string)"/>
    public bool DropMap(string name) => DropStatement.Run(_context, CatalogKind.Map, name);

    /// <inheritdoc cref="VMemDatabase.DropCollection(string)"/>
    public ValueTask<bool> DropCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.Collection, name, cancellationToken);

    /// <inheritdoc cref="VMemDatabase.DropMap(string)"/>
    public ValueTask<bool> DropMapAsync(string name, CancellationToken cancellationToken = default) =>
        DropStatement.RunAsync(_context, CatalogKind.Map, name, cancellationToken);

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
    }

    /// <summary>Forgets a savepoint, and later ones; what was changed stays, and costs nothing more.</summary>
    /// <inheritdoc cref="RollbackTo" path="/exception"/>
    public void Release(VMemSavepoint savepoint)
    {
        ArgumentNullException.ThrowIfNull(savepoint);
        _scope.ReleaseSavepoint(savepoint.Inner);
    }

    /// <summary>Keeps the changes; returns when they are as durable as the database's options say.</summary>
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
        _transaction.Dispose();
        return default;
    }
}
