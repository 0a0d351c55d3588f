using System.Globalization;
using System.Linq.Expressions;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Comparisons of integer, char and enum fields with values of any numeric type to which C# widens them. A value
/// outside the field's range gives nothing or everything.
/// </summary>
internal static class IntegerComparison
{
    /// <summary>Whether fields of the type are compared here.</summary>
    public static bool IsInteger(Type type) => type.IsEnum || Type.GetTypeCode(type)
        is >= TypeCode.Char and <= TypeCode.UInt64;

    /// <summary>The values that pass; null when the value is no number.</summary>
    public static IntervalSet? Bind(FieldEncoding field, ExpressionType comparison, object value)
    {
        var underlying = field.Type.IsEnum ? Enum.GetUnderlyingType(field.Type) : field.Type;
        if (!IsInteger(underlying) || BoundsOf(underlying, comparison, value) is not var (low, high))
        {
            return null;
        }

        var (min, max) = RangeOf(underlying);
        if (low > high || low > max || high < min)
        {
            return IntervalSet.Empty;
        }

        if (low == high)
        {
            return IntervalSet.Point(Encode(field, underlying, low));
        }

        var from = low <= min ? null : Encode(field, underlying, low);
        var to = high >= max ? null : Encode(field, underlying, high + 1);
        return IntervalSet.Between(from, to);
    }

    /// <summary>An integer of any type, an enum's number or a char's code; null for anything else.</summary>
    public static Int128? ToInteger(object value) => value switch
    {
        int number => number,
        long number => number,
        short number => number,
        sbyte number => number,
        byte number => number,
        ushort number => number,
        uint number => number,
        ulong number => number,
        char letter => letter,
        Enum member => ToInteger(Convert.ChangeType(member, member.GetTypeCode(), CultureInfo.InvariantCulture)),
        _ => null,
    };

    private static (Int128 Low, Int128 High)? BoundsOf(Type type, ExpressionType comparison, object value)
    {
        if (ToInteger(value) is { } integer)
        {
            return Around(comparison, integer, integer);
        }

        return value switch
        {
            decimal number => Around(comparison, (Int128)decimal.Ceiling(number), (Int128)decimal.Floor(number)),
            double number =>
                ByWidening(type, comparison, candidate => Widen(type, candidate).CompareTo(number), number),
            float number =>
                ByWidening(type, comparison, candidate => WidenSingle(type, candidate).CompareTo(number), number),
            _ => null,
        };
    }

    /// <param name="comparison">The comparison.</param>
    /// <param name="ceiling">Smallest integer ≥ the value.</param>
    /// <param name="floor">Greatest integer ≤ the value.</param>
    private static (Int128 Low, Int128 High) Around(ExpressionType comparison, Int128 ceiling, Int128 floor) =>
        comparison switch
        {
            ExpressionType.Equal => (ceiling, floor),
            ExpressionType.LessThan => (Int128.MinValue, ceiling - 1),
            ExpressionType.LessThanOrEqual => (Int128.MinValue, floor),
            ExpressionType.GreaterThan => (floor + 1, Int128.MaxValue),
            _ => (ceiling, Int128.MaxValue),
        };

    /// <remarks>
    /// Several longs widen to one double, so the bounds are searched: widening never reverses an order. 2 × 65 steps.
    /// </remarks>
    private static (Int128 Low, Int128 High) ByWidening(
        Type type, ExpressionType comparison, Func<Int128, int> compare, double value)
    {
        if (double.IsNaN(value))
        {
            return (1, 0);
        }

        var (min, max) = RangeOf(type);
        var firstNotBelow = Search(min, max, candidate => compare(candidate) >= 0);
        var firstAbove = Search(min, max, candidate => compare(candidate) > 0);
        return comparison switch
        {
            ExpressionType.Equal => (firstNotBelow, firstAbove - 1),
            ExpressionType.LessThan => (min, firstNotBelow - 1),
            ExpressionType.LessThanOrEqual => (min, firstAbove - 1),
            ExpressionType.GreaterThan => (firstAbove, max),
            _ => (firstNotBelow, max),
        };
    }

    /// <summary>The first number from min for which the test holds; max + 1 when there is none.</summary>
    private static Int128 Search(Int128 min, Int128 max, Func<Int128, bool> holds)
    {
        var (low, high) = (min, max + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (holds(middle))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private static double Widen(Type type, Int128 number) => type == typeof(ulong) ? (ulong)number : (long)number;

    private static float WidenSingle(Type type, Int128 number) => type == typeof(ulong) ? (ulong)number : (long)number;

    private static (Int128 Min, Int128 Max) RangeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => (sbyte.MinValue, sbyte.MaxValue),
        TypeCode.Byte => (byte.MinValue, byte.MaxValue),
        TypeCode.Int16 => (short.MinValue, short.MaxValue),
        TypeCode.UInt16 => (ushort.MinValue, ushort.MaxValue),
        TypeCode.Char => (char.MinValue, char.MaxValue),
        TypeCode.Int32 => (int.MinValue, int.MaxValue),
        TypeCode.UInt32 => (uint.MinValue, uint.MaxValue),
        TypeCode.Int64 => (long.MinValue, long.MaxValue),
        _ => (ulong.MinValue, ulong.MaxValue),
    };

    private static byte[] Encode(FieldEncoding field, Type underlying, Int128 number)
    {
        object value = Type.GetTypeCode(underlying) switch
        {
            TypeCode.SByte => (sbyte)number,
            TypeCode.Byte => (byte)number,
            TypeCode.Int16 => (short)number,
            TypeCode.UInt16 => (ushort)number,
            TypeCode.Char => (char)number,
            TypeCode.Int32 => (int)number,
            TypeCode.UInt32 => (uint)number,
            TypeCode.Int64 => (long)number,
            _ => (ulong)number,
        };
        return field.Encode(field.Type.IsEnum ? Enum.ToObject(field.Type, value) : value);
    }
}
