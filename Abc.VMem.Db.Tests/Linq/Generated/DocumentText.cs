using System.Collections;
using System.Globalization;
using System.Text;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>Writes values and documents as C#; a document's members that have their default are left out.</summary>
internal static class DocumentText
{
    /// <summary>The text of any value, cut off when it is long.</summary>
    public static string Of(object? value, int maxLength = int.MaxValue)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.Length <= maxLength ? text.ToString() : $"{text.ToString(0, maxLength)}…";
    }

    private static void Append(StringBuilder text, object? value)
    {
        if (Scalar(value) is { } scalar)
        {
            text.Append(scalar);
        }
        else if (value is IEnumerable rows)
        {
            AppendRows(text, rows);
        }
        else
        {
            AppendMembers(text, value!);
        }
    }

    private static string? Scalar(object? value) => value switch
    {
        null => "null",
        string word => $"\"{Escape(word)}\"",
        char letter => $"'{Escape(letter.ToString())}'",
        bool flag => flag ? "true" : "false",
        double number => Floating(number, "double", "d"),
        float number => Floating(number, "float", "f"),
        decimal number => $"{number.ToString(CultureInfo.InvariantCulture)}m",
        long number => string.Create(CultureInfo.InvariantCulture, $"{number}L"),
        uint number => string.Create(CultureInfo.InvariantCulture, $"{number}u"),
        ulong number => string.Create(CultureInfo.InvariantCulture, $"{number}ul"),
        short or byte or int => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        DateTime time => string.Create(
            CultureInfo.InvariantCulture, $"new DateTime({time.Ticks}L, DateTimeKind.{time.Kind})"),
        DateTimeOffset time => string.Create(
            CultureInfo.InvariantCulture,
            $"new DateTimeOffset({time.Ticks}L, TimeSpan.FromHours({time.Offset.Hours}))"),
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"new TimeSpan({time.Ticks}L)"),
        DateOnly day => $"DateOnly.Parse(\"{day:O}\")",
        TimeOnly time => string.Create(CultureInfo.InvariantCulture, $"new TimeOnly({time.Ticks}L)"),
        Guid guid => $"Guid.Parse(\"{guid}\")",
        Color color => string.Create(CultureInfo.InvariantCulture, $"(Color){(int)color}"),
        _ => null,
    };

    private static string Floating(double number, string type, string suffix) => number switch
    {
        double.NaN => $"{type}.NaN",
        double.PositiveInfinity => $"{type}.PositiveInfinity",
        double.NegativeInfinity => $"{type}.NegativeInfinity",
        _ => $"{number.ToString("R", CultureInfo.InvariantCulture)}{suffix}",
    };

    private static string Escape(string text) => string.Concat(text.Select(letter =>
        letter is '"' or '\\' ? $"\\{letter}"
        : letter is < ' ' or > '~' ? $"\\u{(int)letter:X4}"
        : letter.ToString()));

    private static void AppendRows(StringBuilder text, IEnumerable rows)
    {
        if (rows.GetType().GetInterfaces().FirstOrDefault(
            type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IGrouping<,>)) is { } group)
        {
            Append(text, group.GetProperty("Key")!.GetValue(rows));
            text.Append(": ");
        }

        var separator = "";
        text.Append('[');
        foreach (var row in rows)
        {
            text.Append(separator);
            Append(text, row);
            separator = ", ";
        }

        text.Append(']');
    }

    private static void AppendMembers(StringBuilder text, object value)
    {
        var type = value.GetType();
        var isAnonymous = MemberPaths.IsAnonymous(type);
        var standard = isAnonymous || type.GetConstructor([]) is null ? null : Activator.CreateInstance(type);
        var separator = " { ";
        text.Append(isAnonymous ? "new" : $"new {type.Name}");
        foreach (var property in type.GetProperties().Where(p => p.CanWrite || standard is null))
        {
            var member = Of(property.GetValue(value));
            if (standard is null || member != Of(property.GetValue(standard)))
            {
                text.Append(separator).Append(property.Name).Append(" = ").Append(member);
                separator = ", ";
            }
        }

        text.Append(separator == ", " ? " }" : "()");
    }
}
