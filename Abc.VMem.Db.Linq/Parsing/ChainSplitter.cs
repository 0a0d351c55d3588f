using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>Finds the longest run of operators that the planner takes; what follows them is the tail.</summary>
internal static class ChainSplitter
{
    /// <summary>Splits a chain of operators over a <see cref="SourceExpression"/>.</summary>
    public static ParsedQuery Split(Expression query, IReadOnlyList<Slot> slots)
    {
        var prefix = Unwind(query, out var calls);
        var rules = new PrefixRules();
        var taken = 0;
        while (taken < calls.Count)
        {
            var run = OrderingRun(calls, taken);
            if (!run.All(rules.Accepts))
            {
                break;
            }

            prefix = run.Aggregate(prefix, PrefixRules.Rebuild);
            taken += run.Count;
        }

        var rows = new SourceExpression(typeof(IEnumerable<>).MakeGenericType(RowType(prefix)));
        return taken == calls.Count
            ? new ParsedQuery(prefix, null, rows, null, slots, query)
            : new ParsedQuery(prefix, Reroot(calls.Skip(taken), rows), rows, rules.Refusal, slots, query);
    }

    /// <summary>Type of the elements of a sequence type; the type itself when it is no sequence.</summary>
    public static Type ElementType(Type sequence)
    {
        var enumerable = sequence.IsGenericType && sequence.GetGenericTypeDefinition() == typeof(IEnumerable<>)
            ? sequence
            : sequence.GetInterfaces().FirstOrDefault(
                type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return enumerable?.GetGenericArguments()[0] ?? sequence;
    }

    private static Expression Unwind(Expression query, out List<MethodCallExpression> calls)
    {
        calls = [];
        while (query is MethodCallExpression call)
        {
            calls.Add(call);
            query = call.Arguments[0];
        }

        calls.Reverse();
        return query;
    }

    /// <remarks>An OrderBy and its ThenBys stay together: a ThenBy can't follow on a stream of rows.</remarks>
    private static List<MethodCallExpression> OrderingRun(List<MethodCallExpression> calls, int first)
    {
        var count = 1;
        while (first + count < calls.Count
            && calls[first + count].Method.Name is nameof(Queryable.ThenBy) or nameof(Queryable.ThenByDescending))
        {
            count++;
        }

        return calls.GetRange(first, count);
    }

    private static Type RowType(Expression prefix) =>
        typeof(IQueryable).IsAssignableFrom(prefix.Type) ? ElementType(prefix.Type) : prefix.Type;

    private static Expression Reroot(IEnumerable<MethodCallExpression> calls, SourceExpression rows) =>
        calls.Aggregate((Expression)rows, (tail, call) => EnumerableMethods.Rebuild(call, tail));
}
