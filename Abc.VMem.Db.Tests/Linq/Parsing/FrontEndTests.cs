using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Tests.Linq.Parsing;

public sealed class FrontEndTests
{
    private static readonly IQueryable<Thing> Source = Array.Empty<Thing>().AsQueryable();

    [Fact]
    public void Parse_ArrayContains_NoSpanIsLeft()
    {
        int[] ids = [1, 2];
        var parsed = Parse(Source.Where(x => ids.Contains(x.Id) || x.Numbers.Contains(3)));
        var text = parsed.Prefix.ToString();
        Assert.DoesNotContain("op_Implicit", text, StringComparison.Ordinal);
        Assert.Contains("ids.Contains(x.Id)", text, StringComparison.Ordinal);
        Assert.Contains("x.Numbers.Contains(", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ArraySequenceEqualAndIndexOf_RunOnArrays()
    {
        int[] numbers = [1, 2];
        var parsed = Parse(Source.Where(x => x.Numbers.SequenceEqual(numbers) || x.Numbers.IndexOf(2) == 0));
        Assert.Contains("SequenceEqual(", parsed.Prefix.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("op_Implicit", parsed.Prefix.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Captured_OneSlotForTheLargestPart()
    {
        var settings = new { Limits = new { Age = 20 } };
        var parsed = Parse(Source.Where(x => x.Age > settings.Limits.Age + 1 && x.Id < settings.Limits.Age));
        Assert.Equal(["expression", "settings.Limits.Age"], parsed.Slots.Select(slot => slot.Name));
        Assert.Equal([21, 20], parsed.Slots.Select(slot => slot.Evaluate(Constants(parsed))));

        object?[] Constants(ParsedQuery _) => ConstantsOf(Source.Where(
            x => x.Age > settings.Limits.Age + 1 && x.Id < settings.Limits.Age));
    }

    [Fact]
    public void Parse_Unknown_TailBeginsThere()
    {
        var parsed = Parse(Source.Where(x => x.Age > 1).GroupBy(x => x.Color).Select(g => g.Count()));
        Assert.StartsWith("source.Where(", parsed.Prefix.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("GroupBy", parsed.Prefix.ToString(), StringComparison.Ordinal);
        Assert.Equal("GroupBy runs on rows", parsed.TailReason);
        Assert.Equal(typeof(IEnumerable<Thing>), parsed.Rows.Type);
    }

    [Fact]
    public void Parse_WhereAfterTake_IsTail() =>
        Assert.Equal("Where after Take or Skip", Parse(Source.Take(3).Where(x => x.Age > 1)).TailReason);

    [Fact]
    public void Parse_ThenByThatIsNotPlanned_TakesItsOrderByAlong()
    {
        var parsed = Parse(Source.OrderBy(x => x.Age).ThenBy(x => x.Place, Comparer<Place?>.Default));
        Assert.Equal("source", parsed.Prefix.ToString());
        Assert.NotNull(parsed.Tail);
    }

    [Fact]
    public void Parse_CultureSensitiveCalls_BecomeOrdinal()
    {
        var query = Source.Where(x => x.Name.StartsWith("a") || x.Name.CompareTo("b") < 0 || x.Name.ToUpper() == "C");
        var text = Parse(query).Prefix.ToString();
        Assert.Contains("Ordinal", text, StringComparison.Ordinal);
        Assert.Contains("CompareOrdinal", text, StringComparison.Ordinal);
        Assert.Contains("ToUpperInvariant", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NewGuidInAFilter_IsNoSlot() =>
        Assert.Empty(Parse(Source.Where(x => x.Key != Guid.NewGuid())).Slots);

    private static ParsedQuery Parse(IQueryable query) => QueryFrontEnd.Parse(query.Expression, ConstantsOf(query));

    private static object?[] ConstantsOf(IQueryable query)
    {
        var shape = ShapeReader.Read(query.Expression);
        var constants = shape.CopyConstants();
        shape.Release();
        return constants;
    }
}
