using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Compiles what runs on decoded objects, once per plan; the values of an execution come as an argument.</summary>
internal static class LambdaCompiler
{
    private static readonly MethodInfo GetMethod = typeof(QueryArguments).GetMethod(nameof(QueryArguments.Get))!;

    /// <summary>Compiles a condition on a document.</summary>
    public static Func<T, QueryArguments, bool> Condition<T>(ParameterExpression document, Expression condition) =>
        Compile<Func<T, QueryArguments, bool>>(NullPropagator.Condition(condition, document), document);

    /// <summary>Compiles what is made of a document.</summary>
    public static Func<T, QueryArguments, TRow> Selector<T, TRow>(ParameterExpression document, Expression selector) =>
        Compile<Func<T, QueryArguments, TRow>>(NullPropagator.Value(selector, document), document);

    /// <summary>Compiles a sort key, boxed; null where something on its way is.</summary>
    public static Func<T, QueryArguments, object?> SortKey<T>(ParameterExpression document, Expression key) =>
        Compile<Func<T, QueryArguments, object?>>(
            Expression.Convert(NullPropagator.Nullable(key, document), typeof(object)), document);

    /// <summary>Compiles the operators that LINQ to Objects runs over a plan's rows.</summary>
    public static Func<IEnumerable<TRow>, QueryArguments, TResult> Tail<TRow, TResult>(SourceExpression rows, Expression tail)
    {
        var stream = Expression.Parameter(typeof(IEnumerable<TRow>), "rows");
        var body = ParameterReplacer.Replace(tail, rows, stream);
        body = NullPropagator.Value(body, stream);
        return Compile<Func<IEnumerable<TRow>, QueryArguments, TResult>>(body, stream);
    }

    private static TDelegate Compile<TDelegate>(Expression body, ParameterExpression item)
    {
        var arguments = Expression.Parameter(typeof(QueryArguments), "arguments");
        body = new SlotReader(arguments).Visit(body)!;
        return Expression.Lambda<TDelegate>(body, item, arguments).Compile();
    }

    private sealed class SlotReader(ParameterExpression arguments) : ExpressionVisitor
    {
        protected override Expression VisitExtension(Expression node) => node is SlotExpression slot
            ? Expression.Call(arguments, GetMethod.MakeGenericMethod(slot.Type), Expression.Constant(slot.Slot.Index))
            : base.VisitExtension(node);
    }
}
