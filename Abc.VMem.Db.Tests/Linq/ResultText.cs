using System.Collections;
using System.Globalization;
using System.Text;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Writes a query's result, or its failure, as text to compare.</summary>
internal static class ResultText
{
    /// <summary>Runs to the end and writes what came out.</summary>
    public static string Of(Func<object?> run)
    {
        var text = new StringBuilder();
        try
        {
            Append(text, run());
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            text.Append(" throws ").Append(exception.GetType().Name);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string word:
                text.Append('"').Append(word.Replace("\0", "\\0", StringComparison.Ordinal)).Append('"');
                break;
            case DateTime time:
                text.Append(time.ToString("O", CultureInfo.InvariantCulture));
                break;
            case double number:
                text.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case IEnumerable sequence:
                AppendSequence(text, sequence);
                break;
            case IFormattable formattable:
                text.Append(formattable.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                AppendObject(text, value);
                break;
        }
    }

    private static void AppendSequence(StringBuilder text, IEnumerable sequence)
    {
        if (sequence.GetType().GetProperty("Key") is { } key)
        {
            Append(text, key.GetValue(sequence));
            text.Append(": ");
        }

        text.Append('[');
        foreach (var element in sequence)
        {
            Append(text, element);
            text.Append(", ");
        }

        text.Append(']');
    }

    private static void AppendObject(StringBuilder text, object value)
    {
        var type = value.GetType();
        if (type == typeof(Thing) || type.IsPrimitive)
        {
            text.Append(value);
            return;
        }

        text.Append('{');
        foreach (var property in type.GetProperties().Where(property => property.GetIndexParameters().Length == 0))
        {
            text.Append(property.Name).Append('=');
            Append(text, property.GetValue(value));
            text.Append(' ');
        }

        foreach (var field in type.GetFields().Where(field => !field.IsStatic))
        {
            text.Append(field.Name).Append('=');
            Append(text, field.GetValue(value));
            text.Append(' ');
        }

        text.Append('}');
    }
}
