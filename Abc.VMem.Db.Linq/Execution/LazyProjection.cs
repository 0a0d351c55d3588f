using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Moves projections behind the operators that follow them: a value that no row is made of is then never computed, and
/// fails for no document, as in a plan.
/// </summary>
internal sealed class LazyProjection : ExpressionVisitor
{
    /// <summary>Rewrites the operators of <see cref="Enumerable"/>.</summary>
    public static Expression Rewrite(Expression query) => new LazyProjection().Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        var call = (MethodCallExpression)base.VisitMethodCall(node);
        return IsOperator(call) && SelectOf(call.Arguments[0]) is var (source, selector)
            ? Move(call, source, selector) ?? call
            : call;
    }

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node)
    {
        var member = base.VisitMember(node);
        return member is MemberExpression { Expression: NewExpression { Members: { } names } created, Member: var name }
            && names.IndexOf(name) is >= 0 and var index
            ? created.Arguments[index]
            : member;
    }

    private static bool IsOperator(MethodCallExpression call) =>
        call.Method.DeclaringType == typeof(Enumerable) && call.Method.IsGenericMethod;

    private static (Expression Source, LambdaExpression Selector)? SelectOf(Expression source) =>
        source is MethodCallExpression { Arguments: [var rows, LambdaExpression { Parameters.Count: 1 } selector] } call
        && IsOperator(call) && call.Method.Name == nameof(Enumerable.Select)
            ? (rows, selector)
            : null;

    private MethodCallExpression? Move(MethodCallExpression call, Expression source, LambdaExpression selector)
    {
        var types = call.Method.GetGenericArguments();
        var isRows = types.Length == 1 && call.Type == call.Arguments[0].Type;
        var generic = call.Method.GetGenericMethodDefinition();
        types[0] = selector.Parameters[0].Type;
        switch (call.Arguments)
        {
            case [_] when call.Method.Name is nameof(Enumerable.Count) or nameof(Enumerable.LongCount)
                or nameof(Enumerable.Any):
                return Expression.Call(generic.MakeGenericMethod(types), source);
            case [_, { Type: var type } count] when isRows && type == typeof(int)
                && call.Method.Name is nameof(Enumerable.Skip) or nameof(Enumerable.Take):
                return Select(Expression.Call(generic.MakeGenericMethod(types), source, count), selector);
            case [_, LambdaExpression { Parameters.Count: 1 } lambda] when isRows
                && call.Method.Name == nameof(Enumerable.Where):
                return Select(
                    Expression.Call(generic.MakeGenericMethod(types), source, Compose(lambda, selector)), selector);
            case [_, LambdaExpression { Parameters.Count: 1 } lambda] when call.Method.Name
                is nameof(Enumerable.Count) or nameof(Enumerable.LongCount) or nameof(Enumerable.Any)
                    or nameof(Enumerable.All) or nameof(Enumerable.Select):
                return Expression.Call(generic.MakeGenericMethod(types), source, Compose(lambda, selector));
            default:
                return null;
        }
    }

    private static MethodCallExpression Select(Expression rows, LambdaExpression selector) => Expression.Call(
        typeof(Enumerable),
        nameof(Enumerable.Select),
        [selector.Parameters[0].Type, selector.ReturnType],
        rows,
        selector);

    private LambdaExpression Compose(LambdaExpression outer, LambdaExpression selector) => Expression.Lambda(
        Visit(ParameterReplacer.Replace(outer.Body, outer.Parameters[0], selector.Body)), selector.Parameters);
}
