using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Rewrites an expression so that a null on the way makes the value null instead of failing, as documents with missing
/// parts need it: a comparison with null is false, a condition that is null is false. Only where a value that can't be
/// null is demanded, in a projection for example, null is an error.
/// </summary>
/// <remarks>
/// A visited node keeps its type, or is "lifted": of the nullable form of its value type, null when something on its
/// way was. What a slot gives is not guarded: null in the application's own variables fails as it does in LINQ to
/// Objects.
/// </remarks>
internal sealed partial class NullPropagator : ExpressionVisitor
{
    private readonly ParameterExpression? _document;

    private NullPropagator(ParameterExpression? document) => _document = document;

    /// <summary>Rewrites a condition on a document, which is never null itself.</summary>
    public static Expression Condition(Expression condition, ParameterExpression? document) =>
        AsCondition(new NullPropagator(document).Visit(condition)!);

    /// <summary>Rewrites a value that must be of its own type.</summary>
    public static Expression Value(Expression value, ParameterExpression? document) =>
        Demand(new NullPropagator(document).Visit(value)!, value.Type);

    /// <summary>
    /// Rewrites a value that may come out as null where its type does not know it, such as a sort key.
    /// </summary>
    public static Expression Nullable(Expression value, ParameterExpression? document) =>
        new NullPropagator(document).Visit(value)!;

    /// <inheritdoc/>
    protected override Expression VisitMember(MemberExpression node)
    {
        if (node.Expression is not { } owner)
        {
            return node;
        }

        var instance = Visit(owner);
        if (System.Nullable.GetUnderlyingType(owner.Type) is not null)
        {
            // A nullable's Value is itself, as a lifted value; HasValue is a question that null answers.
            return node.Member.Name == "Value" ? instance : node.Update(instance);
        }

        return Guard(instance, owner, value => Expression.MakeMemberAccess(value, node.Member));
    }

    /// <inheritdoc/>
    protected override Expression VisitUnary(UnaryExpression node)
    {
        switch (node.NodeType)
        {
            case ExpressionType.Quote:
                return node;
            case ExpressionType.Not when node.Type == typeof(bool):
                return Expression.Not(AsCondition(Visit(node.Operand)));
            case ExpressionType.Convert or ExpressionType.ConvertChecked:
                return VisitConvert(node);
            case ExpressionType.ArrayLength:
                return Guard(Visit(node.Operand), node.Operand, Expression.ArrayLength);
            default:
                var operand = Visit(node.Operand);
                return operand.Type == node.Operand.Type
                    ? node.Update(operand)
                    : Expression.MakeUnary(node.NodeType, operand, Lift(node.Type), node.Method);
        }
    }

    /// <inheritdoc/>
    protected override Expression VisitConditional(ConditionalExpression node)
    {
        var test = AsCondition(Visit(node.Test));
        var (yes, no) = Align(Visit(node.IfTrue), Visit(node.IfFalse));
        return Expression.Condition(test, yes, no, yes.Type);
    }

    /// <inheritdoc/>
    protected override Expression VisitLambda<T>(Expression<T> node) =>
        Expression.Lambda<T>(Demand(Visit(node.Body), node.ReturnType), node.Name, node.TailCall, node.Parameters);

    /// <inheritdoc/>
    protected override Expression VisitNew(NewExpression node) => node.Update(DemandAll(node.Arguments));

    /// <inheritdoc/>
    protected override MemberAssignment VisitMemberAssignment(MemberAssignment node) =>
        node.Update(Demand(Visit(node.Expression), node.Expression.Type));

    /// <inheritdoc/>
    protected override ElementInit VisitElementInit(ElementInit node) => node.Update(DemandAll(node.Arguments));

    /// <inheritdoc/>
    protected override Expression VisitNewArray(NewArrayExpression node) => node.Update(DemandAll(node.Expressions));

    /// <inheritdoc/>
    protected override Expression VisitTypeBinary(TypeBinaryExpression node) => node.Update(Visit(node.Expression));

    /// <inheritdoc/>
    protected override Expression VisitExtension(Expression node) =>
        node is FieldValueExpression field ? field.AsFound() : base.VisitExtension(node);

    private Expression VisitConvert(UnaryExpression node)
    {
        var operand = Visit(node.Operand);
        var isLifted = operand.Type != node.Operand.Type;
        if (System.Nullable.GetUnderlyingType(node.Operand.Type) is { } inner && IsPlainValue(node.Type))
        {
            // (int)nullable fails on null: here it becomes null.
            return node.Type == inner
                ? operand
                : Expression.MakeUnary(node.NodeType, operand, Lift(node.Type), node.Method);
        }

        return !isLifted ? node.Update(operand)
            : IsPlainValue(node.Type) ? Expression.MakeUnary(node.NodeType, operand, Lift(node.Type), node.Method)
            : Expression.MakeUnary(node.NodeType, operand, node.Type, LiftableMethod(node));
    }

    /// <remarks>An operator on the value type lifts by itself only to a nullable type.</remarks>
    private static System.Reflection.MethodInfo? LiftableMethod(UnaryExpression node) =>
        System.Nullable.GetUnderlyingType(node.Type) is not null ? node.Method : null;

    private IEnumerable<Expression> DemandAll(IEnumerable<Expression> arguments) =>
        [.. arguments.Select(argument => Demand(Visit(argument), argument.Type))];
}
