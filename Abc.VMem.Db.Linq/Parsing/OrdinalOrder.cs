using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Supplies the ordinal order to LINQ to Objects, whose default order of strings is the thread's culture's.
/// </summary>
internal static class OrdinalOrder
{
    /// <summary>
    /// The comparer whose order is that of the type's key encoding; the default one for types that have none.
    /// </summary>
    public static IComparer<T> Comparer<T>() => KeyCodecs.Comparer<T>();

    /// <summary>Whether the type's default order may depend on a culture.</summary>
    public static bool IsNeeded(Type type) =>
        type == typeof(string)
        || (type.IsGenericType && !type.IsPrimitive && type.GetGenericArguments().Any(IsNeeded)
            && KeyCodecs.IsSupported(type));

    /// <summary>
    /// A call of an ordering method of <see cref="Enumerable"/> with the ordinal comparer, where it has none.
    /// </summary>
    public static MethodCallExpression AddComparer(MethodCallExpression call)
    {
        var types = call.Method.GetGenericArguments();
        return call.Method.Name switch
        {
            "OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending" or "MinBy" or "MaxBy"
                when call.Arguments.Count == 2 && IsNeeded(types[1]) => WithComparer(call, types[1]),
            "Order" or "OrderDescending" or "Min" or "Max"
                when call.Arguments.Count == 1 && types is [var type] && IsNeeded(type) => WithComparer(call, type),
            "Min" or "Max" when call.Arguments.Count == 2 && types is [_, var type] && IsNeeded(type) =>
                OfSelected(call, types),
            _ => call,
        };
    }

    private static MethodCallExpression WithComparer(MethodCallExpression call, Type key)
    {
        var method = FindWithComparer(call.Method.Name, call.Method.GetGenericArguments(), call.Arguments.Count + 1);
        return Expression.Call(method, [.. call.Arguments, ComparerOf(key)]);
    }

    private static MethodCallExpression OfSelected(MethodCallExpression call, Type[] types)
    {
        var selected = Expression.Call(typeof(Enumerable), nameof(Enumerable.Select), types, [.. call.Arguments]);
        return Expression.Call(FindWithComparer(call.Method.Name, [types[1]], 2), selected, ComparerOf(types[1]));
    }

    private static MethodCallExpression ComparerOf(Type key) =>
        Expression.Call(typeof(OrdinalOrder).GetMethod(nameof(Comparer))!.MakeGenericMethod(key));

    private static MethodInfo FindWithComparer(string name, Type[] types, int arguments)
    {
        foreach (var method in typeof(Enumerable).GetMethods())
        {
            var parameters = method.GetParameters();
            if (method.Name == name && parameters.Length == arguments
                && method.GetGenericArguments().Length == types.Length
                && parameters[^1].ParameterType is { IsGenericType: true } last
                && last.GetGenericTypeDefinition() == typeof(IComparer<>))
            {
                return method.MakeGenericMethod(types);
            }
        }

        throw new MissingMethodException(nameof(Enumerable), name);
    }
}
