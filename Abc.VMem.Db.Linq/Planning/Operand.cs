using System.Collections;
using System.Globalization;
using System.Linq.Expressions;
using System.Text.RegularExpressions;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// The side of a condition that depends on no document: a slot, or a constant that belongs to the shape.
/// </summary>
internal static partial class Operand
{
    private const int ShownElements = 5;

    /// <summary>Whether an expression is such a side.</summary>
    public static bool Is(Expression expression) => expression is SlotExpression or ConstantExpression;

    /// <summary>Its value; false when evaluating it throws, which the compiled predicate will do again.</summary>
    public static bool TryGet(Expression operand, QueryArguments arguments, out object? value)
    {
        if (operand is ConstantExpression constant)
        {
            value = constant.Value;
            return true;
        }

        return arguments.TryGet(((SlotExpression)operand).Slot.Index, out value);
    }

    /// <summary>Its value and its name, as Explain shows them.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="arguments">The values of an execution, or null.</param>
    /// <param name="fieldType">Type of the field that it is compared with: a number may stand for an enum's
    /// member.</param>
    public static string Describe(Expression operand, QueryArguments? arguments, Type? fieldType = null)
    {
        if (operand is ConstantExpression constant)
        {
            return Format(constant.Value);
        }

        var name = ((SlotExpression)operand).Slot.Name;
        if (arguments is null)
        {
            return name.Length == 0 ? "?" : $"?{name}";
        }

        var text = TryGet(operand, arguments, out var value) ? Format(AsEnum(value, fieldType)) : "(throws)";
        return name.Length == 0 ? text : $"{text} ({name})";
    }

    /// <summary>A value as text.</summary>
    public static string Format(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        char letter => $"'{letter}'",
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture).TrimEnd('.'),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => FormatList(list),
        _ => value.ToString() ?? "",
    };

    private static object? AsEnum(object? value, Type? fieldType)
    {
        var type = fieldType is null ? null : Nullable.GetUnderlyingType(fieldType) ?? fieldType;
        return type is { IsEnum: true } && value is not null && value.GetType() == Enum.GetUnderlyingType(type)
            ? Enum.ToObject(type, value)
            : value;
    }

    /// <summary>An expression as text, without the names that the compiler gave.</summary>
    public static string Print(Expression expression) => AnonymousType().Replace(expression.ToString(), "new(")
        .Replace("<>h__TransparentIdentifier", "t", StringComparison.Ordinal)
        .Replace("AndAlso", "&&", StringComparison.Ordinal)
        .Replace("OrElse", "||", StringComparison.Ordinal);

    [GeneratedRegex(@"new <>f__AnonymousType\d+(`\d+)?\(")]
    private static partial Regex AnonymousType();

    private static string FormatList(IEnumerable list)
    {
        var elements = list.Cast<object?>().Take(ShownElements + 1).Select(Format).ToList();
        var isLonger = elements.Count > ShownElements;
        return $"[{string.Join(", ", elements.Take(ShownElements))}{(isLonger ? ", ..." : "")}]";
    }
}
