using System.Linq.Expressions;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>Makes the same query with other values: what is planned once must be right for all of them.</summary>
internal sealed class Revaluer(RandomValues values) : ExpressionVisitor
{
    private readonly Dictionary<ConstantExpression, Expression> _changed = [];

    /// <summary>Another query of the same shape.</summary>
    public GeneratedQuery Change(GeneratedQuery query) => new(Visit(query.Body));

    /// <remarks>What is there twice, such as the key that is asked for before it is used, stays the same.</remarks>
    protected override Expression VisitConstant(ConstantExpression node) =>
        _changed.TryGetValue(node, out var changed) ? changed : _changed[node] = Other(node);

    private ConstantExpression Other(ConstantExpression node)
    {
        if (node.Value is not (null or bool or int) && RandomValues.Scalars.Contains(node.Type))
        {
            return Expression.Constant(values.Of(Nullable.GetUnderlyingType(node.Type) ?? node.Type), node.Type);
        }

        return node.Value?.GetType() is { IsGenericType: true } type
            && type.GetGenericTypeDefinition() == typeof(Captured<>)
            && RandomValues.Scalars.Contains(type.GetGenericArguments()[0])
            ? Expression.Constant(Activator.CreateInstance(type, Other(node.Value, type)), type)
            : node;
    }

    /// <remarks>A number may be a divisor or a count: these stay small and are not zero.</remarks>
    private object? Other(object captured, Type type)
    {
        var before = type.GetField(nameof(Captured<>.Value))!.GetValue(captured);
        return before is 0 or > 0 and < 20 ? values.Number(19) + 1 : values.Of(type.GetGenericArguments()[0]);
    }
}
