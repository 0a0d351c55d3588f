using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// What a condition says about one key part's values: a document outside <paramref name="Set"/> can't fulfil it.
/// </summary>
/// <param name="Set">The values that can.</param>
/// <param name="IsExact">Whether every document inside does.</param>
internal readonly record struct Narrowing(IntervalSet Set, bool IsExact)
{
    /// <summary>Nothing is said.</summary>
    public static Narrowing Unknown => new(IntervalSet.All, IsExact: false);

    /// <summary>What a condition says about a part's values in one execution.</summary>
    public static Narrowing Of(Condition condition, KeyPart part, QueryArguments arguments) => part.Path.IsMultikey
        ? OfEntries(condition, part, arguments)
        : OfValue(condition, part, arguments);

    private static Narrowing OfValue(Condition condition, KeyPart part, QueryArguments arguments)
    {
        switch (condition)
        {
            case ConstantCondition constant:
                return constant.Evaluate(arguments) is { } holds
                    ? new(holds ? IntervalSet.All : IntervalSet.Empty, IsExact: true)
                    : Unknown;
            case FieldCondition field:
                return part.EncodingOf(field.Field) is { } encoding && field.Test.Bind(encoding, arguments) is { } set
                    ? new(set, IsExact: true)
                    : Unknown;
            case NotCondition not:
                return OfValue(not.Inner, part, arguments) is { IsExact: true } inner
                    ? new(inner.Set.Complement(), IsExact: true)
                    : Unknown;
            case AndCondition and:
                return OfBoth(and, part, arguments);
            case OrCondition or:
                return OfEither(or, part, arguments, OfValue);
            default:
                return Unknown;
        }
    }

    /// <summary>
    /// How narrow a condition makes a part, as far as its form tells; null when it says nothing of it.
    /// </summary>
    public static Selectivity? Estimate(Condition condition, KeyPart part) => condition switch
    {
        FieldCondition field when part.EncodingOf(field.Field) is not null => field.Test.Selectivity,
        NotCondition not when !part.Path.IsMultikey && Estimate(not.Inner, part) is { } inner =>
            inner is Selectivity.HalfRange or Selectivity.Range ? Selectivity.HalfRange : Selectivity.Weak,
        AndCondition and => Both(Estimate(and.Left, part), Estimate(and.Right, part)),
        OrCondition { Left: ConstantCondition } or => Estimate(or.Right, part),
        OrCondition { Right: ConstantCondition } or => Estimate(or.Left, part),
        OrCondition or => Either(Estimate(or.Left, part), Estimate(or.Right, part)),
        AnyCondition { Element: { } element } when part.Path.IsMultikey => Estimate(element, part),
        _ => null,
    };

    /// <summary>How narrow two conditions are together.</summary>
    public static Selectivity? Both(Selectivity? left, Selectivity? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        return left == Selectivity.HalfRange && right == Selectivity.HalfRange ? Selectivity.Range
            : left > right ? left : right;
    }

    private static Selectivity? Either(Selectivity? left, Selectivity? right)
    {
        if (left is null || right is null)
        {
            return null;
        }

        var weaker = left < right ? left : right;
        return weaker == Selectivity.Point ? Selectivity.Points : weaker;
    }

    private static Narrowing OfBoth(AndCondition and, KeyPart part, QueryArguments arguments)
    {
        var left = OfValue(and.Left, part, arguments);
        if (left is { Set.IsEmpty: true })
        {
            return left;
        }

        var right = OfValue(and.Right, part, arguments);
        return new(left.Set.Intersect(right.Set), left.IsExact && right.IsExact);
    }

    private static Narrowing OfEither(
        OrCondition or, KeyPart part, QueryArguments arguments, Func<Condition, KeyPart, QueryArguments, Narrowing> of)
    {
        var left = of(or.Left, part, arguments);
        if (left is { IsExact: true, Set.IsAll: true })
        {
            return left;
        }

        var right = of(or.Right, part, arguments);
        return new(left.Set.Union(right.Set), left.IsExact && right.IsExact);
    }

    /// <remarks>
    /// Of a list, a document has an entry for each element, and a condition says that one of them lies in a set. Two of
    /// them may be fulfilled by two elements, so only one is used; the opposite says nothing of single entries.
    /// </remarks>
    private static Narrowing OfEntries(Condition condition, KeyPart part, QueryArguments arguments)
    {
        switch (condition)
        {
            case ConstantCondition:
                return OfValue(condition, part, arguments);
            case AnyCondition { Element: { } element }:
                return OfElements(element, part, arguments);
            case OrCondition or:
                return OfEither(or, part, arguments, OfEntries);
            case AndCondition and:
                var left = OfEntries(and.Left, part, arguments);
                var used = left.Set.IsAll ? OfEntries(and.Right, part, arguments) : left;
                return used with { IsExact = false };
            default:
                return Unknown;
        }
    }

    /// <remarks>
    /// An empty list has no entry and a missing one may have one of null, so conditions that null fulfils are left to
    /// the documents.
    /// </remarks>
    private static Narrowing OfElements(Condition element, KeyPart part, QueryArguments arguments)
    {
        var narrowing = OfValue(element, part, arguments);
        return narrowing.Set.Contains([0]) ? Unknown : narrowing;
    }
}
