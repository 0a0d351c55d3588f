using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Undoes what C# 14 does to arrays: <c>array.Contains(x)</c> compiles to
/// <c>MemoryExtensions.Contains(op_Implicit(array), x)</c>. Runs first, so that no later step ever meets a span.
/// </summary>
internal sealed class SpanRewriter : ExpressionVisitor
{
    /// <summary>Rewrites every call on a span of an array.</summary>
    /// <exception cref="NotSupportedException">A span is left that stands for no array.</exception>
    public static Expression Rewrite(Expression query) => new SpanRewriter().Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node.Method.DeclaringType == typeof(MemoryExtensions) && !IsSpan(node.Type))
        {
            return Visit(OnArrays(node));
        }

        var visited = (MethodCallExpression)base.VisitMethodCall(node);
        return IsSpan(visited.Type) || visited.Arguments.Any(argument => IsSpan(argument.Type))
            ? throw Unsupported(node)
            : visited;
    }

    private static MethodCallExpression OnArrays(MethodCallExpression call)
    {
        List<Expression> arguments =
            [.. call.Arguments.Select(argument => IsSpan(argument.Type) ? Unwrap(argument, call) : argument)];
        if (arguments.Count == 3 && arguments[2] is ConstantExpression { Value: null })
        {
            arguments.RemoveAt(2);
        }

        var name = call.Method.Name;
        var home = name is "Contains" or "SequenceEqual" ? typeof(Enumerable) : typeof(ArrayForms);
        var element = call.Method.GetGenericArguments() is [var type, ..] ? type : typeof(char);
        return Find(home, name, element, arguments) is { } method
            ? Expression.Call(method, arguments)
            : throw Unsupported(call);
    }

    private static MethodInfo? Find(Type home, string name, Type element, List<Expression> arguments)
    {
        foreach (var candidate in home.GetMethods())
        {
            if (candidate.Name != name || !candidate.IsGenericMethodDefinition
                || candidate.GetGenericArguments().Length != 1 || candidate.GetParameters().Length != arguments.Count)
            {
                continue;
            }

            var method = candidate.MakeGenericMethod(element);
            var fits = method.GetParameters().Zip(arguments)
                .All(pair => pair.First.ParameterType.IsAssignableFrom(pair.Second.Type));
            if (fits)
            {
                return method;
            }
        }

        return null;
    }

    private static Expression Unwrap(Expression span, Expression call) => span switch
    {
        UnaryExpression { NodeType: ExpressionType.Convert } convert => Inner(convert.Operand, call),
        MethodCallExpression { Method.Name: "op_Implicit" or "AsSpan", Arguments: [var operand] } =>
            Inner(operand, call),
        NewExpression { Arguments: [{ Type.IsArray: true } array] } => array,
        DefaultExpression => Expression.NewArrayInit(span.Type.GetGenericArguments()[0]),
        _ => throw Unsupported(call),
    };

    private static Expression Inner(Expression operand, Expression call) =>
        IsSpan(operand.Type) ? Unwrap(operand, call) : operand;

    private static bool IsSpan(Type type) => type.IsByRefLike;

    private static NotSupportedException Unsupported(Expression node) =>
        new($"A query can't hold a span: {node}. Write the call on the array itself, for example with AsEnumerable().");
}
