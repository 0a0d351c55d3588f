using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Replaces the members of a document in an expression by reads of its bytes, so that it needs no decoding.
/// </summary>
internal sealed class FieldValues : ExpressionVisitor
{
    private readonly DocumentSchema _schema;
    private readonly ParameterExpression _document;
    private readonly FieldFinder _fields;
    private bool _needsDocument;

    private FieldValues(DocumentSchema schema, ParameterExpression document) =>
        (_schema, _document, _fields) = (schema, document, new FieldFinder(document, null));

    /// <summary>The expression on bytes; null when it needs the document for more than stored members.</summary>
    public static Expression? TryReplace(Expression body, ParameterExpression document, DocumentSchema schema)
    {
        var values = new FieldValues(schema, document);
        var replaced = values.Visit(body);
        return values._needsDocument ? null : replaced;
    }

    /// <inheritdoc/>
    protected override Expression VisitParameter(ParameterExpression node)
    {
        _needsDocument |= node == _document;
        return node;
    }

    /// <remarks>A nested query takes its parameters from the document itself.</remarks>
    protected override Expression VisitUnary(UnaryExpression node)
    {
        if (node.NodeType != ExpressionType.Quote)
        {
            return base.VisitUnary(node);
        }

        _needsDocument |= !ReferenceEquals(
            ParameterReplacer.Replace(node, _document, Expression.Default(_document.Type)), node);
        return node;
    }

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node)
    {
        var isMember = _fields.TryFind(node, out var field) && field.Expression == node && field.LocalPath is not null;
        return isMember && FieldReader.Bind(_schema, _document.Type, WithoutEach(field!.LocalPath!)) is { } reader
            && reader.ValueType == node.Type
            ? new FieldValueExpression(reader, node.Type)
            : base.VisitMember(node);
    }

    /// <remarks>The value of a list is the list, not its elements.</remarks>
    private static FieldPath WithoutEach(FieldPath path)
    {
        var text = path.ToString();
        return text.EndsWith("[]", StringComparison.Ordinal) ? FieldPath.Parse(text[..^2]) : path;
    }
}
