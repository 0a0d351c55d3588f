using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// A whole query run by LINQ to Objects over all documents, to verify a plan: no index, no bytes, nothing put aside.
/// Compiled at first use, thread-safe.
/// </summary>
/// <param name="whole">The query over a <see cref="SourceExpression"/>, its values in slots.</param>
internal sealed class QueryOracle(Expression whole)
{
    private static readonly MethodInfo GetMethod =
        typeof(QueryOracle).GetMethod(nameof(Get), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly ConcurrentDictionary<(Type Result, bool NullsPropagate), Delegate> _compiled = new();

    /// <summary>Runs the query.</summary>
    /// <param name="documents">All documents, in the order of their keys; read anew at each enumeration.</param>
    /// <param name="arguments">The values of the execution.</param>
    /// <param name="nullsPropagate">
    /// Whether a null on a path makes the value null, as our queries have it, or fails, as in C#.
    /// </param>
    public TResult Run<T, TResult>(IEnumerable<T> documents, QueryArguments arguments, bool nullsPropagate)
    {
        var run = (Func<IEnumerable<T>, QueryArguments, TResult>)_compiled.GetOrAdd(
            (typeof(TResult), nullsPropagate), static (key, oracle) => oracle.Compile<T, TResult>(key.Item2), this);
        return run(documents, arguments);
    }

    private Func<IEnumerable<T>, QueryArguments, TResult> Compile<T, TResult>(bool nullsPropagate)
    {
        var stream = Expression.Parameter(typeof(IEnumerable<T>), "documents");
        var arguments = Expression.Parameter(typeof(QueryArguments), "arguments");
        var body = ObjectQuery.Of(whole, stream);
        if (nullsPropagate)
        {
            body = NullPropagator.Value(NullableOrder.Rewrite(body), stream);
        }

        body = new SlotReader(arguments).Visit(body);
        body = body.Type == typeof(TResult) ? body : Expression.Convert(body, typeof(TResult));
        return Expression.Lambda<Func<IEnumerable<T>, QueryArguments, TResult>>(body, stream, arguments).Compile();
    }

    private static T Get<T>(QueryArguments arguments, int slot)
    {
        var value = arguments[slot];
        return (T)(value is IMomentQuery query ? query.AsObjects() : value)!;
    }

    /// <summary>Reads the values; the queries among them are run by LINQ to Objects too.</summary>
    private sealed class SlotReader(ParameterExpression arguments) : ExpressionVisitor
    {
        protected override Expression VisitExtension(Expression node) => node is SlotExpression slot
            ? Expression.Call(
                GetMethod.MakeGenericMethod(slot.Type), arguments, Expression.Constant(slot.Slot.Index))
            : base.VisitExtension(node);
    }
}
