using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// A value that does not depend on any document: evaluated at most once per execution, when it is first needed.
/// </summary>
/// <param name="slot">The value's slot.</param>
internal sealed class SlotExpression(Slot slot) : Expression
{
    /// <summary>The value's slot.</summary>
    public Slot Slot { get; } = slot;

    /// <inheritdoc/>
    public override Type Type => Slot.Type;

    /// <inheritdoc/>
    public override ExpressionType NodeType => ExpressionType.Extension;

    /// <inheritdoc/>
    public override string ToString() => Slot.Name;

    /// <inheritdoc/>
    protected override Expression VisitChildren(ExpressionVisitor visitor) => this;
}
