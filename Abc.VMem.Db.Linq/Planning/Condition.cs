using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// A predicate as the planner understands it, in two-valued logic: a comparison with null is false, except == and !=,
/// and a negation is the exact opposite.
/// </summary>
internal abstract record Condition
{
    /// <summary>How Explain shows it, with the values of an execution when they are given.</summary>
    public abstract string Describe(QueryArguments? arguments);

    /// <inheritdoc/>
    public sealed override string ToString() => Describe(null);
}

/// <summary>A condition on no document, such as a captured flag.</summary>
/// <param name="Value">A slot or constant of type bool.</param>
internal sealed record ConstantCondition(Expression Value) : Condition
{
    /// <summary>Whether it holds; null when evaluating it throws.</summary>
    public bool? Evaluate(QueryArguments arguments) =>
        Operand.TryGet(Value, arguments, out var value) ? value is true : null;

    /// <inheritdoc/>
    public override string Describe(QueryArguments? arguments) => Operand.Describe(Value, arguments);
}

/// <summary>A test of one field's value that is an interval set of its encodings.</summary>
internal sealed record FieldCondition(Field Field, FieldTest Test) : Condition
{
    /// <inheritdoc/>
    public override string Describe(QueryArguments? arguments) => Test.Describe(Field, arguments);
}

/// <summary>A search in a string's text.</summary>
internal sealed record TextCondition(Field Field, bool AtEnd, Expression Part) : Condition
{
    /// <inheritdoc/>
    public override string Describe(QueryArguments? arguments) =>
        $"{Field} {(AtEnd ? "ends with" : "contains")} {Operand.Describe(Part, arguments)}";
}

/// <summary>Whether a list has an element for which a condition holds; any element when there is none.</summary>
internal sealed record AnyCondition(Field List, Condition? Element) : Condition
{
    /// <inheritdoc/>
    public override string Describe(QueryArguments? arguments) =>
        Element is null ? $"{List} has elements" : $"any of {List}: {Element.Describe(arguments)}";
}

/// <summary>The opposite.</summary>
internal sealed record NotCondition(Condition Inner) : Condition
{
    /// <inheritdoc/>
    public override string Describe(QueryArguments? arguments) => $"not ({Inner.Describe(arguments)})";
}

/// <summary>Both hold; the right one is looked at only where the left one holds.</summary>
internal sealed record AndCondition(Condition Left, Condition Right) : Condition
{
    /// <inheritdoc/>
    public override string Describe(QueryArguments? arguments) =>
        $"({Left.Describe(arguments)} and {Right.Describe(arguments)})";
}

/// <summary>One of them holds; the right one is looked at only where the left one does not hold.</summary>
internal sealed record OrCondition(Condition Left, Condition Right) : Condition
{
    /// <inheritdoc/>
    public override string Describe(QueryArguments? arguments) =>
        $"({Left.Describe(arguments)} or {Right.Describe(arguments)})";
}

/// <summary>A predicate that only compiled code answers, on the decoded document.</summary>
/// <param name="Expression">The predicate.</param>
/// <param name="Reason">What in it is not understood.</param>
internal sealed record OpaqueCondition(Expression Expression, string Reason) : Condition
{
    /// <inheritdoc/>
    public override string Describe(QueryArguments? arguments) => Operand.Print(Expression);
}
