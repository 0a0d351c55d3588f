using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>A query split in two: what is planned, and what LINQ to Objects runs over the plan's rows.</summary>
/// <param name="Prefix">The operators that are planned, over a <see cref="SourceExpression"/>.</param>
/// <param name="Tail">The operators that follow, over <paramref name="Rows"/>; null when there is none.</param>
/// <param name="Rows">Stands for the plan's rows in the tail.</param>
/// <param name="TailReason">Why the tail is not planned.</param>
/// <param name="Slots">The values that come from outside.</param>
/// <param name="Whole">All operators, over a <see cref="SourceExpression"/>: the query before it was split.</param>
internal sealed record ParsedQuery(
    Expression Prefix,
    Expression? Tail,
    SourceExpression Rows,
    string? TailReason,
    IReadOnlyList<Slot> Slots,
    Expression Whole);
