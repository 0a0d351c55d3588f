using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Execution;

internal sealed partial class NullPropagator
{
    /// <inheritdoc/>
    protected override Expression VisitBinary(BinaryExpression node)
    {
        switch (node.NodeType)
        {
            case ExpressionType.AndAlso or ExpressionType.OrElse when node.Type == typeof(bool):
                return Expression.MakeBinary(
                    node.NodeType, AsCondition(Visit(node.Left)), AsCondition(Visit(node.Right)));
            case ExpressionType.And or ExpressionType.Or or ExpressionType.ExclusiveOr when node.Type == typeof(bool):
                return Expression.MakeBinary(
                    node.NodeType, AsCondition(Visit(node.Left)), AsCondition(Visit(node.Right)));
            case ExpressionType.Coalesce:
                return VisitCoalesce(node);
            case ExpressionType.ArrayIndex:
                var index = Demand(Visit(node.Right), typeof(int));
                return Guard(Visit(node.Left), node.Left, array => Expression.ArrayIndex(array, index));
            default:
                return VisitOperator(node);
        }
    }

    private BinaryExpression VisitCoalesce(BinaryExpression node)
    {
        var left = Visit(node.Left);
        var right = Visit(node.Right);
        if (left.Type != node.Left.Type || node.Conversion is not null)
        {
            return Expression.Coalesce(left, Demand(right, node.Right.Type), node.Conversion);
        }

        return right.Type == node.Right.Type
            ? node.Update(left, null, right)
            : Expression.Coalesce(Raise(left, right.Type), right);
    }

    private BinaryExpression VisitOperator(BinaryExpression node)
    {
        var (left, right) = (Visit(node.Left), Visit(node.Right));
        if (left.Type == node.Left.Type && right.Type == node.Right.Type)
        {
            return node.Update(left, node.Conversion, right);
        }

        // An operator on objects, such as the concatenation of strings, takes the boxed value or null.
        (left, right) = (Raise(left, LiftLike(left, node.Left)), Raise(right, LiftLike(right, node.Right)));
        (left, right) = (Raise(left, Lift(left.Type)), Raise(right, Lift(right.Type)));
        var isComparison = node.Type == typeof(bool);
        return Expression.MakeBinary(node.NodeType, left, right, liftToNull: !isComparison, node.Method);
    }

    private static Type LiftLike(Expression visited, Expression original) =>
        visited.Type == original.Type ? Lift(original.Type) : visited.Type;
}
