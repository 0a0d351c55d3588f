using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Serialization;

/// <content>Paths of lambdas.</content>
internal sealed partial class FieldPath
{
    /// <summary>
    /// The path of a lambda's body: x.A.B, x.Tags, x.Orders.Select(o => o.ProductId), x.Orders.SelectMany(o => o.Tags).
    /// A list at the end becomes "[]".
    /// </summary>
    /// <exception cref="ArgumentException">The body is no path to a member.</exception>
    public static FieldPath FromExpression(LambdaExpression lambda)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        return FromBody(lambda, lambda.Body);
    }

    /// <summary>
    /// The paths of a lambda whose body makes an anonymous object or a tuple of members, in their order; of any other
    /// body, its one path.
    /// </summary>
    /// <exception cref="ArgumentException">A part is no path to a member.</exception>
    public static IReadOnlyList<FieldPath> FromExpressionMany(LambdaExpression lambda)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        var parts = Strip(lambda.Body) switch
        {
            NewExpression { Arguments.Count: > 0 } made
                when made.Members is not null || ObjectMembers.IsTuple(made.Type) => made.Arguments,
            MethodCallExpression { Method.Name: "Create" } call when ObjectMembers.IsTuple(call.Type) => call.Arguments,
            var other => (IReadOnlyList<Expression>)[other],
        };
        return [.. parts.Select(part => FromBody(lambda, part))];
    }

    private static FieldPath FromBody(LambdaExpression lambda, Expression body)
    {
        var steps = new List<PathStep>();
        var end = lambda.Parameters.Count > 0 ? Walk(body, lambda.Parameters[0], steps) : null;
        if (end is null || steps.Count == 0)
        {
            throw new ArgumentException($"{body} is no path to a member, such as x.City, x.Address.City, x.Tags or "
                + "x.Orders.Select(o => o.ProductId).");
        }

        if (!steps[^1].IsEach && CodecRegistry.Get(end).Kind == StorageKind.List)
        {
            steps[^1] = steps[^1] with { IsEach = true };
        }

        return Create([.. steps], lambda.ToString());
    }

    // Appends the steps from the parameter to an expression; the type at its end, or null when there is no such path.
    private static Type? Walk(Expression expression, ParameterExpression parameter, List<PathStep> steps)
    {
        switch (Strip(expression))
        {
            case ParameterExpression found:
                return found == parameter ? found.Type : null;
            case MemberExpression { Expression: { } inner } access:
                return WalkMember(access.Member, access.Type, inner, parameter, steps);
            case MethodCallExpression { Object: null } call when call.Method.DeclaringType == typeof(Enumerable):
                return WalkCall(call, parameter, steps);
            default:
                return null;
        }
    }

    private static Type? WalkMember(
        MemberInfo member, Type type, Expression inner, ParameterExpression parameter, List<PathStep> steps)
    {
        if (Walk(inner, parameter, steps) is not { } owner)
        {
            return null;
        }

        if (Nullable.GetUnderlyingType(owner) is not null)
        {
            return member.Name == nameof(Nullable<int>.Value) ? type : null;
        }

        steps.Add(new PathStep(ObjectMembers.StoredName(member), false));
        return type;
    }

    private static Type? WalkCall(MethodCallExpression call, ParameterExpression parameter, List<PathStep> steps)
    {
        var name = call.Method.Name;
        if (call.Arguments.Count == 1 && name is nameof(Enumerable.ToList) or nameof(Enumerable.ToArray)
            or nameof(Enumerable.AsEnumerable) or nameof(Enumerable.Distinct))
        {
            return Walk(call.Arguments[0], parameter, steps);
        }

        var isSelect = call.Arguments.Count == 2 && name is nameof(Enumerable.Select) or nameof(Enumerable.SelectMany);
        if (!isSelect || call.Arguments[1] is not LambdaExpression { Parameters.Count: 1 } selector
            || Walk(call.Arguments[0], parameter, steps) is null || steps.Count == 0)
        {
            return null;
        }

        steps[^1] = steps[^1] with { IsEach = true };
        return Walk(selector.Body, selector.Parameters[0], steps);
    }

    private static Expression Strip(Expression expression)
    {
        while (expression is UnaryExpression
            { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked or ExpressionType.Quote } unary)
        {
            expression = unary.Operand;
        }

        return expression;
    }
}
