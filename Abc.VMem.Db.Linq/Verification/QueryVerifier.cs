using System.Linq.Expressions;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Execution;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Verification;

/// <summary>
/// Runs a query twice, by its plan and by LINQ to Objects over all documents of the same moment, and throws when they
/// differ. Not thread-safe.
/// </summary>
/// <param name="expression">The query, for the message.</param>
/// <param name="plan">Its plan.</param>
/// <param name="reader">The moment.</param>
/// <param name="arguments">
/// The values of the execution: evaluated once, so a clock or a counter outside of the lambdas makes no difference.
/// </param>
/// <param name="serializer">Decodes the documents.</param>
internal sealed class QueryVerifier<T>(
    Expression expression,
    CompiledQuery plan,
    CollectionReader reader,
    QueryArguments arguments,
    DocumentSerializer<T> serializer)
{
    /// <summary>The rows, all of them read and compared; then the exception that ends them, if one does.</summary>
    public Outcome<TRow> Rows<TRow>()
    {
        var result = Outcome<TRow>.OfRows(() => plan.Rows<TRow>(reader, arguments, null));
        Verify(
            result,
            isValue: false,
            form => Outcome<TRow>.OfRows(() => Objects<IEnumerable<TRow>>(form)));
        return result;
    }

    /// <summary>The value of a query that ends with one.</summary>
    public TResult Value<TResult>()
    {
        var result = Outcome<TResult>.OfValue(() => plan.Value<TResult>(reader, arguments, null));
        Verify(
            result,
            isValue: true,
            form => Outcome<TResult>.OfValue(() => Objects<TResult>(form)));
        result.Failure?.Throw();
        return result.Rows[0];
    }

    /// <summary>The query by LINQ to Objects.</summary>
    public TResult Objects<TResult>(OracleForm form) =>
        plan.Oracle.Run<T, TResult>(new DocumentList<T>(reader, serializer), arguments, form);

    /// <remarks>
    /// C# first: where it gives an answer, that is the answer. Where it fails on null, ours has null propagated. Where
    /// it fails otherwise, ours may have had no need to look at the document.
    /// </remarks>
    private void Verify<TRow>(Outcome<TRow> result, bool isValue, Func<OracleForm, Outcome<TRow>> run)
    {
        var expected = run(OracleForm.AsInCode);
        var isSame = result.IsSameAs(expected, out var first);
        if (!isSame && expected.FailedOnNull)
        {
            expected = run(OracleForm.NullsPropagate);
            isSame = result.IsSameAs(expected, out first);
        }

        if (!isSame && expected.Failure is not null)
        {
            var others = run(OracleForm.FailuresExclude);
            isSame = result.IsSameAs(others, out _);
        }

        if (!isSame)
        {
            var text = new PlanText();
            plan.Explain(text, arguments, new RunReport());
            throw new QueryMismatchException(
                Operand.Print(expression),
                text.ToString(),
                result.Describe(first, isValue),
                expected.Describe(first, isValue));
        }
    }
}
