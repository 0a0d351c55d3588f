using System.Linq.Expressions;

namespace Abc.VMem.Db.Tests.Linq.Generated;

internal sealed partial class ValueGrammar
{
    /// <summary>A list in scope: an expression and the type of its elements; null when there is none.</summary>
    public (Expression List, Type Element)? List(Scope scope)
    {
        var found = scope.Paths.Where(p => p.Path.Type.IsArray || IsList(p.Path.Type)).ToList();
        if (found.Count == 0)
        {
            return null;
        }

        var (row, path) = values.Pick(found);
        return (path.On(row), path.Type.IsArray ? path.Type.GetElementType()! : path.Type.GetGenericArguments()[0]);
    }

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>);

    /// <summary>A condition on a list; null when there is none in scope.</summary>
    private Expression? OnList(Scope scope, int depth)
    {
        if (values.Chance(15) && OnDictionary(scope) is { } onDictionary)
        {
            return onDictionary;
        }

        if (List(scope) is not var (list, element))
        {
            return null;
        }

        switch (values.Number(7))
        {
            case 0:
                return Call(nameof(Enumerable.Any), element, list);
            case 1 or 2:
                return Call(nameof(Enumerable.Any), element, list, Predicate(element, scope, depth));
            case 3:
                return Call(nameof(Enumerable.All), element, list, Predicate(element, scope, depth));
            case 4 or 5 when element != typeof(Line):
                return Call(nameof(Enumerable.Contains), element, list, Value(element, scope, depth - 1));
            default:
                var count = values.Chance(50)
                    ? Call(nameof(Enumerable.Count), element, list)
                    : Call(nameof(Enumerable.Count), element, list, Predicate(element, scope, depth));
                return Expression.MakeBinary(
                    values.Pick(Comparisons), count, Known(values.Number(4), typeof(int)));
        }
    }

    private Expression? OnDictionary(Scope scope)
    {
        var found = scope.Paths.Where(p => p.Path.Type == typeof(Dictionary<string, int>)).ToList();
        if (found.Count == 0)
        {
            return null;
        }

        var (row, path) = values.Pick(found);
        var dictionary = path.On(row);
        var key = Expression.Constant(values.Text());
        var contains = Expression.Call(dictionary, nameof(Dictionary<,>.ContainsKey), null, key);
        return values.Chance(50) ? contains : Expression.AndAlso(contains, Expression.MakeBinary(
            values.Pick(Comparisons), Expression.Property(dictionary, "Item", key), Constant(typeof(int))));
    }

    /// <summary>A number of a list: how many, or their sum.</summary>
    private Expression? OfList(Type type, Scope scope, int depth)
    {
        if (List(scope) is not var (list, element))
        {
            return null;
        }

        if (type == typeof(int) && (element == typeof(string) || values.Chance(50)))
        {
            return values.Chance(50)
                ? Call(nameof(Enumerable.Count), element, list)
                : Call(nameof(Enumerable.Count), element, list, Predicate(element, scope, depth));
        }

        var item = Expression.Parameter(element, "e");
        var selector = Expression.Lambda(Value(type, new Scope([item], null) { IsGuarded = true }, 0), item);
        return values.Chance(50)
            ? Expression.Call(typeof(Enumerable), nameof(Enumerable.Sum), [element], list, selector)
            : Expression.Condition(
                Call(nameof(Enumerable.Any), element, list),
                Expression.Call(
                    typeof(Enumerable),
                    values.Pick([nameof(Enumerable.Max), nameof(Enumerable.Min)]),
                    [element],
                    list,
                    selector),
                Constant(type));
    }

    private LambdaExpression Predicate(Type element, Scope scope, int depth)
    {
        var item = Expression.Parameter(element, $"e{scope.Rows.Length}");
        var inner = values.Chance(70) ? scope with { Rows = [item] } : scope.With(item);
        return Expression.Lambda(Condition(inner with { Parts = null }, Math.Min(depth, 1)), item);
    }

    private static MethodCallExpression Call(string name, Type element, Expression list, params Expression[] others) =>
        Expression.Call(typeof(Enumerable), name, [element], [list, .. others]);
}
