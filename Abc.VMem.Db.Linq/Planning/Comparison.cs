using System.Collections;
using System.Linq.Expressions;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Turns a comparison with a value into the interval of the field's encodings that pass. The value may be of another
/// type than the field, where C# widens the field to compare it: the interval is still exact.
/// </summary>
internal static class Comparison
{
    private static readonly byte[] FirstPresent = [1];

    /// <summary>The values that pass; null when there is no telling.</summary>
    public static IntervalSet? Bind(
        FieldEncoding field, ExpressionType comparison, object? value, NullOrder nullOrder)
    {
        if (comparison == ExpressionType.NotEqual)
        {
            return Bind(field, ExpressionType.Equal, value, nullOrder)?.Complement();
        }

        if (value is null)
        {
            return BindNull(comparison, nullOrder);
        }

        var set = IntegerComparison.IsInteger(field.Type) ? IntegerComparison.Bind(field, comparison, value)
            : FloatComparison.IsFloat(field.Type) ? FloatComparison.Bind(field, comparison, value, nullOrder)
            : BindSameType(field, comparison, value);
        return nullOrder == NullOrder.Total && comparison is ExpressionType.LessThan or ExpressionType.LessThanOrEqual
            ? set?.Union(IntervalSet.Null)
            : set;
    }

    /// <summary>
    /// The values equal to one of a list's, in the sense of its Contains; null when there is no telling.
    /// </summary>
    public static IntervalSet? BindAny(FieldEncoding field, IEnumerable values)
    {
        var points = new List<byte[]>();
        foreach (var value in values)
        {
            // Contains finds NaN by Equals, where == would not.
            var set = FloatComparison.IsNaN(value)
                ? IntervalSet.Point(field.Encode(FloatComparison.NaN(field.Type)))
                : Bind(field, ExpressionType.Equal, value, NullOrder.Never);
            if (set is null || !set.IsPoints)
            {
                return null;
            }

            foreach (var point in set.Intervals)
            {
                points.Add(point.From);
            }
        }

        return IntervalSet.Points(points);
    }

    /// <summary>The strings that start with a text.</summary>
    public static IntervalSet BindPrefix(string prefix)
    {
        var buffer = new KeyBuffer();
        KeyCodecs.EncodeStringPrefix(prefix, buffer);
        return IntervalSet.Between(buffer.ToArray(), KeyCodecs.Successor(buffer.Span));
    }

    /// <summary>The interval of encodings that compare so with one encoding.</summary>
    public static IntervalSet Around(byte[] encoding, ExpressionType comparison, byte[]? smallest = null) =>
        comparison switch
        {
            ExpressionType.Equal => IntervalSet.Point(encoding),
            ExpressionType.LessThan => IntervalSet.Between(smallest, encoding),
            ExpressionType.LessThanOrEqual => IntervalSet.Between(smallest, KeyCodecs.Successor(encoding)),
            ExpressionType.GreaterThan => IntervalSet.Between(KeyCodecs.Successor(encoding), null),
            ExpressionType.GreaterThanOrEqual => IntervalSet.Between(encoding, null),
            _ => throw new ArgumentOutOfRangeException(nameof(comparison)),
        };

    private static IntervalSet BindNull(ExpressionType comparison, NullOrder nullOrder) => comparison switch
    {
        ExpressionType.Equal => IntervalSet.Null,
        ExpressionType.GreaterThan when nullOrder != NullOrder.Never => IntervalSet.Present,
        ExpressionType.GreaterThanOrEqual when nullOrder == NullOrder.Total => IntervalSet.All,
        ExpressionType.GreaterThanOrEqual when nullOrder == NullOrder.TotalWithoutNull => IntervalSet.Present,
        ExpressionType.LessThanOrEqual when nullOrder == NullOrder.Total => IntervalSet.Null,
        _ => IntervalSet.Empty,
    };

    private static IntervalSet? BindSameType(FieldEncoding field, ExpressionType comparison, object value)
    {
        if (value.GetType() != field.Type)
        {
            return null;
        }

        if (value is string text && HasLoneSurrogate(text))
        {
            return BindUnstorable(text, comparison);
        }

        return Around(field.Encode(value), comparison);
    }

    /// <remarks>No document holds such a text; all stored ones are below or above it.</remarks>
    private static IntervalSet BindUnstorable(string text, ExpressionType comparison)
    {
        var buffer = new KeyBuffer();
        KeyCodecs.EncodeStringPrefix(text, buffer);
        return comparison switch
        {
            ExpressionType.Equal => IntervalSet.Empty,
            ExpressionType.LessThan or ExpressionType.LessThanOrEqual =>
                IntervalSet.Between(FirstPresent, buffer.ToArray()),
            _ => IntervalSet.Between(buffer.ToArray(), null),
        };
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return true;
                }

                i++;
            }
        }

        return false;
    }
}
