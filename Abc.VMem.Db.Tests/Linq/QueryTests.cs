namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Every query gives what LINQ to Objects gives over the same objects, wherever it runs.</summary>
public sealed class QueryTests(ThingDatabase database) : IClassFixture<ThingDatabase>
{
    private static readonly Dictionary<string, QueryCase> Cases = AllCases().ToDictionary(query => query.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_Anywhere_EqualsLinqToObjects(string name)
    {
        var query = Cases[name];
        var expected = ResultText.Of(() => query.Expected(database.Things));
        foreach (var (where, result) in database.RunEverywhere(query.Query))
        {
            Assert.Equal($"{where}: {expected}", $"{where}: {result}");
        }
    }

    private static IEnumerable<QueryCase> AllCases() =>
    [
        .. FilterQueries.Table.Cases,
        .. TypeQueries.Table.Cases,
        .. NestedQueries.Table.Cases,
        .. OrderQueries.Table.Cases,
        .. EndQueries.Table.Cases,
        .. TailQueries.Table.Cases,
    ];
}
