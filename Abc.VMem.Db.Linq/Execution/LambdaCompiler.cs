using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Something compiled that is computed from a document.</summary>
internal delegate TResult DocumentFunc<T, TResult>(DocumentView<T> document, QueryArguments arguments);

/// <summary>
/// Compiles what the planner does not understand, once per plan; the values of an execution are an argument.
/// </summary>
internal static class LambdaCompiler
{
    private static readonly MethodInfo GetMethod = typeof(QueryArguments).GetMethod(nameof(QueryArguments.Get))!;

    /// <summary>Compiles a condition on a document.</summary>
    public static DocumentFunc<T, bool> Condition<T>(
        ParameterExpression document, Expression condition, DocumentSchema schema) =>
        OfDocument<T, bool>(document, condition, schema, NullPropagator.Condition);

    /// <summary>Compiles what is made of a document.</summary>
    public static DocumentFunc<T, TRow> Selector<T, TRow>(
        ParameterExpression document, Expression selector, DocumentSchema schema) =>
        OfDocument<T, TRow>(document, selector, schema, NullPropagator.Value);

    /// <summary>Compiles a sort key, boxed; null where something on its way is.</summary>
    public static DocumentFunc<T, object?> SortKey<T>(
        ParameterExpression document, Expression key, DocumentSchema schema) =>
        OfDocument<T, object?>(
            document,
            key,
            schema,
            static (body, parameter) => Expression.Convert(NullPropagator.Nullable(body, parameter), typeof(object)));

    /// <summary>Compiles the operators that LINQ to Objects runs over a plan's rows.</summary>
    public static Func<IEnumerable<TRow>, QueryArguments, TResult> Tail<TRow, TResult>(
        SourceExpression rows, Expression tail)
    {
        var stream = Expression.Parameter(typeof(IEnumerable<TRow>), "rows");
        var body = NullPropagator.Value(ParameterReplacer.Replace(tail, rows, stream), stream);
        body = body.Type == typeof(TResult) ? body : Expression.Convert(body, typeof(TResult));
        return Compile<Func<IEnumerable<TRow>, QueryArguments, TResult>>(body, stream, null);
    }

    /// <remarks>
    /// On the bytes of the members that it reads where that is all it needs, else on the decoded document.
    /// </remarks>
    private static DocumentFunc<T, TResult> OfDocument<T, TResult>(
        ParameterExpression document,
        Expression body,
        DocumentSchema schema,
        Func<Expression, ParameterExpression?, Expression> propagate)
    {
        body = NullableOrder.Rewrite(body);
        var view = Expression.Parameter(typeof(DocumentView<T>), "view");
        if (FieldValues.TryReplace(body, document, schema) is { } onBytes)
        {
            var bytes = Expression.Property(view, nameof(DocumentView<>.Bytes));
            return Compile<DocumentFunc<T, TResult>>(propagate(onBytes, null), view, bytes);
        }

        // A variable: the document is decoded once, and no null check is made for it.
        var decode = Expression.Assign(document, Expression.Property(view, nameof(DocumentView<>.Value)));
        var block = Expression.Block([document], decode, propagate(body, document));
        return Compile<DocumentFunc<T, TResult>>(block, view, null);
    }

    private static TDelegate Compile<TDelegate>(Expression body, ParameterExpression item, Expression? bytes)
    {
        var arguments = Expression.Parameter(typeof(QueryArguments), "arguments");
        body = new ValueReader(arguments, bytes).Visit(body)!;
        return Expression.Lambda<TDelegate>(body, item, arguments).Compile();
    }

    private sealed class ValueReader(ParameterExpression arguments, Expression? bytes) : ExpressionVisitor
    {
        protected override Expression VisitExtension(Expression node) => node switch
        {
            SlotExpression slot => Expression.Call(
                arguments, GetMethod.MakeGenericMethod(slot.Type), Expression.Constant(slot.Slot.Index)),
            FieldValueExpression field => field.Compile(bytes!),
            MemoryExpression => Expression.Property(arguments, nameof(QueryArguments.Memory)),
            _ => base.VisitExtension(node),
        };
    }
}
