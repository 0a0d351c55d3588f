using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Makes the copy of a query that a plan is built from: constants become numbered slots, captured queries and lambdas
/// are put in place. Numbers constants in the order of <see cref="ShapeReader"/>, which is that of the base class.
/// </summary>
internal sealed class QueryDetacher : ExpressionVisitor
{
    private readonly List<object?> _constants = [];

    private QueryDetacher()
    {
    }

    /// <summary>Detaches a query; constants must come out as the reader found them.</summary>
    /// <exception cref="InvalidOperationException">A captured value changed while the query was read.</exception>
    public static Expression Detach(Expression query, ReadOnlySpan<object?> constants)
    {
        var detacher = new QueryDetacher();
        var detached = detacher.Visit(query);
        if (!detacher.IsSame(constants))
        {
            throw new InvalidOperationException("A value captured by the query changed while the query was read.");
        }

        return detached;
    }

    /// <inheritdoc/>
    protected override Expression VisitConstant(ConstantExpression node)
    {
        if (node.Value is IQueryable queryable && queryable.Expression is not ConstantExpression)
        {
            return Visit(queryable.Expression);
        }

        return ShapeRules.IsPartOfShape(node) ? node : Replace(node);
    }

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node) =>
        ShapeRules.IsInlined(node) && ShapeRules.Inline(node) is { } inlined ? Visit(inlined) : base.VisitMember(node);

    /// <inheritdoc/>
    protected override Expression VisitBinary(BinaryExpression node)
    {
        var left = VisitOperand(node.Left, node.Right);
        var conversion = (LambdaExpression?)Visit(node.Conversion);
        var right = VisitOperand(node.Right, node.Left);
        return node.Update(left, conversion, right);
    }

    private Expression VisitOperand(Expression operand, Expression other) =>
        ShapeRules.IsPartOfComparison(operand, other) ? operand : Visit(operand);

    private ConstantSlotExpression Replace(ConstantExpression node)
    {
        _constants.Add(node.Value);
        return new ConstantSlotExpression(_constants.Count - 1, node.Type);
    }

    private bool IsSame(ReadOnlySpan<object?> constants)
    {
        if (constants.Length != _constants.Count)
        {
            return false;
        }

        for (var i = 0; i < constants.Length; i++)
        {
            if (!Equals(constants[i], _constants[i]))
            {
                return false;
            }
        }

        return true;
    }
}
