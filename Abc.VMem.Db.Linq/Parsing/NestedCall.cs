using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// A query operator inside a lambda: another query, run for each document. Hidden from re-linq, which would parse it
/// into a sub-query of its own, and put back afterwards.
/// </summary>
/// <param name="method">The operator.</param>
/// <param name="arguments">Its arguments.</param>
internal sealed class NestedCall(MethodInfo method, IReadOnlyList<Expression> arguments) : Expression
{
    /// <inheritdoc/>
    public override Type Type => method.ReturnType;

    /// <inheritdoc/>
    public override ExpressionType NodeType => ExpressionType.Extension;

    /// <summary>The call, with its arguments visited.</summary>
    public MethodCallExpression Restore(ExpressionVisitor visitor) => Call(method, VisitArguments(visitor));

    /// <summary>Hides the operators inside a query's lambdas.</summary>
    public static Expression Hide(Expression query) => new Hider().Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitChildren(ExpressionVisitor visitor)
    {
        var visited = VisitArguments(visitor);
        return visited.SequenceEqual(arguments) ? this : new NestedCall(method, visited);
    }

    private List<Expression> VisitArguments(ExpressionVisitor visitor) =>
        [.. arguments.Select(argument => visitor.Visit(argument)!)];

    private sealed class Hider : ExpressionVisitor
    {
        private int _lambdaDepth;

        protected override Expression VisitLambda<T>(Expression<T> node)
        {
            _lambdaDepth++;
            var result = base.VisitLambda(node);
            _lambdaDepth--;
            return result;
        }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            var isHidden = _lambdaDepth > 0 && node.Method.DeclaringType == typeof(Queryable);
            return isHidden
                ? new NestedCall(node.Method, [.. node.Arguments.Select(argument => Visit(argument)!)])
                : base.VisitMethodCall(node);
        }
    }
}
