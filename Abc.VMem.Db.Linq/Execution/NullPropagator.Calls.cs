using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Execution;

internal sealed partial class NullPropagator
{
    /// <inheritdoc/>
    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node.Method.DeclaringType == typeof(Queryable))
        {
            return base.VisitMethodCall(node);
        }

        if (node.Object is not { } owner)
        {
            return VisitStaticCall(node);
        }

        var instance = Visit(owner);
        return System.Nullable.GetUnderlyingType(owner.Type) is not null
            ? CallWith(node, instance, node.Arguments)
            : Guard(instance, owner, value => CallWith(node, value, node.Arguments));
    }

    /// <inheritdoc/>
    protected override Expression VisitInvocation(InvocationExpression node) =>
        Strict(node.Arguments, node.Type, arguments => Expression.Invoke(node.Expression, arguments));

    /// <remarks>A missing list is null to LINQ's operators, which would throw: the whole call is null.</remarks>
    private Expression VisitStaticCall(MethodCallExpression node)
    {
        if (node.Method.DeclaringType != typeof(Enumerable) || node.Arguments.Count == 0)
        {
            return CallWith(node, null, node.Arguments);
        }

        var source = node.Arguments[0];
        return Guard(Visit(source), source, value => CallWith(node, null, [value, .. node.Arguments.Skip(1)], 1));
    }

    private Expression CallWith(
        MethodCallExpression node, Expression? instance, IReadOnlyList<Expression> arguments, int visited = 0) =>
        Strict(arguments, node.Type, values => Expression.Call(instance, node.Method, values), visited);

    /// <summary>A call that is null when a lifted argument is.</summary>
    private Expression Strict(
        IReadOnlyList<Expression> arguments, Type type, Func<IEnumerable<Expression>, Expression> call, int visited = 0)
    {
        var values = new Expression[arguments.Count];
        var variables = new List<ParameterExpression>();
        var steps = new List<Expression>();
        Expression? isMissing = null;
        for (var i = 0; i < values.Length; i++)
        {
            var value = i < visited ? arguments[i] : Visit(arguments[i]);
            if (value.Type != arguments[i].Type)
            {
                var variable = Expression.Variable(value.Type);
                variables.Add(variable);
                steps.Add(Expression.Assign(variable, value));
                var isNull = Expression.Not(Expression.Property(variable, "HasValue"));
                isMissing = isMissing is null ? isNull : Expression.OrElse(isMissing, isNull);
                value = Expression.Property(variable, "Value");
            }

            values[i] = value;
        }

        if (isMissing is null)
        {
            return call(values);
        }

        var lifted = Lift(type);
        steps.Add(Expression.Condition(isMissing, Expression.Default(lifted), Raise(call(values), lifted)));
        return Expression.Block(variables, steps);
    }

    /// <summary>Reads something from an instance, or gives null when the instance is null.</summary>
    private Expression Guard(Expression instance, Expression owner, Func<Expression, Expression> read)
    {
        var isLifted = instance.Type != owner.Type;
        if (!isLifted && (instance.Type.IsValueType || !CanBeMissing(instance)))
        {
            return read(instance);
        }

        var variable = Expression.Variable(instance.Type);
        var value = isLifted ? Expression.Property(variable, "Value") : (Expression)variable;
        var result = read(value);
        var lifted = Lift(result.Type);
        var isMissing = isLifted
            ? Expression.Not(Expression.Property(variable, "HasValue"))
            : (Expression)Expression.ReferenceEqual(variable, Expression.Constant(null));
        return Expression.Block(
            [variable],
            Expression.Assign(variable, instance),
            Expression.Condition(isMissing, Expression.Default(lifted), Raise(result, lifted)));
    }

    private bool CanBeMissing(Expression instance) => instance switch
    {
        SlotExpression or ConstantExpression or NewExpression or MemberInitExpression or NewArrayExpression => false,
        UnaryExpression { NodeType: ExpressionType.Convert, Operand: var operand } => CanBeMissing(operand),
        MethodCallExpression { Type.IsInterface: true, Method.DeclaringType: var home } =>
            home != typeof(Enumerable) && home != typeof(Spilling.SpillOperators),
        _ => instance != _document,
    };

    /// <summary>The nullable form of a type.</summary>
    private static Type Lift(Type type) => IsPlainValue(type) ? typeof(Nullable<>).MakeGenericType(type) : type;

    private static bool IsPlainValue(Type type) =>
        type.IsValueType && type != typeof(void) && System.Nullable.GetUnderlyingType(type) is null;

    private static Expression Raise(Expression value, Type type) =>
        value.Type == type ? value : Expression.Convert(value, type);

    private static Expression AsCondition(Expression condition) =>
        condition.Type == typeof(bool?)
            ? Expression.Coalesce(condition, Expression.Constant(false))
            : condition;

    private static (Expression Left, Expression Right) Align(Expression left, Expression right)
    {
        if (left.Type == right.Type)
        {
            return (left, right);
        }

        return System.Nullable.GetUnderlyingType(left.Type) == right.Type
            ? (left, Raise(right, left.Type))
            : (Raise(left, right.Type), right);
    }

    /// <summary>The value as its own type; an error when it is missing. A condition that is missing is false.</summary>
    private static Expression Demand(Expression value, Type type)
    {
        if (value.Type == type || System.Nullable.GetUnderlyingType(value.Type) != type)
        {
            return value;
        }

        return type == typeof(bool)
            ? AsCondition(value)
            : Expression.Call(RequireMethod.MakeGenericMethod(type), value);
    }

    private static readonly MethodInfo RequireMethod =
        typeof(NullPropagator).GetMethod(nameof(Require), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static T Require<T>(T? value)
        where T : struct =>
        value ?? throw new InvalidOperationException(
            $"A value of type {typeof(T).Name} is asked for where a document has null on the way to it. "
            + $"Cast it to {typeof(T).Name}? to get null there.");
}
