using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>
/// The same query on sequences: each operator of Queryable becomes that of Enumerable. On its own, so that a mistake of
/// the product's is none of the oracle's.
/// </summary>
internal sealed class ToEnumerable : ExpressionVisitor
{
    private static readonly ConcurrentDictionary<MethodInfo, MethodInfo> s_methods = new();
    private readonly Dictionary<Expression, Expression> _sources;

    private ToEnumerable(Dictionary<Expression, Expression> sources) => _sources = sources;

    public static Expression Convert(Expression query, Dictionary<Expression, Expression> sources) =>
        new ToEnumerable(sources).Visit(query);

    protected override Expression VisitParameter(ParameterExpression node) => _sources.GetValueOrDefault(node, node);

    protected override Expression VisitMethodCall(MethodCallExpression node) =>
        node.Method.DeclaringType == typeof(Queryable)
            ? Expression.Call(s_methods.GetOrAdd(node.Method, Find), node.Arguments.Select(argument => Visit(argument)))
            : base.VisitMethodCall(node);

    protected override Expression VisitUnary(UnaryExpression node) =>
        node.NodeType == ExpressionType.Quote ? Visit(node.Operand) : base.VisitUnary(node);

    private static MethodInfo Find(MethodInfo queryable) => typeof(Enumerable).GetMethods()
        .Where(method => method.Name == queryable.Name
            && method.GetGenericArguments().Length == queryable.GetGenericArguments().Length
            && method.GetParameters().Length == queryable.GetParameters().Length)
        .Select(method => method.IsGenericMethodDefinition
            ? method.MakeGenericMethod(queryable.GetGenericArguments())
            : method)
        .Single(method => method.GetParameters().Zip(queryable.GetParameters()).All(
            pair => Text(pair.First.ParameterType) == Text(pair.Second.ParameterType)));

    /// <summary>A type as text in which queries and sequences, expressions and delegates are the same.</summary>
    private static string Text(Type type)
    {
        if (!type.IsGenericType)
        {
            return type.ToString();
        }

        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (definition == typeof(Expression<>))
        {
            return Text(arguments[0]);
        }

        var name = definition == typeof(IQueryable<>) ? typeof(IEnumerable<>)
            : definition == typeof(IOrderedQueryable<>) ? typeof(IOrderedEnumerable<>)
            : definition;
        return $"{name}[{string.Join(',', arguments.Select(Text))}]";
    }
}
