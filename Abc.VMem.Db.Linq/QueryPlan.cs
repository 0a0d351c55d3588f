using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Execution;

namespace Abc.VMem.Db.Linq;

/// <summary>
/// How a query runs: which key or index finds its documents, in which interval, what is filtered afterwards and where,
/// where the order comes from, and which operators LINQ to Objects runs. Immutable.
/// </summary>
public sealed class QueryPlan
{
    private readonly string _text;

    private QueryPlan(string text) => _text = text;

    /// <summary>Name of the collection.</summary>
    public required string Collection { get; init; }

    /// <summary>Name of the index that finds the documents; null when the primary keys do.</summary>
    public required string? Index { get; init; }

    /// <summary>Whether the plan was in the cache.</summary>
    public required bool IsCached { get; init; }

    /// <summary>Documents that the run read; null when the query was not run.</summary>
    public required long? DocumentsRead { get; init; }

    /// <summary>Index entries that the run read; null when the query was not run.</summary>
    public required long? IndexEntriesRead { get; init; }

    /// <summary>Rows that the run gave; null when the query was not run.</summary>
    public required long? Rows { get; init; }

    /// <summary>The plan as text, one line per step.</summary>
    public override string ToString() => _text;

    /// <summary>Finishes the text of a plan.</summary>
    internal static QueryPlan Create(
        PlanText text, string collection, RunReport report, CollectionReader reader, bool wasCached, long? rows)
    {
        text.Add("plan", wasCached ? "from the cache" : "made for this call");
        if (rows is not null)
        {
            text.Add("read", $"{reader.DocumentsRead} documents, {reader.IndexEntriesRead} index entries; {rows} rows");
        }

        return new QueryPlan(text.ToString())
        {
            Collection = collection,
            Index = report.Access?.Path is Planning.IndexPath path ? path.Index.Name : null,
            IsCached = wasCached,
            DocumentsRead = rows is null ? null : reader.DocumentsRead,
            IndexEntriesRead = rows is null ? null : reader.IndexEntriesRead,
            Rows = rows,
        };
    }
}
