using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Remotion.Linq;
using Remotion.Linq.Clauses;
using Remotion.Linq.Clauses.Expressions;
using Remotion.Linq.Clauses.ResultOperators;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>Turns re-linq's model into logical nodes. The only place that knows re-linq's clauses.</summary>
internal static class LogicalPlanBuilder
{
    /// <summary>The nodes of a model whose operators the prefix rules accepted.</summary>
    public static LogicalNode Build(QueryModel model)
    {
        var (node, item) = BuildSource(model.MainFromClause);
        var bind = new ReferenceBinder(model.MainFromClause, item);
        foreach (var clause in model.BodyClauses)
        {
            node = clause switch
            {
                WhereClause where => new FilterNode(node, bind.Visit(where.Predicate)!),
                OrderByClause order => new SortNode(node, [.. order.Orderings.Select(bind.Key)]),
                _ => throw new NotSupportedException($"The clause {clause} is not planned."),
            };
        }

        var selector = bind.Visit(model.SelectClause.Selector)!;
        node = selector == item ? node : new ProjectNode(node, selector);
        foreach (var end in model.ResultOperators)
        {
            node = Apply(node, end, bind, model);
        }

        return node;
    }

    /// <remarks>An operator after Take or Skip nests the model: its rows are the outer model's source.</remarks>
    private static (LogicalNode Node, Expression Item) BuildSource(MainFromClause from)
    {
        if (from.FromExpression is SubQueryExpression nested)
        {
            var inner = Build(nested.QueryModel);
            return (inner, RowOf(inner));
        }

        var document = Expression.Parameter(from.ItemType, from.ItemName);
        return (new SourceNode(document), document);
    }

    private static Expression RowOf(LogicalNode node) => node switch
    {
        SourceNode source => source.Document,
        FilterNode filter => RowOf(filter.Input),
        SortNode sort => RowOf(sort.Input),
        SliceNode slice => RowOf(slice.Input),
        ProjectNode project => project.Selector,
        _ => throw new NotSupportedException("The query ended before its last operator."),
    };

    private static LogicalNode Apply(LogicalNode node, ResultOperatorBase end, ReferenceBinder bind, QueryModel model)
    {
        switch (end)
        {
            case TakeResultOperator take:
                return new SliceNode(node, IsSkip: false, take.Count);
            case SkipResultOperator skip:
                return new SliceNode(node, IsSkip: true, skip.Count);
            case AllResultOperator all:
                return new EndNode(
                    new FilterNode(node, Expression.Not(bind.Visit(all.Predicate)!)), QueryEnd.None, typeof(bool));
            default:
                var result = end.GetOutputDataInfo(model.SelectClause.GetOutputDataInfo());
                return new EndNode(node, EndOf(end), result.DataType);
        }
    }

    private static QueryEnd EndOf(ResultOperatorBase end) => end switch
    {
        FirstResultOperator first => first.ReturnDefaultWhenEmpty ? QueryEnd.FirstOrDefault : QueryEnd.First,
        SingleResultOperator single => single.ReturnDefaultWhenEmpty ? QueryEnd.SingleOrDefault : QueryEnd.Single,
        LastResultOperator last => last.ReturnDefaultWhenEmpty ? QueryEnd.LastOrDefault : QueryEnd.Last,
        AnyResultOperator => QueryEnd.Any,
        CountResultOperator => QueryEnd.Count,
        LongCountResultOperator => QueryEnd.LongCount,
        SumResultOperator => QueryEnd.Sum,
        MinResultOperator => QueryEnd.Min,
        MaxResultOperator => QueryEnd.Max,
        AverageResultOperator => QueryEnd.Average,
        _ => throw new NotSupportedException($"The operator {end} is not planned."),
    };

    /// <summary>Puts the row's expression where re-linq refers to its clause.</summary>
    private sealed class ReferenceBinder(IQuerySource source, Expression item) : ExpressionVisitor
    {
        public SortKey Key(Ordering ordering) =>
            new(Visit(ordering.Expression)!, ordering.OrderingDirection == OrderingDirection.Desc);

        protected override Expression VisitExtension(Expression node) => node switch
        {
            QuerySourceReferenceExpression reference when reference.ReferencedQuerySource == source => item,
            NestedCall nested => nested.Restore(this),
            _ => base.VisitExtension(node),
        };

        protected override Expression VisitMember(MemberExpression node) => MemberOfNew(base.VisitMember(node));

        /// <remarks>
        /// new { x.A }.A is x.A: filters and orders behind a projection meet the document's own member.
        /// </remarks>
        private static Expression MemberOfNew(Expression node)
        {
            if (node is not MemberExpression member)
            {
                return node;
            }

            switch (member.Expression)
            {
                case NewExpression { Members: { } members } creation:
                    var index = members.IndexOf(member.Member);
                    return index < 0 ? node : creation.Arguments[index];
                case MemberInitExpression init:
                    return init.Bindings.OfType<MemberAssignment>()
                        .LastOrDefault(binding => binding.Member == member.Member)?.Expression ?? node;
                default:
                    return node;
            }
        }
    }
}
