using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Turns operators of <see cref="Queryable"/>, present and future, into those of <see cref="Enumerable"/>.
/// </summary>
internal static class EnumerableMethods
{
    /// <summary>
    /// The call over a stream instead of a queryable; an operator of someone else gets the stream as a queryable.
    /// </summary>
    public static Expression Rebuild(MethodCallExpression call, Expression source) =>
        Rebuild(call, source, call.Arguments.Skip(1));

    /// <summary>The same, with other arguments too.</summary>
    public static Expression Rebuild(MethodCallExpression call, Expression source, IEnumerable<Expression> others)
    {
        if (call.Method.DeclaringType == typeof(Queryable))
        {
            if (call.Method.Name == nameof(Queryable.AsQueryable))
            {
                return source;
            }

            if (Find(call.Method) is { } method)
            {
                Expression[] arguments = [source, .. others.Select(Unquote)];
                return OrdinalOrder.AddComparer(Expression.Call(method, arguments));
            }
        }

        var queryable = Expression.Call(
            typeof(Queryable), nameof(Queryable.AsQueryable), [ChainSplitter.ElementType(source.Type)], source);
        return call.Update(call.Object, [queryable, .. others]);
    }

    private static MethodInfo? Find(MethodInfo queryable)
    {
        var types = queryable.GetGenericArguments();
        var wanted = queryable.GetParameters().Select(parameter => OnObjects(parameter.ParameterType)).ToArray();
        foreach (var candidate in typeof(Enumerable).GetMethods(BindingFlags.Public | BindingFlags.Static))
        {
            if (candidate.Name != queryable.Name || candidate.GetGenericArguments().Length != types.Length)
            {
                continue;
            }

            var method = types.Length == 0 ? candidate : candidate.MakeGenericMethod(types);
            if (method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(wanted))
            {
                return method;
            }
        }

        return null;
    }

    private static Type OnObjects(Type type)
    {
        if (!type.IsGenericType)
        {
            return type == typeof(IQueryable) ? typeof(System.Collections.IEnumerable) : type;
        }

        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (definition == typeof(Expression<>))
        {
            return arguments[0];
        }

        return definition == typeof(IQueryable<>) ? typeof(IEnumerable<>).MakeGenericType(arguments)
            : definition == typeof(IOrderedQueryable<>) ? typeof(IOrderedEnumerable<>).MakeGenericType(arguments)
            : type;
    }

    private static Expression Unquote(Expression argument) =>
        argument is UnaryExpression { NodeType: ExpressionType.Quote } quote ? quote.Operand : argument;
}
