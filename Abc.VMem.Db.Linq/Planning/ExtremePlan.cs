using System.Linq.Expressions;
using Abc.VMem.Db.Collections;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Min and Max of a member whose keys are in order somewhere: the first row of that order is the answer.
/// </summary>
internal static class ExtremePlan
{
    /// <summary>The query that asks for the first row instead; the same query where no order is there to use.</summary>
    public static QueryParts Rewrite(QueryParts parts, CollectionDefinition definition)
    {
        var isExtreme = parts.End is QueryEnd.Min or QueryEnd.Max && parts.Slices.Count == 0;
        if (!isExtreme || !IsMember(parts))
        {
            return parts;
        }

        var canBeNull = !parts.Selector.Type.IsValueType || Nullable.GetUnderlyingType(parts.Selector.Type) is not null;
        var ordered = parts with
        {
            Order = [new SortKey(parts.Selector, parts.End == QueryEnd.Max)],
            Conjuncts = canBeNull ? [.. parts.Conjuncts, NotNull(parts.Selector)] : parts.Conjuncts,
            End = canBeNull ? QueryEnd.FirstOrDefault : QueryEnd.First,
        };
        return HasOrder(ordered, definition) ? ordered : parts;
    }

    /// <remarks>
    /// Behind a path, a missing document makes the value null where its type knows no null: LINQ fails there.
    /// </remarks>
    private static bool IsMember(QueryParts parts) =>
        new FieldFinder(parts.Document, null).TryFind(parts.Selector, out var field)
        && field.Expression == parts.Selector
        && field.InIndex is not null
        && ((MemberExpression)field.Expression).Expression == parts.Document;

    private static BinaryExpression NotNull(Expression member) =>
        Expression.NotEqual(member, Expression.Constant(null, member.Type));

    private static bool HasOrder(QueryParts parts, CollectionDefinition definition)
    {
        var order = new OrderPlan(parts, definition);
        if (order.Primary != PrimaryOrder.None)
        {
            return true;
        }

        Condition[] conditions =
            [.. parts.Conjuncts.Select(conjunct => ConditionTranslator.Translate(parts.Document, conjunct))];
        return new AccessPlanner(definition, conditions, order).List()[0] is IndexPath { Order: not null };
    }
}
