using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq;

/// <summary>LINQ on the collections of a database.</summary>
public static partial class VMemQueryable
{
    /// <summary>
    /// The documents of a collection as a queryable, in the order of their keys. A query runs when it is enumerated, in
    /// the transaction or snapshot that the collection came from, else in a snapshot of its own.
    /// </summary>
    /// <remarks>
    /// Strings compare and sort ordinal. Null on a path makes a comparison false instead of failing. A condition is not
    /// evaluated for documents that another condition excludes, or that come after the query's end: where C# would
    /// fail on one of them, the query does not.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="collection"/> is null.</exception>
    public static IQueryable<T> AsQueryable<T>(this DocumentCollection<T> collection)
    {
        ArgumentNullException.ThrowIfNull(collection);
        return new DbQueryable<T>(new CollectionQueryProvider<T>(collection));
    }

    /// <summary>
    /// Shows how a query runs. With <paramref name="analyze"/> it is run, and what it read is shown as well.
    /// </summary>
    /// <exception cref="ArgumentException">The query is not over a collection of this database.</exception>
    public static QueryPlan Explain<T>(this IQueryable<T> query, bool analyze = false) =>
        ProviderOf(query).Explain<T>(query.Expression, endsWithValue: false, analyze);

    /// <summary>
    /// Shows how a query that ends with one value runs, such as <c>query.Explain(q => q.Count())</c>. With <paramref
    /// name="analyze"/> it is run, and what it read is shown as well.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The query is not over a collection of this database, or does not end with a value.
    /// </exception>
    public static QueryPlan Explain<T, TResult>(
        this IQueryable<T> query, Expression<Func<IQueryable<T>, TResult>> end, bool analyze = false)
    {
        var provider = ProviderOf(query);
        ArgumentNullException.ThrowIfNull(end);
        if (typeof(IQueryable).IsAssignableFrom(typeof(TResult)))
        {
            throw new ArgumentException("The query ends with rows: call Explain() on it.", nameof(end));
        }

        var whole = ParameterReplacer.Replace(end, query.Expression);
        return provider.Explain<TResult>(whole, endsWithValue: true, analyze);
    }

    /// <summary>Deletes the documents for which a predicate holds, in one transaction; returns how many.</summary>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static long DeleteMany<T>(this DocumentCollection<T> collection, Expression<Func<T, bool>> predicate)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(predicate);
        return collection.DeleteEncoded(KeysOf(collection, predicate));
    }

    /// <inheritdoc cref="DeleteMany{T}"/>
    public static async ValueTask<long> DeleteManyAsync<T>(
        this DocumentCollection<T> collection,
        Expression<Func<T, bool>> predicate,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(predicate);
        cancellationToken.ThrowIfCancellationRequested();
        return await collection.DeleteEncodedAsync(KeysOf(collection, predicate), cancellationToken)
            .ConfigureAwait(false);
    }

    private static IEnumerable<byte[]> KeysOf<T>(
        DocumentCollection<T> collection, Expression<Func<T, bool>> predicate)
    {
        var provider = new CollectionQueryProvider<T>(collection);
        return provider.Keys(new DbQueryable<T>(provider).Where(predicate).Expression);
    }

    private static DbQueryProvider ProviderOf<T>(IQueryable<T> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Provider as DbQueryProvider ?? throw new ArgumentException(
            $"The query runs in {query.Provider.GetType().Name}: only queries that begin with AsQueryable() on a "
            + "collection of a VMemDatabase are understood here.",
            nameof(query));
    }
}
