using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Makes a condition that fails on a row leave the row out.</summary>
internal sealed class FailureFilter : ExpressionVisitor
{
    /// <summary>Rewrites the conditions of the operators of <see cref="Enumerable"/>.</summary>
    public static Expression Rewrite(Expression query) => new FailureFilter().Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        var call = (MethodCallExpression)base.VisitMethodCall(node);
        return call.Method.DeclaringType == typeof(Enumerable)
            && call.Arguments is [var source, LambdaExpression { ReturnType: var type } condition]
            && type == typeof(bool) && call.Method.Name != nameof(Enumerable.Select)
            ? call.Update(null, [source, Guard(condition, call.Method.Name == nameof(Enumerable.All))])
            : call;
    }

    private static LambdaExpression Guard(LambdaExpression condition, bool otherwise) => Expression.Lambda(
        condition.Type,
        Expression.TryCatch(
            condition.Body, Expression.Catch(typeof(Exception), Expression.Constant(otherwise))),
        condition.Parameters);
}
