using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Makes a row of a document. Thread-safe.</summary>
internal abstract class RowFactory<T, TRow>
{
    /// <summary>How Explain shows it.</summary>
    public abstract string Description { get; }

    /// <summary>Makes the row.</summary>
    public abstract TRow Make(DocumentView<T> document, QueryArguments arguments);

    /// <summary>The factory of a query's rows.</summary>
    public static RowFactory<T, TRow> For(QueryParts parts) => parts.IsWholeDocument
        ? (RowFactory<T, TRow>)(object)new WholeDocument<T>()
        : new SelectedFromObject<T, TRow>(parts.Document, parts.Selector);
}

/// <summary>The row is the document.</summary>
internal sealed class WholeDocument<T> : RowFactory<T, T>
{
    /// <inheritdoc/>
    public override string Description => "documents";

    /// <inheritdoc/>
    public override T Make(DocumentView<T> document, QueryArguments arguments) => document.Value;
}

/// <summary>The row is computed from the decoded document.</summary>
internal sealed class SelectedFromObject<T, TRow>(ParameterExpression document, Expression selector)
    : RowFactory<T, TRow>
{
    private readonly Lazy<Func<T, QueryArguments, TRow>> _compiled =
        new(() => LambdaCompiler.Selector<T, TRow>(document, selector));

    /// <inheritdoc/>
    public override string Description => $"{Operand.Print(selector)}, from decoded documents";

    /// <inheritdoc/>
    public override TRow Make(DocumentView<T> document, QueryArguments arguments) =>
        _compiled.Value(document.Value, arguments);
}
