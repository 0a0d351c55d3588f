using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>How narrow a test is, as known before its values are: decides which index is tried first.</summary>
internal enum Selectivity
{
    /// <summary>Nearly everything passes.</summary>
    Weak,

    /// <summary>A range bounded on one side.</summary>
    HalfRange,

    /// <summary>A range bounded on both sides, or a prefix.</summary>
    Range,

    /// <summary>Some values.</summary>
    Points,

    /// <summary>One value.</summary>
    Point,
}

/// <summary>A test of a value that some intervals of its type's encodings pass.</summary>
internal abstract record FieldTest
{
    /// <summary>How narrow it is.</summary>
    public abstract Selectivity Selectivity { get; }

    /// <summary>
    /// The values that pass in one execution; null when these values don't say, so that only the compiled predicate
    /// can.
    /// </summary>
    public abstract IntervalSet? Bind(FieldEncoding field, QueryArguments arguments);

    /// <summary>How Explain shows it.</summary>
    public abstract string Describe(Field field, QueryArguments? arguments);
}

/// <summary>A comparison with a value.</summary>
/// <param name="Operator">==, !=, &lt;, &lt;=, &gt; or &gt;=.</param>
/// <param name="Value">The other side.</param>
/// <param name="NullOrder">What a null field is to an ordering comparison.</param>
internal sealed record CompareTest(ExpressionType Operator, Expression Value, NullOrder NullOrder) : FieldTest
{
    /// <inheritdoc/>
    public override Selectivity Selectivity => Operator switch
    {
        ExpressionType.Equal => Selectivity.Point,
        ExpressionType.NotEqual => Selectivity.Weak,
        _ => Selectivity.HalfRange,
    };

    /// <inheritdoc/>
    public override IntervalSet? Bind(FieldEncoding field, QueryArguments arguments) =>
        Operand.TryGet(Value, arguments, out var value) ? Comparison.Bind(field, Operator, value, NullOrder) : null;

    /// <inheritdoc/>
    public override string Describe(Field field, QueryArguments? arguments)
    {
        var symbol = Operator switch
        {
            ExpressionType.Equal => "=",
            ExpressionType.NotEqual => "!=",
            ExpressionType.LessThan => "<",
            ExpressionType.LessThanOrEqual => "<=",
            ExpressionType.GreaterThan => ">",
            _ => ">=",
        };
        return $"{field} {symbol} {Operand.Describe(Value, arguments, field.Type)}";
    }
}

/// <summary>What null and NaN are to &lt; and its kin.</summary>
internal enum NullOrder
{
    /// <summary>C#'s operators: never smaller, never greater.</summary>
    Never,

    /// <summary>CompareTo: a null field does not compare, NaN is the smallest number.</summary>
    TotalWithoutNull,

    /// <summary>string.Compare: null is the smallest value.</summary>
    Total,
}

/// <summary>Whether a value is one of a list's.</summary>
/// <param name="List">The list: a slot.</param>
internal sealed record InTest(Expression List) : FieldTest
{
    /// <inheritdoc/>
    public override Selectivity Selectivity => Selectivity.Points;

    /// <inheritdoc/>
    public override IntervalSet? Bind(FieldEncoding field, QueryArguments arguments) =>
        Operand.TryGet(List, arguments, out var list) && PlainLists.TryRead(list, out var values)
            ? Comparison.BindAny(field, values)
            : null;

    /// <inheritdoc/>
    public override string Describe(Field field, QueryArguments? arguments) =>
        $"{field} in {Operand.Describe(List, arguments)}";
}

/// <summary>Whether a string starts with another.</summary>
internal sealed record PrefixTest(Expression Prefix) : FieldTest
{
    /// <inheritdoc/>
    public override Selectivity Selectivity => Selectivity.Range;

    /// <inheritdoc/>
    public override IntervalSet? Bind(FieldEncoding field, QueryArguments arguments) =>
        Operand.TryGet(Prefix, arguments, out var prefix)
            ? prefix switch
            {
                string text => Comparison.BindPrefix(text),
                char letter => Comparison.BindPrefix(letter.ToString()),
                _ => null,
            }
            : null;

    /// <inheritdoc/>
    public override string Describe(Field field, QueryArguments? arguments) =>
        $"{field} starts with {Operand.Describe(Prefix, arguments)}";
}
