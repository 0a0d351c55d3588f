using System.Collections.Concurrent;
using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Linq.Spilling;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>What LINQ to Objects does with a plan's rows. Compiled at first use, thread-safe.</summary>
/// <param name="rows">Stands for the rows.</param>
/// <param name="body">The operators over them.</param>
/// <param name="types">What their rows can be; null when none of them holds rows.</param>
internal sealed class QueryTail<TRow>(SourceExpression rows, Expression body, RowTypes? types)
{
    private readonly TailSpilling? _spilling = types is null ? null : new TailSpilling(body, types);
    private readonly ConcurrentDictionary<Type, object> _compiled = new();

    /// <summary>The operators, for Explain.</summary>
    public Expression Body => body;

    /// <summary>Which of them put rows aside; null when none of them holds rows.</summary>
    public TailSpilling? Spilling => _spilling;

    /// <summary>Runs the operators.</summary>
    public TResult Run<TResult>(IEnumerable<TRow> stream, QueryArguments arguments)
    {
        var compiled = (Func<IEnumerable<TRow>, QueryArguments, TResult>)_compiled.GetOrAdd(
            typeof(TResult), static (_, tail) => tail.Compile<TResult>(), this);
        return compiled(stream, arguments);
    }

    /// <summary>The tail of an aggregate that ends a plan; null for other ends.</summary>
    public static QueryTail<TRow>? OfAggregate(QueryEnd end)
    {
        if (end is not (QueryEnd.Sum or QueryEnd.Min or QueryEnd.Max or QueryEnd.Average))
        {
            return null;
        }

        var rows = new SourceExpression(typeof(IEnumerable<TRow>));
        return new QueryTail<TRow>(rows, OrdinalOrder.AddComparer(Aggregate(end.ToString(), rows)), null);
    }

    private Func<IEnumerable<TRow>, QueryArguments, TResult> Compile<TResult>() =>
        LambdaCompiler.Tail<TRow, TResult>(rows, _spilling?.Body ?? body);

    private static MethodCallExpression Aggregate(string name, Expression rows)
    {
        var exact = typeof(Enumerable).GetMethod(name, [typeof(IEnumerable<TRow>)]);
        return exact is not null && !exact.IsGenericMethodDefinition
            ? Expression.Call(exact, rows)
            : Expression.Call(typeof(Enumerable), name, [typeof(TRow)], rows);
    }
}
