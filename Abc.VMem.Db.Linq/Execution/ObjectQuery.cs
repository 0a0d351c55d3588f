using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Makes of a whole query what LINQ to Objects runs over sequences: the operators of Queryable, inside lambdas too,
/// become those of Enumerable.
/// </summary>
/// <param name="stream">Stands for the documents.</param>
internal sealed class ObjectQuery(ParameterExpression stream) : ExpressionVisitor
{
    /// <summary>The operators over the stream of documents.</summary>
    public static Expression Of(Expression whole, ParameterExpression stream) => new ObjectQuery(stream).Stream(whole);

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node) =>
        node.Method.DeclaringType == typeof(Queryable)
            ? AsQueryable(Stream(node), node.Type)
            : base.VisitMethodCall(node);

    /// <inheritdoc/>
    protected override Expression VisitExtension(Expression node) =>
        node is SourceExpression ? AsQueryable(stream, node.Type) : base.VisitExtension(node);

    /// <summary>A sequence as the source of an operator: no queryable is needed there.</summary>
    private Expression Stream(Expression node)
    {
        if (node is SourceExpression)
        {
            return stream;
        }

        if (node is not MethodCallExpression call || call.Method.DeclaringType != typeof(Queryable))
        {
            return Visit(node);
        }

        return EnumerableMethods.Rebuild(call, Stream(call.Arguments[0]), call.Arguments.Skip(1).Select(Visit)!);
    }

    /// <remarks>A query that is a value, of a row for example, stays a queryable, over objects.</remarks>
    private static Expression AsQueryable(Expression node, Type type)
    {
        if (type.IsAssignableFrom(node.Type))
        {
            return node;
        }

        var element = ChainSplitter.ElementType(type);
        var queryable = Expression.Call(typeof(Queryable), nameof(Queryable.AsQueryable), [element], node);
        return type.IsAssignableFrom(queryable.Type) ? queryable : Expression.Convert(queryable, type);
    }
}
