using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Whether the operators behind a group may keep it, or something that reads it later, beyond the query's end. What
/// only asks a group for its key, a number of its rows or one of them does not; whatever else it is, it may.
/// </summary>
internal sealed class GroupUse : ExpressionVisitor
{
    private readonly ParameterExpression _group;
    private bool _isKept;

    private GroupUse(ParameterExpression group) => _group = group;

    /// <summary>Whether the groups that a call makes may be kept.</summary>
    /// <param name="call">GroupBy or a join.</param>
    /// <param name="following">The operators behind it, in their order.</param>
    public static bool IsKept(MethodCallExpression call, IEnumerable<MethodCallExpression> following)
    {
        if (call.Method.Name == nameof(Enumerable.GroupJoin))
        {
            return IsKept(call.Arguments[4], parameter: 1);
        }

        if (call.Method.Name != nameof(Enumerable.GroupBy))
        {
            return false;
        }

        var result = call.Arguments.FirstOrDefault(IsResultSelector);
        return result is not null ? IsKept(result, parameter: 1) : IsKeptBehind(following);
    }

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node) =>
        node.Expression == _group && node.Member.Name == nameof(IGrouping<,>.Key) ? node : base.VisitMember(node);

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (!IsChain(node))
        {
            return base.VisitMethodCall(node);
        }

        // A sequence that nobody has read yet still needs the group.
        _isKept |= IsDeferred(node.Type);
        VisitChain(node);
        return node;
    }

    /// <inheritdoc/>
    protected override Expression VisitParameter(ParameterExpression node)
    {
        _isKept |= node == _group;
        return node;
    }

    private static bool IsKeptBehind(IEnumerable<MethodCallExpression> following)
    {
        foreach (var call in following)
        {
            switch (call.Method.Name)
            {
                case nameof(Enumerable.Where) or nameof(Enumerable.OrderBy) or nameof(Enumerable.OrderByDescending)
                    or nameof(Enumerable.ThenBy) or nameof(Enumerable.ThenByDescending):
                    if (IsKept(call.Arguments[1], parameter: 0))
                    {
                        return true;
                    }

                    break;
                case nameof(Enumerable.Skip) or nameof(Enumerable.Take):
                    break;
                case nameof(Enumerable.Select):
                    return IsKept(call.Arguments[1], parameter: 0);
                case nameof(Enumerable.Count) or nameof(Enumerable.LongCount) or nameof(Enumerable.Any)
                    or nameof(Enumerable.All) or nameof(Enumerable.Sum):
                    return call.Arguments.Count > 1 && IsKept(call.Arguments[1], parameter: 0);
                default:
                    return true;
            }
        }

        return true;
    }

    private static bool IsKept(Expression selector, int parameter)
    {
        if (selector is not LambdaExpression lambda)
        {
            return true;
        }

        var use = new GroupUse(lambda.Parameters[parameter]);
        use.Visit(lambda.Body);
        return use._isKept;
    }

    private static bool IsResultSelector(Expression argument) =>
        argument is LambdaExpression { Parameters: [_, var second] } && IsDeferred(second.Type);

    private static bool IsDeferred(Type type) => type.IsInterface || typeof(System.Collections.IEnumerator)
        .IsAssignableFrom(type);

    /// <summary>Whether it is a call of LINQ to Objects on the group, or on such a call.</summary>
    private bool IsChain(Expression node) => node is MethodCallExpression { Object: null } call
        && call.Method.DeclaringType == typeof(Enumerable)
        && call.Arguments is [var source, ..]
        && (source == _group || IsChain(source));

    private void VisitChain(Expression node)
    {
        while (node is MethodCallExpression call)
        {
            foreach (var argument in call.Arguments.Skip(1))
            {
                Visit(argument);
            }

            node = call.Arguments[0];
        }
    }
}
