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

    private readonly ConcurrentDictionary<(Type Result, OracleForm Form), Delegate> _compiled = new();

    /// <summary>Runs the query.</summary>
    /// <param name="documents">All documents, in the order of their keys; read anew at each enumeration.</param>
    /// <param name="arguments">The values of the execution.</param>
    /// <param name="form">What happens on null and on exceptions.</param>
    public TResult Run<T, TResult>(IEnumerable<T> documents, QueryArguments arguments, OracleForm form)
    {
        var run = (Func<IEnumerable<T>, QueryArguments, TResult>)_compiled.GetOrAdd(
            (typeof(TResult), form), static (key, oracle) => oracle.Compile<T, TResult>(key.Form), this);
        return run(documents, arguments);
    }

    private Func<IEnumerable<T>, QueryArguments, TResult> Compile<T, TResult>(OracleForm form)
    {
        var stream = Expression.Parameter(typeof(IEnumerable<T>), "documents");
        var arguments = Expression.Parameter(typeof(QueryArguments), "arguments");
        var body = ObjectQuery.Of(whole, stream);
        if (form == OracleForm.FailuresExclude)
        {
            body = LazyProjection.Rewrite(body);
        }

        if (form != OracleForm.AsInCode)
        {
            body = NullPropagator.Value(NullableOrder.Rewrite(body), stream);
        }

        if (form == OracleForm.FailuresExclude)
        {
            body = FailureFilter.Rewrite(body);
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

/// <summary>How LINQ to Objects runs a query that fails in C#.</summary>
internal enum OracleForm
{
    /// <summary>As C# has it.</summary>
    AsInCode,

    /// <summary>A null on the way to a value makes the value null.</summary>
    NullsPropagate,

    /// <summary>
    /// And a document on which a condition fails is none of the query's, and a projection that no row needs is not
    /// computed: as where the plan never evaluates it, because another condition excludes the document, or because the
    /// query ends before it.
    /// </summary>
    FailuresExclude,
}
