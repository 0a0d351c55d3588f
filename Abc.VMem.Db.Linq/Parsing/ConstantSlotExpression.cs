using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Stands in a detached query where a constant stood: the constant itself is an argument of each execution, so that a
/// cached plan keeps no captured object alive.
/// </summary>
/// <param name="index">Position among the query's constants, in the order of <see cref="ShapeReader"/>.</param>
/// <param name="type">Type of the constant.</param>
internal sealed class ConstantSlotExpression(int index, Type type) : Expression
{
    /// <summary>Position among the query's constants.</summary>
    public int Index { get; } = index;

    /// <inheritdoc/>
    public override Type Type { get; } = type;

    /// <inheritdoc/>
    public override ExpressionType NodeType => ExpressionType.Extension;

    /// <inheritdoc/>
    public override string ToString() => $"constant{Index}";

    /// <inheritdoc/>
    protected override Expression VisitChildren(ExpressionVisitor visitor) => this;
}
