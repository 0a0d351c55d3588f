using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>Which constants belong to a query's shape, and which are its arguments.</summary>
internal static class ShapeRules
{
    /// <summary>
    /// Whether a constant decides the plan's form: nulls, flags, string comparisons and types are part of the shape;
    /// any other value is an argument.
    /// </summary>
    public static bool IsPartOfShape(ConstantExpression constant) =>
        constant.Value is null or bool or StringComparison or Type;

    /// <summary>
    /// Whether an operand's integer constant decides the form of a comparison: CompareTo(…) &lt; 0 and Count &gt; 0
    /// mean something else with another number.
    /// </summary>
    public static bool IsPartOfComparison(Expression operand, Expression other) =>
        operand is ConstantExpression { Value: int } && IsCounting(other);

    /// <summary>
    /// Whether a member holds a queryable or an expression, whose own shape is then part of the query's.
    /// </summary>
    public static bool IsInlined(MemberExpression member) =>
        (typeof(IQueryable).IsAssignableFrom(member.Type) || typeof(LambdaExpression).IsAssignableFrom(member.Type))
        && IsCaptured(member);

    /// <summary>
    /// What stands for an inlined member; null when its value is no query with an expression of its own.
    /// </summary>
    public static Expression? Inline(MemberExpression member) => Read(member) switch
    {
        LambdaExpression lambda => Expression.Quote(lambda),
        IQueryable queryable => queryable.Expression,
        _ => null,
    };

    private static bool IsCounting(Expression expression) => expression switch
    {
        MethodCallExpression => true,
        UnaryExpression { NodeType: ExpressionType.ArrayLength } => true,
        MemberExpression { Member.Name: "Count" or "Length" } => true,
        _ => false,
    };

    private static bool IsCaptured(MemberExpression member) => member.Expression switch
    {
        null => true,
        ConstantExpression => true,
        MemberExpression inner => IsCaptured(inner),
        _ => false,
    };

    private static object? Read(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression member =>
            MemberGetter.For(member.Member).Get(member.Expression is null ? null : Read(member.Expression)),
        _ => throw new InvalidOperationException("Not a captured member."),
    };
}
