using System.Globalization;
using System.Numerics;

namespace Abc.VMem.Db.Serialization;

/// <summary>Conversions between storage kinds that lose nothing. Pure, culture-independent.</summary>
internal static class ScalarConversions
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>
    /// The value in another kind; null when that would lose something or there is no such conversion.
    /// </summary>
    /// <param name="value">As <see cref="ScalarValues.Read"/> returns it.</param>
    /// <param name="kind">Kind asked for.</param>
    /// <param name="type">Type asked for: names of an enum are read as its values.</param>
    public static object? TryConvert(object value, StorageKind kind, Type type) => (value, kind) switch
    {
        (_, StorageKind.String) => ToText(value),
        (string text, _) => FromText(text, kind, type),
        (BigInteger number, _) => FromInteger(number, kind),
        (bool truth, StorageKind.Integer) => new BigInteger(truth ? 1 : 0),
        (char unit, StorageKind.Integer) => new BigInteger(unit),
        (Half number, StorageKind.Single) => (float)number,
        (Half number, StorageKind.Double) => (double)number,
        (Half number, _) => FromDouble((double)number, kind),
        (float number, StorageKind.Double) => (double)number,
        (float number, _) => FromDouble(number, kind),
        (double number, _) => FromDouble(number, kind),
        (decimal number, _) => FromDecimal(number, kind),
        (DateTime { Kind: DateTimeKind.Utc } date, StorageKind.DateTimeOffset) => new DateTimeOffset(date),
        (DateTime { Kind: DateTimeKind.Unspecified, TimeOfDay.Ticks: 0 } date, StorageKind.DateOnly) =>
            DateOnly.FromDateTime(date),
        (DateTimeOffset { Offset.Ticks: 0 } date, StorageKind.DateTime) => date.UtcDateTime,
        (DateOnly date, StorageKind.DateTime) => date.ToDateTime(TimeOnly.MinValue),
        (TimeOnly time, StorageKind.TimeSpan) => time.ToTimeSpan(),
        (TimeSpan { Ticks: >= 0 and < TimeSpan.TicksPerDay } time, StorageKind.TimeOnly) => TimeOnly.FromTimeSpan(time),
        _ => null,
    };

    /// <summary>Text from which the same value can be read again; null for bytes.</summary>
    public static string? ToText(object value) => value switch
    {
        string text => text,
        char unit => unit.ToString(),
        bool truth => truth ? "True" : "False",
        DateTime or DateTimeOffset or DateOnly or TimeOnly => ((IFormattable)value).ToString("O", Invariant),
        TimeSpan span => span.ToString("c", Invariant),
        Guid guid => guid.ToString("D"),
        IFormattable number => number.ToString(null, Invariant),
        _ => null,
    };

    private static object? FromText(string text, StorageKind kind, Type type)
    {
        object? value = kind switch
        {
            StorageKind.Integer when type.IsEnum => FromName(text, type),
            StorageKind.Integer when BigInteger.TryParse(
                text, NumberStyles.AllowLeadingSign, Invariant, out var v) => v,
            StorageKind.Single when float.TryParse(text, Invariant, out var v) => v,
            StorageKind.Double when double.TryParse(text, Invariant, out var v) => v,
            StorageKind.Half when Half.TryParse(text, Invariant, out var v) => v,
            StorageKind.Decimal when decimal.TryParse(text, NumberStyles.Number, Invariant, out var v) => v,
            StorageKind.Bool when bool.TryParse(text, out var v) => v,
            StorageKind.Char when text.Length == 1 => text[0],
            StorageKind.Guid when Guid.TryParseExact(text, "D", out var v) => v,
            StorageKind.TimeSpan when TimeSpan.TryParseExact(text, "c", Invariant, out var v) => v,
            StorageKind.DateOnly when DateOnly.TryParseExact(text, "O", out var v) => v,
            StorageKind.TimeOnly when TimeOnly.TryParseExact(text, "O", out var v) => v,
            StorageKind.DateTime when DateTime.TryParseExact(
                text, "O", Invariant, DateTimeStyles.RoundtripKind, out var v) => v,
            StorageKind.DateTimeOffset when DateTimeOffset.TryParseExact(
                text, "O", Invariant, DateTimeStyles.None, out var v) => v,
            _ => null,
        };

        // "007" or " 7" would come back as "7": something is lost.
        return value is not null && (type.IsEnum || ToText(value) == text) ? value : null;
    }

    private static BigInteger? FromName(string text, Type type)
    {
        if (Enum.IsDefined(type, text))
        {
            var number = Convert.ChangeType(Enum.Parse(type, text), type.GetEnumUnderlyingType(), Invariant);
            return BigInteger.Parse(ToText(number)!, Invariant);
        }

        return BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out var value)
            && ToText(value) == text ? value : null;
    }

    private static object? FromInteger(BigInteger number, StorageKind kind) => kind switch
    {
        StorageKind.Bool when number.IsZero || number.IsOne => number.IsOne,
        StorageKind.Char when number >= char.MinValue && number <= char.MaxValue => (char)number,
        StorageKind.Double when (BigInteger)(double)number == number => (double)number,
        StorageKind.Single when BigInteger.Abs(number) <= (1 << 24) => (float)number,
        StorageKind.Half when BigInteger.Abs(number) <= (1 << 11) => (Half)(float)number,
        StorageKind.Decimal when BigInteger.Abs(number) <= (BigInteger)decimal.MaxValue => (decimal)number,
        _ => null,
    };

    private static object? FromDouble(double number, StorageKind kind) => kind switch
    {
        StorageKind.Single when double.IsNaN(number) || (float)number == number => (float)number,
        StorageKind.Half when double.IsNaN(number) || (double)(Half)number == number => (Half)number,
        StorageKind.Integer when double.IsInteger(number) && !IsNegativeZero(number) => new BigInteger(number),
        StorageKind.Decimal when Math.Abs(number) < 7e27 && !IsNegativeZero(number)
            && (double)(decimal)number == number => (decimal)number,
        _ => null,
    };

    private static object? FromDecimal(decimal number, StorageKind kind) => kind switch
    {
        StorageKind.Integer when decimal.IsInteger(number) => new BigInteger(number),
        StorageKind.Double when Math.Abs(number) < 7e27m && (decimal)(double)number == number => (double)number,
        StorageKind.Single when Math.Abs(number) < 7e27m && (decimal)(float)number == number => (float)number,
        _ => null,
    };

    private static bool IsNegativeZero(double number) => number == 0 && double.IsNegative(number);
}
