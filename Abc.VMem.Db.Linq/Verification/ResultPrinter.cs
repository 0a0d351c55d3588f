using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Abc.VMem.Db.Linq.Verification;

/// <summary>Writes results as text of a bounded length, for a message.</summary>
internal static class ResultPrinter
{
    private const int MaxRows = 3;
    private const int MaxLength = 600;
    private const int MaxDepth = 4;
    private const int MaxElements = 8;

    /// <summary>The number of rows, and a few of them.</summary>
    public static string PrintRows<T>(List<T> rows, int first)
    {
        var shown = rows.Skip(first).Take(MaxRows).Select((row, i) => $"; row {first + i}: {Print(row)}");
        return FormattableString.Invariant($"{rows.Count} rows{string.Concat(shown)}")
            + (first >= rows.Count ? $"; none from row {first} on" : "");
    }

    /// <summary>One value.</summary>
    public static string Print(object? value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return Shorten(text.ToString());
    }

    /// <summary>The beginning of a long text.</summary>
    public static string Shorten(string text) => text.Length <= MaxLength ? text : $"{text[..MaxLength]}…";

    private static void Append(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string word:
                text.Append('"').Append(word).Append('"');
                break;
            case DateTime time:
                text.Append(time.ToString("O", CultureInfo.InvariantCulture));
                break;
            case IFormattable formattable:
                text.Append(formattable.ToString(null, CultureInfo.InvariantCulture));
                break;
            case var _ when depth == MaxDepth || text.Length > MaxLength:
                text.Append('…');
                break;
            case IEnumerable sequence:
                AppendSequence(text, sequence, depth);
                break;
            case var _ when value.GetType().IsPrimitive:
                text.Append(value);
                break;
            default:
                AppendObject(text, value, depth);
                break;
        }
    }

    private static void AppendSequence(StringBuilder text, IEnumerable sequence, int depth)
    {
        var outcome = Outcome<object?>.OfRows(() => sequence.Cast<object?>().Take(MaxElements + 1));
        var separator = "[";
        foreach (var row in outcome.Rows.Take(MaxElements))
        {
            Append(text.Append(separator), row, depth + 1);
            separator = ", ";
        }

        text.Append(outcome.Rows.Count == 0 ? "[" : "")
            .Append(outcome.Rows.Count > MaxElements ? ", …" : "")
            .Append(outcome.Failure is { } failure ? $" {failure.SourceException.GetType().Name}" : "")
            .Append(']');
    }

    private static void AppendObject(StringBuilder text, object value, int depth)
    {
        var separator = "{ ";
        foreach (var property in value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetIndexParameters().Length == 0 && property.GetMethod is not null)
            {
                text.Append(separator).Append(property.Name).Append(" = ");
                Append(text, Read(property, value), depth + 1);
                separator = ", ";
            }
        }

        foreach (var field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            text.Append(separator).Append(field.Name).Append(" = ");
            Append(text, field.GetValue(value), depth + 1);
            separator = ", ";
        }

        text.Append(separator == ", " ? " }" : value.ToString());
    }

    private static object? Read(PropertyInfo property, object value)
    {
        try
        {
            return property.GetValue(value);
        }
        catch (TargetInvocationException exception)
        {
            return exception.InnerException?.GetType().Name;
        }
    }
}
