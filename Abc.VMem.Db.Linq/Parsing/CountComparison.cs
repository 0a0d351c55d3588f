using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>list.Count &gt; 0 and its variants, which ask for Any.</summary>
internal static class CountComparison
{
    /// <summary>The comparison as Any or not Any; null when it asks for something else.</summary>
    public static Expression? TryRewrite(BinaryExpression binary)
    {
        if (binary.Right is not ConstantExpression { Value: int number } || ListOf(binary.Left) is not { } any)
        {
            return null;
        }

        return (binary.NodeType, number) switch
        {
            (ExpressionType.GreaterThan or ExpressionType.NotEqual, 0) => any,
            (ExpressionType.GreaterThanOrEqual, 1) => any,
            (ExpressionType.LessThan, 1) => Expression.Not(any),
            (ExpressionType.Equal or ExpressionType.LessThanOrEqual, 0) => Expression.Not(any),
            _ => null,
        };
    }

    private static MethodCallExpression? ListOf(Expression count) => count switch
    {
        MethodCallExpression { Method.Name: "Count" } call when call.Method.DeclaringType == typeof(Enumerable) =>
            Any(call.Method.GetGenericArguments()[0], [.. call.Arguments]),
        MemberExpression { Member.Name: "Count" or "Length", Expression: { } list } => AnyOf(list),
        UnaryExpression { NodeType: ExpressionType.ArrayLength } length => AnyOf(length.Operand),
        _ => null,
    };

    private static MethodCallExpression? AnyOf(Expression list)
    {
        var element = ChainSplitter.ElementType(list.Type);
        return list.Type == typeof(string) || element == list.Type ? null : Any(element, list);
    }

    private static MethodCallExpression Any(Type element, params Expression[] arguments) =>
        Expression.Call(typeof(Enumerable), nameof(Enumerable.Any), [element], arguments);
}
