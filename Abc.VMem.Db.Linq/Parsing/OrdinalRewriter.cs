using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Makes the string methods that would use the thread's culture ordinal, in every lambda, wherever it will run. Calls
/// that name a culture or a comparison keep it.
/// </summary>
internal sealed class OrdinalRewriter : ExpressionVisitor
{
    /// <summary>Rewrites every culture-sensitive call.</summary>
    public static Expression Rewrite(Expression query) => new OrdinalRewriter().Visit(query);

    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        var call = (MethodCallExpression)base.VisitMethodCall(node);
        if (call.Method.DeclaringType == typeof(string))
        {
            return call.Object is null ? OrdinalStatic(call) : OrdinalInstance(call);
        }

        return call.Method.DeclaringType == typeof(Enumerable) ? OrdinalOrder.AddComparer(call) : call;
    }

    private static MethodCallExpression OrdinalInstance(MethodCallExpression call)
    {
        var parameters = call.Method.GetParameters();
        switch (call.Method.Name)
        {
            case nameof(string.CompareTo) when parameters[0].ParameterType == typeof(string):
                return Expression.Call(Method(nameof(string.CompareOrdinal), typeof(string), typeof(string)),
                    call.Object!, call.Arguments[0]);
            case nameof(string.ToUpper) when parameters.Length == 0:
                return Expression.Call(call.Object, Method(nameof(string.ToUpperInvariant)));
            case nameof(string.ToLower) when parameters.Length == 0:
                return Expression.Call(call.Object, Method(nameof(string.ToLowerInvariant)));
            case nameof(string.StartsWith) or nameof(string.EndsWith)
                or nameof(string.IndexOf) or nameof(string.LastIndexOf)
                when parameters[0].ParameterType == typeof(string)
                    && parameters.Skip(1).All(p => p.ParameterType == typeof(int)):
                return WithOrdinal(call, parameters);
            default:
                return call;
        }
    }

    private static MethodCallExpression WithOrdinal(MethodCallExpression call, ParameterInfo[] parameters)
    {
        Type[] types = [.. parameters.Select(parameter => parameter.ParameterType), typeof(StringComparison)];
        Expression[] arguments = [.. call.Arguments, Expression.Constant(StringComparison.Ordinal)];
        return Expression.Call(call.Object, Method(call.Method.Name, types), arguments);
    }

    private static MethodCallExpression OrdinalStatic(MethodCallExpression call)
    {
        if (call.Method.Name != nameof(string.Compare))
        {
            return call;
        }

        var parameters = call.Method.GetParameters();
        if (parameters.Length == 2)
        {
            var compare = Method(nameof(string.CompareOrdinal), typeof(string), typeof(string));
            return Expression.Call(compare, call.Arguments);
        }

        return parameters.Length == 3 && parameters[2].ParameterType == typeof(bool)
            ? Expression.Call(
                Method(nameof(string.Compare), typeof(string), typeof(string), typeof(StringComparison)),
                call.Arguments[0],
                call.Arguments[1],
                Expression.Condition(
                    call.Arguments[2],
                    Expression.Constant(StringComparison.OrdinalIgnoreCase),
                    Expression.Constant(StringComparison.Ordinal)))
            : call;
    }

    private static MethodInfo Method(string name, params Type[] types) => typeof(string).GetMethod(name, types)!;
}
