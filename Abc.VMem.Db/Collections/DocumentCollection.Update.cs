using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db;

/// <summary>Replacing.</summary>
public partial class DocumentCollection<T>
{
    /// <summary>Replaces the document with the same key; false, and no change, when there is none.</summary>
    /// <remarks>Fields that the stored document has and the class does not know are kept.</remarks>
    /// <exception cref="DuplicateKeyException">A value of a unique index is taken; nothing was changed.</exception>
    /// <exception cref="DocumentException">The document can't be stored; the message names the member.</exception>
    /// <exception cref="LimitExceededException">The document is too large.</exception>
    public bool Update(T document) => Replace(document, isUpsert: false);

    /// <inheritdoc cref="Update(T)"/>
    public ValueTask<bool> UpdateAsync(T document, CancellationToken cancellationToken = default) =>
        ReplaceAsync(document, isUpsert: false, cancellationToken);

    /// <summary>
    /// Adds the document, or replaces the one with the same key; returns whether one was there. A default key is
    /// assigned as <see cref="Insert(T)"/> does.
    /// </summary>
    /// <inheritdoc cref="Update(T)" path="/remarks"/>
    /// <inheritdoc cref="Update(T)" path="/exception"/>
    public bool Upsert(T document) => Replace(document, isUpsert: true);

    /// <inheritdoc cref="Upsert(T)"/>
    public ValueTask<bool> UpsertAsync(T document, CancellationToken cancellationToken = default) =>
        ReplaceAsync(document, isUpsert: true, cancellationToken);

    private bool Replace(T document, bool isUpsert)
    {
        ThrowIfNull(document);
        var batch = WriteBatch.Rent();
        var statement = new ReplaceStatement<T>(this, document, isUpsert, batch);
        statement.Run(Context);
        batch.Return();
        return statement.Existed;
    }

    private async ValueTask<bool> ReplaceAsync(T document, bool isUpsert, CancellationToken cancellationToken)
    {
        ThrowIfNull(document);
        var statement = new ReplaceStatement<T>(this, document, isUpsert, new WriteBatch());
        await statement.RunAsync(Context, cancellationToken).ConfigureAwait(false);
        return statement.Existed;
    }

    private static void ThrowIfNull(T document)
    {
        if (document is null)
        {
            throw new ArgumentNullException(nameof(document));
        }
    }
}
