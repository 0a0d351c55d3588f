using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Turns a predicate into conditions; what it does not understand stays as it is, marked with the reason.
/// </summary>
internal sealed partial class ConditionTranslator
{
    private readonly FieldFinder _fields;

    private ConditionTranslator(ParameterExpression root, Field? list) => _fields = new FieldFinder(root, list);

    /// <summary>Translates a predicate on documents.</summary>
    public static Condition Translate(ParameterExpression document, Expression predicate) =>
        new ConditionTranslator(document, null).Translate(predicate);

    private Condition Translate(Expression predicate)
    {
        if (Operand.Is(predicate))
        {
            return new ConstantCondition(predicate);
        }

        return predicate switch
        {
            UnaryExpression { NodeType: ExpressionType.Not } not => Negate(Translate(not.Operand)),
            UnaryExpression { NodeType: ExpressionType.Convert, Method: null, Operand: var operand }
                when operand.Type == typeof(bool) => Translate(operand),
            BinaryExpression binary => TranslateBinary(binary),
            ConditionalExpression choice => TranslateChoice(choice),
            MethodCallExpression call => TranslateCall(call) ?? Opaque(call),
            MemberExpression { Member.Name: "HasValue", Expression: { } nullable }
                when Nullable.GetUnderlyingType(nullable.Type) is not null
                    && _fields.TryFind(nullable, out var field) =>
                Present(field),
            _ => _fields.TryFind(predicate, out var flag) ? IsTrue(flag) : Opaque(predicate),
        };
    }

    private Condition TranslateBinary(BinaryExpression binary) => binary.NodeType switch
    {
        ExpressionType.AndAlso => new AndCondition(Translate(binary.Left), Translate(binary.Right)),
        ExpressionType.OrElse => new OrCondition(Translate(binary.Left), Translate(binary.Right)),
        ExpressionType.And when binary.Type == typeof(bool) =>
            new AndCondition(Translate(binary.Left), Translate(binary.Right)),
        ExpressionType.Or when binary.Type == typeof(bool) =>
            new OrCondition(Translate(binary.Left), Translate(binary.Right)),
        ExpressionType.Coalesce => TranslateCoalesce(binary),
        ExpressionType.Equal or ExpressionType.NotEqual or ExpressionType.LessThan or ExpressionType.LessThanOrEqual
            or ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual => TranslateComparison(binary),
        _ => Opaque(binary),
    };

    private OrCondition TranslateChoice(ConditionalExpression choice)
    {
        var test = Translate(choice.Test);
        return new OrCondition(
            new AndCondition(test, Translate(choice.IfTrue)),
            new AndCondition(Negate(test), Translate(choice.IfFalse)));
    }

    /// <remarks>flag ?? false is flag == true; flag ?? true is not flag == false.</remarks>
    private Condition TranslateCoalesce(BinaryExpression binary) =>
        _fields.TryFind(binary.Left, out var flag) && binary.Right is ConstantExpression { Value: bool whenNull }
            ? whenNull ? Negate(Equal(flag, Expression.Constant(false))) : IsTrue(flag)
            : Opaque(binary);

    private Condition TranslateComparison(BinaryExpression binary)
    {
        var (left, right, comparison) = Operand.Is(binary.Left)
            ? (binary.Right, binary.Left, Flip(binary.NodeType))
            : (binary.Left, binary.Right, binary.NodeType);
        if (!Operand.Is(right))
        {
            return Opaque(binary);
        }

        if (_fields.TryFind(left, out var field))
        {
            return IsComparable(field, right)
                ? Compare(field, comparison, right, NullOrder.Never)
                : Opaque(binary);
        }

        return TranslateThreeWay(left, right, comparison) ?? TranslateTruth(left, right, comparison) ?? Opaque(binary);
    }

