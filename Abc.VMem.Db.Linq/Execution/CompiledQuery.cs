using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// The plan of a query's shape for one definition of its collection. Holds no value and no object of any execution.
/// Thread-safe.
/// </summary>
internal abstract class CompiledQuery
{
    /// <summary>The values that an execution brings.</summary>
    public required IReadOnlyList<Slot> Slots { get; init; }

    /// <summary>Operators that share the memory of an execution.</summary>
    public required int MemoryUsers { get; init; }

    /// <summary>The query as LINQ to Objects runs it, to verify the plan.</summary>
    public required QueryOracle Oracle { get; init; }

    /// <summary>Runs a query that ends with rows; the reader is used until the enumeration ends.</summary>
    public abstract IEnumerable<TResult> Rows<TResult>(
        CollectionReader reader, QueryArguments arguments, RunReport? report);

    /// <summary>Runs a query that ends with one value.</summary>
    public abstract TResult Value<TResult>(CollectionReader reader, QueryArguments arguments, RunReport? report);

    /// <summary>The encoded primary keys of a query that is nothing but a filter.</summary>
    public abstract IEnumerable<byte[]> Keys(CollectionReader reader, QueryArguments arguments);

    /// <summary>Shows the plan.</summary>
    public abstract void Explain(PlanText text, QueryArguments arguments, RunReport report);
}
