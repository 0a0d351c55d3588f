using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>What a query asks, free of how it was written and of how it will run.</summary>
internal abstract record LogicalNode;

/// <summary>All documents of the collection, in key order.</summary>
/// <param name="Document">Stands for a document in every expression above.</param>
internal sealed record SourceNode(ParameterExpression Document) : LogicalNode;

/// <summary>The documents for which a predicate holds.</summary>
internal sealed record FilterNode(LogicalNode Input, Expression Predicate) : LogicalNode;

/// <summary>One key of an order.</summary>
internal sealed record SortKey(Expression Key, bool IsDescending);

/// <summary>The documents in another order, equal ones in the order they had.</summary>
internal sealed record SortNode(LogicalNode Input, IReadOnlyList<SortKey> Keys) : LogicalNode;

/// <summary>Something made of each document.</summary>
internal sealed record ProjectNode(LogicalNode Input, Expression Selector) : LogicalNode;

/// <summary>Skip or Take.</summary>
internal sealed record SliceNode(LogicalNode Input, bool IsSkip, Expression Count) : LogicalNode;

/// <summary>An operator that ends the query with one value.</summary>
internal sealed record EndNode(LogicalNode Input, QueryEnd End, Type ResultType) : LogicalNode;

/// <summary>How a query ends.</summary>
internal enum QueryEnd
{
    /// <summary>With all its rows.</summary>
    Rows,

    /// <summary>With the first row; an error when there is none.</summary>
    First,

    /// <summary>With the first row or the default value.</summary>
    FirstOrDefault,

    /// <summary>With the only row; an error when there is none or a second one.</summary>
    Single,

    /// <summary>With the only row or the default value; an error when there is a second one.</summary>
    SingleOrDefault,

    /// <summary>With the last row; an error when there is none.</summary>
    Last,

    /// <summary>With the last row or the default value.</summary>
    LastOrDefault,

    /// <summary>With whether there is a row.</summary>
    Any,

    /// <summary>With whether there is no row: the predicate of All is in the filter, negated.</summary>
    None,

    /// <summary>With the number of rows, as int.</summary>
    Count,

    /// <summary>With the number of rows, as long.</summary>
    LongCount,

    /// <summary>With the rows' sum.</summary>
    Sum,

    /// <summary>With the smallest row.</summary>
    Min,

    /// <summary>With the greatest row.</summary>
    Max,

    /// <summary>With the rows' mean.</summary>
    Average,
}
