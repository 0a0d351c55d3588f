using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>A list of queries, each with its name (its own text) and with what gives the right answer.</summary>
internal sealed class QueryTable
{
    private readonly List<QueryCase> _cases = [];

    public IReadOnlyList<QueryCase> Cases => _cases;

    /// <summary>A query that LINQ to Objects answers as it stands.</summary>
    public void Add(
        Func<IQueryable<Thing>, object?> query, [CallerArgumentExpression(nameof(query))] string name = "") =>
        _cases.Add(new QueryCase(name, query, things => query(things.AsQueryable())));

    /// <summary>
    /// A query whose right answer is another: where LINQ to Objects fails on null, or can't run spans.
    /// </summary>
    public void Add(
        Func<IQueryable<Thing>, object?> query,
        Func<List<Thing>, object?> expected,
        [CallerArgumentExpression(nameof(query))] string name = "") =>
        _cases.Add(new QueryCase(name, query, expected));
}

internal sealed record QueryCase(
    string Name, Func<IQueryable<Thing>, object?> Query, Func<List<Thing>, object?> Expected);
