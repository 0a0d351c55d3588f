using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Makes a row of a document. Thread-safe.</summary>
internal abstract class RowFactory<T, TRow>
{
    /// <summary>How Explain shows it.</summary>
    public abstract string Description { get; }

    /// <summary>Makes the row.</summary>
    public abstract TRow Make(DocumentView<T> document, QueryArguments arguments);

    /// <summary>The factory of a query's rows.</summary>
    public static RowFactory<T, TRow> For(QueryParts parts, DocumentSchema schema) => parts.IsWholeDocument
        ? (RowFactory<T, TRow>)(object)new WholeDocument<T>()
        : new SelectedRow<T, TRow>(parts.Document, parts.Selector, schema);
}

/// <summary>The row is the document.</summary>
internal sealed class WholeDocument<T> : RowFactory<T, T>
{
    /// <inheritdoc/>
    public override string Description => "documents";

    /// <inheritdoc/>
    public override T Make(DocumentView<T> document, QueryArguments arguments) => document.Value;
}

/// <summary>The row is computed from a document.</summary>
internal sealed class SelectedRow<T, TRow>(ParameterExpression document, Expression selector, DocumentSchema schema)
    : RowFactory<T, TRow>
{
    private readonly Lazy<DocumentFunc<T, TRow>> _compiled =
        new(() => LambdaCompiler.Selector<T, TRow>(document, selector, schema));

    /// <inheritdoc/>
    public override string Description => Operand.Print(selector)
        + (FieldValues.TryReplace(selector, document, schema) is null ? ", from decoded documents" : ", from bytes");

    /// <inheritdoc/>
    public override TRow Make(DocumentView<T> document, QueryArguments arguments) =>
        _compiled.Value(document, arguments);
}
