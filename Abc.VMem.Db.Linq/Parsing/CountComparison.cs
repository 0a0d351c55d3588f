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
            Expression.Call(typeof(Enumerable), nameof(Enumerable.Any), call.Method.GetGenericArguments(), [.. call.Arguments]),
        MemberExpression { Member.Name: "Count" or "Length", Expression: { } list } when ElementType(list.Type) is { } element =>
            Expression.Call(typeof(Enumerable), nameof(Enumerable.Any), [element], list),
        UnaryExpression { NodeType: ExpressionType.ArrayLength } length when ElementType(length.Operand.Type) is { } element =>
            Expression.Call(typeof(Enumerable), nameof(Enumerable.Any), [element], length.Operand),
        _ => null,
    };

    private static Type? ElementType(Type list) => list == typeof(string)
        ? null
        : list.GetInterfaces().Append(list)
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(type => type.GetGenericArguments()[0])
            .FirstOrDefault();
}
