using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// The logical plan laid out by what each part needs: filters and orders see documents, slices follow them.
/// </summary>
internal sealed record QueryParts
{
    /// <summary>Stands for a document in the expressions.</summary>
    public required ParameterExpression Document { get; init; }

    /// <summary>Predicates of which all must hold, in the order they were written.</summary>
    public required IReadOnlyList<Expression> Conjuncts { get; init; }

    /// <summary>Keys of the order, most significant first; documents equal in all of them stay in key order.</summary>
    public required IReadOnlyList<SortKey> Order { get; init; }

    /// <summary>Skips and takes, in their order.</summary>
    public required IReadOnlyList<SliceNode> Slices { get; init; }

    /// <summary>What a row is made of; the document parameter when it is the document.</summary>
    public required Expression Selector { get; init; }

    /// <summary>How the query ends.</summary>
    public required QueryEnd End { get; init; }

    /// <summary>Type of the query's result: a row's when it ends with rows.</summary>
    public required Type ResultType { get; init; }

    /// <summary>Whether rows are the documents themselves.</summary>
    public bool IsWholeDocument => Selector == Document;

    /// <summary>Lays out a logical plan.</summary>
    public static QueryParts Of(LogicalNode node)
    {
        var conjuncts = new List<Expression>();
        var order = new List<SortKey>();
        var slices = new List<SliceNode>();
        Expression? selector = null;
        EndNode? end = null;
        while (node is not SourceNode)
        {
            node = TakeApart(node);
        }

        var document = ((SourceNode)node).Document;
        conjuncts.Reverse();
        slices.Reverse();
        return new QueryParts
        {
            Document = document,
            Conjuncts = [.. conjuncts.SelectMany(Split)],
            Order = IsOrderOfNoUse(end?.End) ? [] : order,
            Slices = slices,
            Selector = selector ?? document,
            End = end?.End ?? QueryEnd.Rows,
            ResultType = end?.ResultType ?? (selector ?? document).Type,
        };

        LogicalNode TakeApart(LogicalNode current)
        {
            switch (current)
            {
                case FilterNode filter:
                    conjuncts.Add(filter.Predicate);
                    return filter.Input;
                case SortNode sort:
                    order.AddRange(sort.Keys);
                    return sort.Input;
                case SliceNode slice:
                    slices.Add(slice);
                    return slice.Input;
                case ProjectNode project:
                    selector ??= project.Selector;
                    return project.Input;
                case EndNode ending:
                    end = ending;
                    return ending.Input;
                default:
                    throw new InvalidOperationException("Unknown node.");
            }
        }
    }

    private static bool IsOrderOfNoUse(QueryEnd? end) =>
        end is QueryEnd.Any or QueryEnd.None or QueryEnd.Count or QueryEnd.LongCount;

    private static IEnumerable<Expression> Split(Expression predicate) =>
        predicate is BinaryExpression { NodeType: ExpressionType.AndAlso } and
            ? Split(and.Left).Concat(Split(and.Right))
            : [predicate];
}
