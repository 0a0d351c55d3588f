namespace Abc.VMem.Db.Linq;

/// <summary>
/// A query gave something else than LINQ to Objects over the same documents: a mistake of this library, or a damaged
/// file. Thrown only with <see cref="VMemDatabaseOptions.VerifyQueries"/>. The database itself is not affected.
/// </summary>
/// <remarks>
/// A query whose lambdas give another value at each call (a random number, a clock, a counter) can differ without any
/// mistake.
/// </remarks>
public sealed class QueryMismatchException : VMemDbException
{
    internal QueryMismatchException(string query, string plan, string result, string expected)
        : base(
            $"A query gave something else than LINQ to Objects. Please report it.\nquery     {query}\n{plan}\n"
            + $"result    {result}\nexpected  {expected}") =>
        (Query, Plan, Result, Expected) = (query, plan, result, expected);

    /// <summary>The query.</summary>
    public string Query { get; }

    /// <summary>How it ran: the text of its <see cref="QueryPlan"/>.</summary>
    public string Plan { get; }

    /// <summary>What it gave: the number of rows, the first that differ, or the exception. Bounded.</summary>
    public string Result { get; }

    /// <summary>What LINQ to Objects gave, in the same form.</summary>
    public string Expected { get; }
}
