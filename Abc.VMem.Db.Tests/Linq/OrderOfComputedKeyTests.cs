using Abc.VMem.Db.Linq;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Orders by what a query computes: mistakes that generated queries have found.</summary>
public sealed class OrderOfComputedKeyTests(ThingDatabase database) : IClassFixture<ThingDatabase>
{
    /// <summary>
    /// A sort encoded its keys as an index does, and an index refuses a string with half a surrogate pair: an order by
    /// a part of a text failed where the text was cut within a pair.
    /// </summary>
    [Fact]
    public void OrderBy_PartOfATextThatCutsAPair_IsOrdinal()
    {
        var expected = database.Things
            .OrderBy(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name, StringComparer.Ordinal).Select(x => x.Id);
        var query = database.Indexed.AsQueryable().OrderBy(x => x.Name.Length > 1 ? x.Name.Substring(1) : x.Name);

        Assert.Contains(database.Things, x => x.Name.Length > 1 && char.IsLowSurrogate(x.Name[1]));
        Assert.Equal(expected, query.Select(x => x.Id));
        Assert.Equal(expected.Reverse().First(), query.Last().Id);
    }

    /// <summary>
    /// A document whose key lies behind a null sorts first. An order that was planned did so; the same order behind an
    /// operator that LINQ to Objects runs failed on that document.
    /// </summary>
    [Fact]
    public void OrderBy_KeyBehindNullInTheTail_SortsItFirst()
    {
        var expected = database.Things.SkipLast(1)
            .OrderBy(x => x.Place?.Floor).ThenByDescending(x => x.Place?.Position?.North).Select(x => x.Id);
        var query = database.Indexed.AsQueryable().SkipLast(1)
            .OrderBy(x => x.Place!.Floor).ThenByDescending(x => x.Place!.Position!.North);

        Assert.Contains(database.Things, x => x.Place is null);
        Assert.Equal(expected, query.Select(x => x.Id));
    }
}
