using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Takes the parameters out: every largest part of the query that depends on no document becomes a slot, evaluated at
/// each execution.
/// </summary>
internal sealed class SlotExtractor : ExpressionVisitor
{
    private readonly List<Slot> _slots = [];
    private readonly HashSet<Expression> _evaluable;

    private SlotExtractor(HashSet<Expression> evaluable) => _evaluable = evaluable;

    /// <summary>Replaces the parts by slots.</summary>
    public static Expression Extract(Expression query, out IReadOnlyList<Slot> slots)
    {
        var extractor = new SlotExtractor(EvaluableFinder.Find(query));
        var result = extractor.Visit(query)!;
        slots = extractor._slots;
        return result;
    }

    /// <inheritdoc/>
    public override Expression? Visit(Expression? node)
    {
        if (node is null or ConstantExpression or LambdaExpression || !_evaluable.Contains(node))
        {
            return base.Visit(node);
        }

        return Add(node);
    }

    /// <remarks>What is initialized stays a creation; its arguments may be slots.</remarks>
    protected override Expression VisitMemberInit(MemberInitExpression node) => node.Update(
        node.NewExpression.Update(Visit(node.NewExpression.Arguments)),
        Visit(node.Bindings, VisitMemberBinding));

    /// <inheritdoc cref="VisitMemberInit"/>
    protected override Expression VisitListInit(ListInitExpression node) => node.Update(
        node.NewExpression.Update(Visit(node.NewExpression.Arguments)),
        Visit(node.Initializers, VisitElementInit));

    private SlotExpression Add(Expression node)
    {
        var slot = new Slot(_slots.Count, node.Type, SlotEvaluator.NameOf(node), SlotEvaluator.Create(node));
        _slots.Add(slot);
        return new SlotExpression(slot);
    }
}
