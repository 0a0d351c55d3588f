using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Writes the forms of Equals on simple values as ==, and counting comparisons as Any, so that one form is planned.
/// </summary>
internal sealed class EqualityRewriter : ExpressionVisitor
{
    /// <summary>Rewrites every such call.</summary>
    public static Expression Rewrite(Expression query) => new EqualityRewriter().Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        var call = (MethodCallExpression)base.VisitMethodCall(node);
        if (call.Method.Name != nameof(Equals) || call.Type != typeof(bool))
        {
            return call;
        }

        Expression[] operands = call.Object is null ? [.. call.Arguments] : [call.Object, .. call.Arguments];
        var isPlain = operands.Length == 2
            || (operands.Length == 3 && operands[2] is ConstantExpression { Value: StringComparison.Ordinal });
        return isPlain && TryEqual(Unbox(operands[0]), Unbox(operands[1])) is { } equal ? equal : call;
    }

    /// <inheritdoc/>
    protected override Expression VisitBinary(BinaryExpression node)
    {
        var binary = (BinaryExpression)base.VisitBinary(node);
        return CountComparison.TryRewrite(binary) ?? binary;
    }

    private static BinaryExpression? TryEqual(Expression left, Expression right)
    {
        if (left.Type == right.Type)
        {
            return IsSimple(left.Type) ? Expression.Equal(left, right) : null;
        }

        if (Nullable.GetUnderlyingType(left.Type) == right.Type && IsSimple(right.Type))
        {
            return Expression.Equal(left, Expression.Convert(right, left.Type));
        }

        return Nullable.GetUnderlyingType(right.Type) == left.Type && IsSimple(left.Type)
            ? Expression.Equal(Expression.Convert(left, right.Type), right)
            : null;
    }

    private static Expression Unbox(Expression operand) =>
        operand is UnaryExpression { NodeType: ExpressionType.Convert } convert && convert.Type == typeof(object)
            ? convert.Operand
            : operand;

    /// <remarks>Not the floating types: NaN.Equals(NaN) is true, NaN == NaN is false.</remarks>
    private static bool IsSimple(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(Guid)
            || type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan)
            || type == typeof(DateOnly) || type == typeof(TimeOnly)
            || (type.IsPrimitive && type != typeof(double) && type != typeof(float));
    }
}
