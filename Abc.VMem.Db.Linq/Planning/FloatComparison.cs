using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Comparisons of float and double fields. NaN is encoded below every number but compares with none; a float field is
/// widened to compare it with a double.
/// </summary>
internal static class FloatComparison
{
    /// <summary>Whether fields of the type are compared here.</summary>
    public static bool IsFloat(Type type) => type == typeof(double) || type == typeof(float) || type == typeof(Half);

    /// <summary>Whether a value is not a number.</summary>
    public static bool IsNaN(object? value) => value switch
    {
        double number => double.IsNaN(number),
        float number => float.IsNaN(number),
        Half number => Half.IsNaN(number),
        _ => false,
    };

    /// <summary>The type's NaN.</summary>
    public static object NaN(Type type) =>
        type == typeof(double) ? double.NaN : type == typeof(float) ? float.NaN : Half.NaN;

    /// <summary>The values that pass; null when the value is of a type that the field is not widened to.</summary>
    public static IntervalSet? Bind(
        FieldEncoding field, ExpressionType comparison, object value, NullOrder nullOrder)
    {
        var fieldType = field.Type;
        var isTotal = nullOrder != NullOrder.Never;
        if (IsNaN(value))
        {
            return !isTotal ? IntervalSet.Empty
                : value.GetType() == fieldType ? Comparison.Around(field.Encode(value), comparison)
                : null;
        }

        if (fieldType == typeof(float) && value is double wide && (float)wide != wide)
        {
            return BindBetween(field, comparison, wide, isTotal);
        }

        object? same = (value, fieldType == typeof(float)) switch
        {
            (double number, true) => (float)number,
            (float number, false) when fieldType == typeof(double) => (double)number,
            _ when value.GetType() == fieldType => value,
            _ => null,
        };
        return same is null ? null : Around(field, comparison, same, isTotal);
    }

    /// <remarks>A double between two floats: nothing equals it, and ranges begin or end at one of the two.</remarks>
    private static IntervalSet BindBetween(FieldEncoding field, ExpressionType comparison, double value, bool isTotal)
    {
        var near = (float)value;
        var above = near > value ? near : float.BitIncrement(near);
        var below = near < value ? near : float.BitDecrement(near);
        return comparison switch
        {
            ExpressionType.Equal => IntervalSet.Empty,
            ExpressionType.LessThan or ExpressionType.LessThanOrEqual =>
                Around(field, ExpressionType.LessThanOrEqual, below, isTotal),
            _ => Around(field, ExpressionType.GreaterThanOrEqual, above, isTotal),
        };
    }

    private static IntervalSet Around(FieldEncoding field, ExpressionType comparison, object value, bool isTotal)
    {
        var smallest = isTotal ? null : AfterNaN(field);
        return Comparison.Around(field.Encode(value), comparison, smallest);
    }

    private static byte[]? AfterNaN(FieldEncoding field) =>
        Serialization.KeyCodecs.Successor(field.Encode(NaN(field.Type)));
}
