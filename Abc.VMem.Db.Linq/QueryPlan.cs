using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Execution;
using Abc.VMem.Db.Linq.Parsing;

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

    /// <summary>Explains a plan, after running it when that is wanted.</summary>
    internal static QueryPlan Create<TResult>(
        string collection,
        CompiledQuery plan,
        CollectionReader reader,
        QueryArguments arguments,
        bool wasCached,
        bool analyze)
    {
        var report = new RunReport();
        long? rows = analyze ? plan.Rows<TResult>(reader, arguments, report).LongCount() : null;
        var text = new PlanText();
        text.Add("from", collection);
        plan.Explain(text, reader, arguments, report);
        text.Add("plan", wasCached ? "from the cache" : "made for this call");
        if (analyze)
        {
            text.Add("read", $"{reader.DocumentsRead} documents, {reader.IndexEntriesRead} index entries, {rows} rows");
        }

        return new QueryPlan(text.ToString())
        {
            Collection = collection,
            Index = report.Access?.Path is Planning.IndexPath path ? path.Index.Name : null,
            IsCached = wasCached,
            DocumentsRead = analyze ? reader.DocumentsRead : null,
            IndexEntriesRead = analyze ? reader.IndexEntriesRead : null,
            Rows = rows,
        };
    }
}
