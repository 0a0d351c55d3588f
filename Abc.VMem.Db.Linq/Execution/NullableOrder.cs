using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Makes the keys of orders nullable where a null can be on the way to them: such a row then sorts first, as it does in
/// an order that is planned, instead of failing.
/// </summary>
internal sealed class NullableOrder : ExpressionVisitor
{
    /// <summary>Rewrites the orders of <see cref="Enumerable"/> that use the default comparer.</summary>
    public static Expression Rewrite(Expression query) => new NullableOrder().Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        var call = (MethodCallExpression)base.VisitMethodCall(node);
        var isOrder = call.Method.DeclaringType == typeof(Enumerable)
            && call.Method.Name is nameof(Enumerable.OrderBy) or nameof(Enumerable.OrderByDescending)
                or nameof(Enumerable.ThenBy) or nameof(Enumerable.ThenByDescending);
        if (!isOrder || call.Arguments is not [var source, LambdaExpression selector]
            || !CanMiss(selector))
        {
            return call;
        }

        var key = typeof(Nullable<>).MakeGenericType(selector.ReturnType);
        var nullable = Expression.Lambda(Expression.Convert(selector.Body, key), selector.Parameters);
        return Expression.Call(
            typeof(Enumerable), call.Method.Name, [selector.Parameters[0].Type, key], source, nullable);
    }

    /// <summary>Whether the key's type knows no null, and a null on the way would make it one.</summary>
    private static bool CanMiss(LambdaExpression selector) =>
        selector.ReturnType.IsValueType
        && Nullable.GetUnderlyingType(selector.ReturnType) is null
        && NullPropagator.Nullable(selector.Body, selector.Parameters[0]).Type != selector.ReturnType;
}
