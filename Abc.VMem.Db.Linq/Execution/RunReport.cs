using Abc.VMem.Db.Linq.Planning;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>What one execution did, noted for Explain. Not thread-safe.</summary>
internal sealed class RunReport
{
    /// <summary>The way taken.</summary>
    public BoundAccess? Access { get; set; }

    /// <summary>
    /// Index entries collected before documents were fetched in key order; -1 when they were not collected.
    /// </summary>
    public long Collected { get; set; } = -1;

    /// <summary>Whether so many entries were found that all documents were walked instead.</summary>
    public bool WasAbandoned { get; set; }

    /// <summary>How the order came about.</summary>
    public OrderSource Order { get; set; }

    /// <summary>
    /// Whether the keys of all matches were collected first, because the query ran in a write transaction.
    /// </summary>
    public bool WasDetached { get; set; }
}

/// <summary>Where the order of a query's rows comes from.</summary>
internal enum OrderSource
{
    /// <summary>The order of the primary keys, which is also the order when none is asked for.</summary>
    PrimaryKey,

    /// <summary>An index.</summary>
    Index,

    /// <summary>An index, whose runs of equal entries were sorted further.</summary>
    IndexAndSort,

    /// <summary>All matches were sorted.</summary>
    Sort,
}