    /// <summary>a.CompareTo(b) &lt; 0 and Compare(a, b) &lt; 0 are a &lt; b.</summary>
    private FieldCondition? TranslateThreeWay(Expression left, Expression right, ExpressionType comparison)
    {
        if (left is not MethodCallExpression { Method.Name: "CompareTo" or "Compare" or "CompareOrdinal" } call
            || right is not ConstantExpression { Value: int sign }
            || SignMeaning(comparison, sign) is not { } meaning)
        {
            return null;
        }

        Expression[] sides = call.Object is null ? [.. call.Arguments] : [call.Object, .. call.Arguments];
        if (sides.Length != 2 || sides[0].Type != sides[1].Type)
        {
            return null;
        }

        var isString = call.Method.DeclaringType == typeof(string);
        var nulls = isString ? NullOrder.Total : NullOrder.TotalWithoutNull;
        if (isString && call.Method.Name != nameof(string.CompareOrdinal))
        {
            return null;
        }

        var (field, value) = Operand.Is(sides[0]) ? (sides[1], sides[0]) : (sides[0], sides[1]);
        meaning = field == sides[0] ? meaning : Flip(meaning);
        return Operand.Is(value) && _fields.TryFind(field, out var found) && IsComparable(found, value)
            ? Compare(found, meaning, value, nulls)
            : null;
    }

    /// <summary>(condition) == true.</summary>
    private Condition? TranslateTruth(Expression left, Expression right, ExpressionType comparison)
    {
        if (left.Type != typeof(bool) || right is not ConstantExpression { Value: bool wanted }
            || comparison is not (ExpressionType.Equal or ExpressionType.NotEqual))
        {
            return null;
        }

        var condition = Translate(left);
        return wanted == (comparison == ExpressionType.Equal) ? condition : Negate(condition);
    }

    private static ExpressionType? SignMeaning(ExpressionType comparison, int sign) => (comparison, sign) switch
    {
        (_, 0) => comparison,
        (ExpressionType.GreaterThanOrEqual, 1) => ExpressionType.GreaterThan,
        (ExpressionType.LessThan, 1) => ExpressionType.LessThanOrEqual,
        (ExpressionType.LessThanOrEqual, -1) => ExpressionType.LessThan,
        (ExpressionType.GreaterThan, -1) => ExpressionType.GreaterThanOrEqual,
        _ => null,
    };

    private static ExpressionType Flip(ExpressionType comparison) => comparison switch
    {
        ExpressionType.LessThan => ExpressionType.GreaterThan,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
        ExpressionType.GreaterThan => ExpressionType.LessThan,
        ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
        _ => comparison,
    };

    private static Condition Negate(Condition condition) => condition switch
    {
        NotCondition not => not.Inner,
        FieldCondition { Test: CompareTest { Operator: ExpressionType.NotEqual } test } field =>
            field with { Test = test with { Operator = ExpressionType.Equal } },
        FieldCondition { Test: CompareTest { Operator: ExpressionType.Equal } test } field =>
            field with { Test = test with { Operator = ExpressionType.NotEqual } },
        _ => new NotCondition(condition),
    };

    /// <remarks>== on other types is the identity of objects, or an operator of the application's.</remarks>
    private static bool IsComparable(Field field, Expression value) =>
        IsSimple(field.Type) || value is ConstantExpression { Value: null };

    private static bool IsSimple(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string)
            || (type.IsValueType && !type.IsGenericType && Serialization.KeyCodecs.IsSupported(type));
    }

    private static FieldCondition Compare(Field field, ExpressionType comparison, Expression value, NullOrder nulls) =>
        new(field, new CompareTest(comparison, value, nulls));

    private static FieldCondition Equal(Field field, Expression value) =>
        Compare(field, ExpressionType.Equal, value, NullOrder.Never);

    private static FieldCondition Present(Field field) =>
        Compare(field, ExpressionType.NotEqual, Expression.Constant(null), NullOrder.Never);

    private static FieldCondition IsTrue(Field field) => Equal(field, Expression.Constant(true));

    private static OpaqueCondition Opaque(Expression predicate) => new(predicate, OpaqueReason.Of(predicate));
}
