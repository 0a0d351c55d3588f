using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>
/// A database with the same documents in a collection without indexes and in one with some; its queries run in both.
/// </summary>
internal sealed class QuerySetting : IDisposable
{
    private readonly VMemDatabase _db;
    private readonly VMemTransaction? _transaction;

    /// <summary>Fills a database.</summary>
    /// <param name="things">What LINQ to Objects sees.</param>
    /// <param name="parts">The second collection.</param>
    /// <param name="indexes">Indexes, see <see cref="RandomIndexes"/>.</param>
    /// <param name="pages">The cap.</param>
    /// <param name="committed">
    /// What is committed of the things, when the queries run in a transaction that has changed them; else null.
    /// </param>
    public QuerySetting(
        List<Thing> things, List<Part> parts, int[] indexes, int pages, List<Thing>? committed = null)
    {
        (Things, Parts) = (things, parts);
        var options = new EngineOptions { MaxMappedPages = pages, AutoTruncate = false };
        _db = VMemDatabase.Open(new MemoryFileSystem(), "generated", options);
        _db.GetCollection<Part>("parts").InsertMany(parts);
        var indexed = _db.GetCollection<Thing>("indexed");
        RandomIndexes.Create(indexed, indexes);
        indexed.InsertMany(committed ?? things);
        _db.GetCollection<Thing>("plain").InsertMany(things);
        _transaction = committed is null ? null : _db.BeginTransaction();
        if (_transaction is not null)
        {
            Change(_transaction.GetCollection<Thing>("indexed"), committed!);
        }
    }

    public List<Thing> Things { get; }

    public List<Part> Parts { get; }

    /// <summary>Compares a query's answers; null when all are the same.</summary>
    /// <param name="query">The query.</param>
    /// <param name="tally">Notes what the comparison needed.</param>
    public string? FindDifference(GeneratedQuery query, QueryTally tally)
    {
        var expected = query.RunOnObjects(Things, Parts, compiled: false);
        var plain = Open("plain", inTransaction: false, verifies: false);
        var indexed = Open("indexed", _transaction is not null, verifies: false);
        tally.Note(expected);
        return Compare("without index", plain, "plain", inTransaction: false)
            ?? Compare("with indexes", indexed, "indexed", _transaction is not null);

        string? Compare(
            string where, (IQueryable<Thing>, IQueryable<Part>) sources, string collection, bool inTransaction)
        {
            var answer = query.Run(sources.Item1, sources.Item2);
            if (answer.IsSameAs(expected))
            {
                return null;
            }

            expected = query.RunOnObjects(Things, Parts, compiled: true);
            if (answer.IsSameAs(expected))
            {
                return null;
            }

            return expected.Failure is not null && IsVerified(query, collection, inTransaction, tally)
                ? null
                : $"{where}: {answer}\nexpected: {expected}";
        }
    }

    /// <summary>
    /// Has the database verify a query itself. It must agree wherever <see cref="FindDifference"/> found none.
    /// </summary>
    public QueryMismatchException? FindMismatch(GeneratedQuery query)
    {
        var (things, parts) = Open("indexed", _transaction is not null, verifies: true);
        try
        {
            query.Run(things, parts);
            return null;
        }
        catch (QueryMismatchException mismatch)
        {
            return mismatch;
        }
    }

    public void Dispose()
    {
        _transaction?.Dispose();
        _db.Dispose();
    }

    /// <summary>
    /// Whether a query on which C# fails gives what is documented instead: a null propagates, a document that is
    /// excluded anyway is not looked at. That is what the database verifies itself.
    /// </summary>
    private bool IsVerified(GeneratedQuery query, string collection, bool inTransaction, QueryTally tally)
    {
        tally.FailuresInCode++;
        var (things, parts) = Open(collection, inTransaction, verifies: true);
        try
        {
            query.Run(things, parts);
            return true;
        }
        catch (QueryMismatchException)
        {
            return false;
        }
    }

    private (IQueryable<Thing>, IQueryable<Part>) Open(string name, bool inTransaction, bool verifies)
    {
        var things = inTransaction ? _transaction!.GetCollection<Thing>(name) : _db.GetCollection<Thing>(name);
        var parts = inTransaction ? _transaction!.GetCollection<Part>("parts") : _db.GetCollection<Part>("parts");
        return verifies
            ? (Verifying(things).AsQueryable(), Verifying(parts).AsQueryable())
            : (things.AsQueryable(), parts.AsQueryable());
    }

    private static DocumentCollection<T> Verifying<T>(DocumentCollection<T> collection) =>
        new(collection.Context with { VerifiesQueries = true }, collection.Name, collection.Keys);

    /// <summary>Brings the committed things to what they are to be.</summary>
    private void Change(DocumentCollection<Thing> collection, List<Thing> committed)
    {
        foreach (var thing in committed.ExceptBy(Things.Select(thing => thing.Id), thing => thing.Id))
        {
            collection.Delete(thing.Id);
        }

        foreach (var thing in Things.Except(committed))
        {
            collection.Upsert(thing);
        }
    }
}
