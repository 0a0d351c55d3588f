using System.Collections;
using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Spilling;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Finds out whether a query tells objects apart by reference: then an object that was put aside and made again would
/// be another one.
/// </summary>
internal sealed class IdentityUse : ExpressionVisitor
{
    private static readonly HashSet<string> EqualityOfRows =
    [
        nameof(Enumerable.Distinct), nameof(Enumerable.Union), nameof(Enumerable.Except), nameof(Enumerable.Intersect),
        nameof(Enumerable.Contains), nameof(Enumerable.SequenceEqual), nameof(Enumerable.ToHashSet),
    ];

    private static readonly HashSet<string> EqualityOfKeys =
    [
        nameof(Enumerable.DistinctBy), nameof(Enumerable.UnionBy), nameof(Enumerable.ExceptBy),
        nameof(Enumerable.IntersectBy), nameof(Enumerable.GroupBy), nameof(Enumerable.CountBy),
        nameof(Enumerable.AggregateBy), nameof(Enumerable.Join), nameof(Enumerable.GroupJoin),
        nameof(Enumerable.LeftJoin), nameof(Enumerable.RightJoin), nameof(Enumerable.ToLookup),
        nameof(Enumerable.ToDictionary),
    ];

    private Type? _compared;

    /// <summary>Why objects have to stay what they are; null when nobody looks.</summary>
    public static string? Find(Expression query)
    {
        var use = new IdentityUse();
        use.Visit(query);
        return use._compared is { } type
            ? $"the query compares objects of type {CodecRegistry.NameOf(type)} by reference"
            : null;
    }

    /// <inheritdoc/>
    protected override Expression VisitBinary(BinaryExpression node)
    {
        if (node is { NodeType: ExpressionType.Equal or ExpressionType.NotEqual, Method: null }
            && !IsNull(node.Left) && !IsNull(node.Right))
        {
            Check(node.Left.Type);
        }

        return base.VisitBinary(node);
    }

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        var method = node.Method;
        if (method.DeclaringType == typeof(Enumerable) || method.DeclaringType == typeof(Queryable))
        {
            if (method.IsGenericMethod)
            {
                CheckOperator(node);
            }
        }
        else if (method.Name is nameof(Equals) or nameof(ReferenceEquals) or nameof(GetHashCode))
        {
            foreach (var operand in node.Arguments.Append(node.Object).OfType<Expression>())
            {
                Check(Bare(operand).Type);
            }
        }
        else if (method.Name is nameof(IList.Contains) or nameof(IList.IndexOf) or nameof(IList.Remove)
            && node.Object is { } list && typeof(IEnumerable).IsAssignableFrom(list.Type))
        {
            Check(ChainSplitter.ElementType(list.Type));
        }

        return base.VisitMethodCall(node);
    }

    private void CheckOperator(MethodCallExpression call)
    {
        var comparer = call.Method.GetParameters().FirstOrDefault(p => IsComparer(p.ParameterType));
        if (comparer is not null && call.Arguments[comparer.Position] is not ConstantExpression { Value: null })
        {
            return;
        }

        var types = call.Method.GetGenericArguments();
        if (EqualityOfRows.Contains(call.Method.Name))
        {
            Check(types[0]);
        }
        else if (EqualityOfKeys.Contains(call.Method.Name))
        {
            var names = call.Method.GetGenericMethodDefinition().GetGenericArguments();
            Check(types[Array.FindIndex(names, type => type.Name == "TKey")]);
        }
    }

    private void Check(Type type)
    {
        if (!type.IsValueType && !RowTypes.HasValueEquality(type))
        {
            _compared ??= type;
        }
    }

    private static bool IsComparer(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEqualityComparer<>);

    private static bool IsNull(Expression operand) => operand is ConstantExpression { Value: null };

    private static Expression Bare(Expression operand) =>
        operand is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand : operand;
}
