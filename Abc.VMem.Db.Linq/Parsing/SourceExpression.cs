using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Stands for a stream: the documents of the collection at the root of a query, or the rows of its planned part.
/// </summary>
/// <param name="type">The stream's type, such as IQueryable&lt;T&gt;.</param>
internal sealed class SourceExpression(Type type) : Expression
{
    /// <inheritdoc/>
    public override Type Type { get; } = type;

    /// <inheritdoc/>
    public override ExpressionType NodeType => ExpressionType.Extension;

    /// <inheritdoc/>
    public override string ToString() => "source";

    /// <inheritdoc/>
    protected override Expression VisitChildren(ExpressionVisitor visitor) => this;
}
