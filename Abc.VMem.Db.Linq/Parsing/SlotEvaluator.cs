using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Makes the function that evaluates a slot: a chain of members is read, anything else is compiled once per plan.
/// </summary>
internal static class SlotEvaluator
{
    /// <summary>The function from the query's constants to the value.</summary>
    public static Func<object?[], object?> Create(Expression node)
    {
        switch (node)
        {
            case ConstantSlotExpression constant:
                var index = constant.Index;
                return constants => constants[index];
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } convert when IsBoxing(convert):
                return Create(convert.Operand);
            case MemberExpression { Expression: null } member:
                var read = MemberGetter.For(member.Member);
                return _ => read.Get(null);
            case MemberExpression member:
                var getter = MemberGetter.For(member.Member);
                var instance = Create(member.Expression!);
                return constants => getter.Get(instance(constants));
            default:
                return Compile(node);
        }
    }

    /// <summary>How to call the value: the variable it comes from, else its own text.</summary>
    public static string NameOf(Expression node) => node switch
    {
        ConstantSlotExpression => "",
        UnaryExpression { NodeType: ExpressionType.Convert } convert => NameOf(convert.Operand),
        MemberExpression { Expression: null } member => $"{member.Member.DeclaringType?.Name}.{member.Member.Name}",
        MemberExpression { Expression: { } instance } member when NameOf(instance) is { Length: > 0 } name =>
            $"{name}.{member.Member.Name}",
        MemberExpression member => member.Member.Name,
        _ => "expression",
    };

    /// <remarks>A nullable value is boxed as its value, so these conversions change nothing.</remarks>
    private static bool IsBoxing(UnaryExpression convert) =>
        convert.Type.IsAssignableFrom(convert.Operand.Type)
        || Nullable.GetUnderlyingType(convert.Type) == convert.Operand.Type;

    private static Func<object?[], object?> Compile(Expression node)
    {
        var constants = Expression.Parameter(typeof(object?[]), "constants");
        var body = new ConstantReader(constants).Visit(node);
        return Expression.Lambda<Func<object?[], object?>>(
            Expression.Convert(body, typeof(object)), constants).Compile();
    }

    private sealed class ConstantReader(ParameterExpression constants) : ExpressionVisitor
    {
        protected override Expression VisitExtension(Expression node) => node is ConstantSlotExpression slot
            ? Expression.Convert(Expression.ArrayIndex(constants, Expression.Constant(slot.Index)), slot.Type)
            : base.VisitExtension(node);
    }
}
