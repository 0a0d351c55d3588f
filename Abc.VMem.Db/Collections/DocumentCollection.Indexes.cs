using System.Linq.Expressions;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db;

/// <summary>Indexes. They are kept in the same commit as the documents, and queries choose among them.</summary>
public partial class DocumentCollection<T>
{
    /// <summary>Names of the indexes, in ordinal order.</summary>
    public IReadOnlyList<string> IndexNames
    {
        get
        {
            using var reader = OpenReader();
            return [.. reader.Definition.Indexes.Select(index => index.Name)];
        }
    }

    /// <summary>
    /// Makes sure that there is an index on a member (c => c.City), on several (c => new { c.Country, c.City }), on
    /// each element of a list (c => c.Tags) or of nested documents (c => c.Orders.Select(o => o.ProductId)). Returns
    /// whether it was created now, over the documents that are there, in one transaction.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The lambda is no path to a member that can be a key, or another index has the name.
    /// </exception>
    /// <exception cref="DuplicateKeyException">
    /// The index is unique and two documents share a value; nothing was changed.
    /// </exception>
    /// <exception cref="LimitExceededException">
    /// The index is unique and a value is too long; nothing was changed.
    /// </exception>
    public bool EnsureIndex<TValue>(Expression<Func<T, TValue>> path, bool unique = false) =>
        EnsureIndex(path, new IndexOptions { Unique = unique });

    /// <inheritdoc cref="EnsureIndex{TValue}(Expression{Func{T, TValue}}, bool)"/>
    /// <param name="path">What to index.</param>
    /// <param name="options">Name, uniqueness, progress.</param>
    /// <param name="cancellationToken">Stops the building; nothing was changed then.</param>
    public bool EnsureIndex<TValue>(
        Expression<Func<T, TValue>> path, IndexOptions options, CancellationToken cancellationToken = default) =>
        EnsureIndex(IndexProposal.PathsOf(path), options, cancellationToken);

    /// <summary>
    /// The same by name and paths, such as "Address.City", "Tags[]" or "Orders[].ProductId"; several make a compound
    /// index.
    /// </summary>
    /// <inheritdoc cref="EnsureIndex{TValue}(Expression{Func{T, TValue}}, bool)" path="/exception"/>
    public bool EnsureIndex(string name, IReadOnlyList<string> paths, bool unique = false) =>
        EnsureIndex(name, paths, new IndexOptions { Unique = unique });

    /// <inheritdoc cref="EnsureIndex(string, IReadOnlyList{string}, bool)"/>
    public bool EnsureIndex(
        string name,
        IReadOnlyList<string> paths,
        IndexOptions options,
        CancellationToken cancellationToken = default) =>
        EnsureIndex(IndexProposal.PathsOf(paths), Named(name, options), cancellationToken);

    /// <inheritdoc cref="EnsureIndex{TValue}(Expression{Func{T, TValue}}, bool)"/>
    public ValueTask<bool> EnsureIndexAsync<TValue>(
        Expression<Func<T, TValue>> path, bool unique = false, CancellationToken cancellationToken = default) =>
        EnsureIndexAsync(path, new IndexOptions { Unique = unique }, cancellationToken);

    /// <inheritdoc cref="EnsureIndex{TValue}(Expression{Func{T, TValue}}, IndexOptions, CancellationToken)"/>
    public ValueTask<bool> EnsureIndexAsync<TValue>(
        Expression<Func<T, TValue>> path, IndexOptions options, CancellationToken cancellationToken = default) =>
        EnsureIndexAsync(IndexProposal.PathsOf(path), options, cancellationToken);

    /// <inheritdoc cref="EnsureIndex(string, IReadOnlyList{string}, bool)"/>
    public ValueTask<bool> EnsureIndexAsync(
        string name,
        IReadOnlyList<string> paths,
        IndexOptions options,
        CancellationToken cancellationToken = default) =>
        EnsureIndexAsync(IndexProposal.PathsOf(paths), Named(name, options), cancellationToken);

    /// <summary>Drops an index by its name; false when there is none.</summary>
    public bool DropIndex(string name)
    {
        var statement = new DropIndexStatement<T>(this, name);
        statement.Run(Context);
        return statement.Existed;
    }

    /// <inheritdoc cref="DropIndex"/>
    public async ValueTask<bool> DropIndexAsync(string name, CancellationToken cancellationToken = default)
    {
        var statement = new DropIndexStatement<T>(this, name);
        await statement.RunAsync(Context, cancellationToken).ConfigureAwait(false);
        return statement.Existed;
    }

    private static IndexOptions Named(string name, IndexOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Catalog.ValidateName(name, nameof(name));
        return options with { Name = name };
    }

    // A call for an index that is there, as at each start of a program, takes no writer's place.
    private bool EnsureIndex(IReadOnlyList<FieldPath> paths, IndexOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var statement = new EnsureIndexStatement<T>(this, paths, options, cancellationToken);
        if (!statement.IsDefined())
        {
            statement.Run(Context);
        }

        return statement.IsCreated;
    }

    private async ValueTask<bool> EnsureIndexAsync(
        IReadOnlyList<FieldPath> paths, IndexOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var statement = new EnsureIndexStatement<T>(this, paths, options, cancellationToken);
        if (!statement.IsDefined())
        {
            await statement.RunAsync(Context, cancellationToken).ConfigureAwait(false);
        }

        return statement.IsCreated;
    }
}
