using System.Linq.Expressions;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Execution;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Verification;

namespace Abc.VMem.Db.Linq;

/// <remarks>With VerifyQueries each query runs by LINQ to Objects as well.</remarks>
internal sealed partial class CollectionQueryProvider<T>
{
    /// <summary>A query inside another one is verified as a part of that.</summary>
    private bool Verifies => collection.Context.VerifiesQueries && moment is null;

    /// <inheritdoc/>
    public override IEnumerable<TResult> Objects<TResult>(Expression expression)
    {
        using var reader = collection.OpenReader(moment);
        var (plan, values) = Prepare(expression, reader);
        using var arguments = values;
        var verifier = Verifier(expression, plan, reader, arguments);
        foreach (var row in verifier.Objects<IEnumerable<TResult>>(OracleForm.AsInCode))
        {
            yield return row;
        }
    }

    private QueryVerifier<T> Verifier(
        Expression expression, CompiledQuery plan, CollectionReader reader, QueryArguments arguments) =>
        new(expression, plan, reader, arguments, collection.Serializer);

    private IEnumerable<TResult> VerifiedRows<TResult>(
        Expression expression, CompiledQuery plan, CollectionReader reader, QueryArguments arguments)
    {
        var outcome = Verifier(expression, plan, reader, arguments).Rows<TResult>();
        foreach (var row in outcome.Rows)
        {
            yield return row;
        }

        outcome.Failure?.Throw();
    }

    /// <remarks>The documents of the filter are compared, and there must be one key for each of them.</remarks>
    private List<byte[]> VerifiedKeys(
        Expression filter,
        CompiledQuery plan,
        CollectionReader reader,
        QueryArguments arguments,
        IEnumerable<byte[]> keys)
    {
        var outcome = Verifier(filter, plan, reader, arguments).Rows<T>();
        outcome.Failure?.Throw();
        List<byte[]> found = [.. keys];
        return found.Count == outcome.Rows.Count
            ? found
            : throw new InvalidOperationException("A filter found more keys than documents, or fewer.");
    }
}
