using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Linq;

/// <remarks>
/// The work is done in the process, so these methods run it on the calling thread; they let others have the thread
/// between chunks of rows and look at the token at each row.
/// </remarks>
public static partial class VMemQueryable
{
    private const int RowsPerChunk = 1024;

    /// <summary>The rows of a query, for await foreach.</summary>
    /// <exception cref="ArgumentException">The query is not over a collection of this database.</exception>
    public static IAsyncEnumerable<T> AsAsyncEnumerable<T>(this IQueryable<T> query)
    {
        ProviderOf(query);
        return Enumerate(query);
    }

    /// <summary>All rows of a query.</summary>
    /// <exception cref="ArgumentException">The query is not over a collection of this database.</exception>
    public static async Task<List<T>> ToListAsync<T>(
        this IQueryable<T> query, CancellationToken cancellationToken = default)
    {
        ProviderOf(query);
        var rows = new List<T>();
        await foreach (var row in Enumerate(query, cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The first row of a query.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    /// <exception cref="ArgumentException">The query is not over a collection of this database.</exception>
    public static Task<T> FirstAsync<T>(this IQueryable<T> query, CancellationToken cancellationToken = default) =>
        Run(query, static q => q.First(), cancellationToken);

    /// <summary>The first row of a query, or the default value when there is none.</summary>
    /// <exception cref="ArgumentException">The query is not over a collection of this database.</exception>
    public static Task<T?> FirstOrDefaultAsync<T>(
        this IQueryable<T> query, CancellationToken cancellationToken = default) =>
        Run(query, static q => q.FirstOrDefault(), cancellationToken);

    /// <summary>The only row of a query.</summary>
    /// <exception cref="InvalidOperationException">There is none, or more than one.</exception>
    /// <exception cref="ArgumentException">The query is not over a collection of this database.</exception>
    public static Task<T> SingleAsync<T>(this IQueryable<T> query, CancellationToken cancellationToken = default) =>
        Run(query, static q => q.Single(), cancellationToken);

    /// <summary>The only row of a query, or the default value when there is none.</summary>
    /// <exception cref="InvalidOperationException">There is more than one.</exception>
    /// <exception cref="ArgumentException">The query is not over a collection of this database.</exception>
    public static Task<T?> SingleOrDefaultAsync<T>(
        this IQueryable<T> query, CancellationToken cancellationToken = default) =>
        Run(query, static q => q.SingleOrDefault(), cancellationToken);

    /// <summary>Whether a query has a row.</summary>
    /// <exception cref="ArgumentException">The query is not over a collection of this database.</exception>
    public static Task<bool> AnyAsync<T>(this IQueryable<T> query, CancellationToken cancellationToken = default) =>
        Run(query, static q => q.Any(), cancellationToken);

    /// <summary>The number of rows of a query.</summary>
    /// <exception cref="ArgumentException">The query is not over a collection of this database.</exception>
    public static Task<int> CountAsync<T>(this IQueryable<T> query, CancellationToken cancellationToken = default) =>
        Run(query, static q => q.Count(), cancellationToken);

    private static Task<TResult> Run<T, TResult>(
        IQueryable<T> query, Func<IQueryable<T>, TResult> run, CancellationToken cancellationToken)
    {
        ProviderOf(query);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(cancellationToken);
        }

        try
        {
            return Task.FromResult(run(query));
        }
#pragma warning disable CA1031 // Every failure is the task's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Task.FromException<TResult>(exception);
        }
    }

    private static async IAsyncEnumerable<T> Enumerate<T>(
        IQueryable<T> query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var count = 0;
        foreach (var row in query)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
            if (++count % RowsPerChunk == 0)
            {
                await Task.Yield();
            }
        }
    }
}
