using Abc.VMem.Db.Linq.Spilling;

namespace Abc.VMem.Db.Tests.Linq.Spilling;

/// <summary>Every query gives the same when its operators put everything aside that they can.</summary>
public sealed class SpilledQueryTests(ThingDatabase database) : IClassFixture<ThingDatabase>
{
    private static readonly Dictionary<string, QueryCase> Cases =
        SpillQueries.Table.Cases.Concat(TailQueries.Table.Cases).Concat(OrderQueries.Table.Cases)
            .DistinctBy(query => query.Name).ToDictionary(query => query.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Query_BeyondItsBudget_EqualsLinqToObjects(string name)
    {
        var query = Cases[name];
        var expected = ResultText.Of(() => query.Expected(database.Things));
        foreach (var budget in (long[])[0, 5000])
        {
            var probe = QueryProbe.Current = new QueryProbe { BudgetBytes = budget };
            foreach (var (where, result) in database.RunEverywhere(query.Query))
            {
                Assert.Equal($"{budget} {where}: {expected}", $"{budget} {where}: {result}");
                Assert.Equal(0, probe.OpenPages);
                Assert.Equal(0, probe.HeldBytes);
            }
        }

        QueryProbe.Current = null;
    }
}
