using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Spilling;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Stands for the memory of the execution in compiled operators.</summary>
internal sealed class MemoryExpression : Expression
{
    /// <inheritdoc/>
    public override Type Type => typeof(QueryMemory);

    /// <inheritdoc/>
    public override ExpressionType NodeType => ExpressionType.Extension;

    /// <inheritdoc/>
    public override string ToString() => "memory";

    /// <inheritdoc/>
    protected override Expression VisitChildren(ExpressionVisitor visitor) => this;
}
