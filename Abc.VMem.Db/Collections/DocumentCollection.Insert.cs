using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Inserting, one or many.</summary>
public partial class DocumentCollection<T>
{
    /// <summary>
    /// Adds a document. A default int or long key gets the next number, a default Guid key a new Guid of version 7; the
    /// document's own key is set too.
    /// </summary>
    /// <exception cref="DuplicateKeyException">
    /// The key, or a value of a unique index, is taken; nothing was changed.
    /// </exception>
    /// <exception cref="DocumentException">The document can't be stored; the message names the member.</exception>
    /// <exception cref="LimitExceededException">The document or its key is too large.</exception>
    public void Insert(T document) => InsertMany(One(document));

    /// <inheritdoc cref="Insert(T)"/>
    public async ValueTask InsertAsync(T document, CancellationToken cancellationToken = default) =>
        await InsertManyAsync(One(document), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Adds documents, all or none, in one transaction; returns how many. See <see cref="Insert(T)"/>.
    /// </summary>
    /// <remarks>
    /// There may be any number of them, in any order of their keys: what does not fit in memory is sorted in temporary
    /// pages, and every page of the collection is written once where that can be. The sequence is read once, while the
    /// writer's place is taken; it may read from the database, also from this collection, which then reads without
    /// the documents of this call. The keys assigned by a call that fails are taken back from the documents of a list
    /// or another collection in memory; those of a lazy sequence may keep theirs, except in the last step.
    /// </remarks>
    public long InsertMany(IEnumerable<T> documents) => InsertMany(documents, progress: null);

    /// <inheritdoc cref="InsertMany(IEnumerable{T})"/>
    /// <param name="documents">The documents.</param>
    /// <param name="progress">
    /// Receives progress, on the inserting thread, while the writer's place is taken.
    /// </param>
    /// <param name="cancellationToken">Stops the call; nothing was changed then.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public long InsertMany(
        IEnumerable<T> documents, IProgress<LoadProgress>? progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var batch = WriteBatch.Rent();
        using var source = documents.GetEnumerator();
        var watch = LoadWatch.For(progress, cancellationToken);
        var statement = new InsertStatement<T>(this, source, IsInMemory(documents), batch, watch);
        statement.Run(Context);
        batch.Return();
        return statement.Count;
    }

    /// <inheritdoc cref="InsertMany(IEnumerable{T})"/>
    public ValueTask<long> InsertManyAsync(IEnumerable<T> documents, CancellationToken cancellationToken = default) =>
        InsertManyAsync(documents, progress: null, cancellationToken);

    /// <inheritdoc cref="InsertMany(IEnumerable{T}, IProgress{LoadProgress}, CancellationToken)"/>
    public async ValueTask<long> InsertManyAsync(
        IEnumerable<T> documents, IProgress<LoadProgress>? progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        using var source = documents.GetEnumerator();
        var watch = LoadWatch.For(progress, cancellationToken);
        var statement = new InsertStatement<T>(this, source, IsInMemory(documents), new WriteBatch(), watch);
        await statement.RunAsync(Context, cancellationToken).ConfigureAwait(false);
        return statement.Count;
    }

    private static bool IsInMemory(IEnumerable<T> documents) =>
        documents is ICollection<T> or IReadOnlyCollection<T>;

    private static T[] One(T document) =>
        document is null ? throw new ArgumentNullException(nameof(document)) : [document];
}
