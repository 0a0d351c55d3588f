using Abc.VMem.Db.Linq;
using Abc.VMem.Db.Linq.Spilling;

namespace Abc.VMem.Db.Tests.Linq.Spilling;

/// <summary>Random chains of operators that hold rows, with random budgets, give what LINQ to Objects gives.</summary>
public sealed class RandomSpillTests(ThingDatabase database) : IClassFixture<ThingDatabase>
{
    private const int QueriesPerSeed = 80;

    private static readonly Func<IQueryable<Row>, IQueryable<Row>>[] Steps =
    [
        q => q.OrderBy(r => r.Text),
        q => q.OrderByDescending(r => r.Number).ThenBy(r => r.Text),
        q => q.OrderBy(r => r.Text, StringComparer.OrdinalIgnoreCase).ThenByDescending(r => r.Id),
        q => q.GroupBy(r => r.Number).Select(g => new Row { Id = g.Count(), Number = g.Key, Text = g.First().Text }),
        q => q.GroupBy(r => r.Text, (text, rows) => new Row { Id = rows.Sum(r => r.Id), Text = text }),
        q => q.GroupBy(r => new { r.Number, Odd = r.Id % 2 }).SelectMany(g => g.OrderBy(r => r.Text).Take(2)),
        q => q.DistinctBy(r => r.Number),
        q => q.DistinctBy(r => r.Text, StringComparer.OrdinalIgnoreCase),
        q => q.Select(r => r.Text).Distinct().Select(text => new Row { Text = text }),
        q => q.Reverse(),
        q => q.Where(r => r.Id % 3 != 0),
        q => q.Skip(2).Take(150),
        q => q.CountBy(r => r.Number).Select(pair => new Row { Id = pair.Value, Number = pair.Key }),
        q => q.AggregateBy(r => r.Number, 0, (sum, r) => sum + r.Id)
            .Select(pair => new Row { Id = pair.Value, Number = pair.Key }),
    ];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Query_RandomChain_EqualsLinqToObjects(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < QueriesPerSeed; i++)
        {
            var steps = Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(Steps.Length)).ToArray();
            var join = random.Next(4);
            var budget = (long)Math.Pow(10, random.Next(0, 6));
            var name = $"seed {seed}, query {i}: steps {string.Join(", ", steps)}, join {join}, budget {budget}";
            var expected = Run(database.Things.AsQueryable(), steps, join);
            var probe = QueryProbe.Current = new QueryProbe { BudgetBytes = budget };
            foreach (var (where, result) in database.RunEverywhere(q => Run(q, steps, join)))
            {
                Assert.True(ResultText.Of(() => expected) == result, $"{name} {where}\n{result}");
            }

            Assert.True(probe is { OpenPages: 0, HeldBytes: 0 }, name);
        }
    }

    private static List<object> Run(IQueryable<Thing> things, int[] steps, int join)
    {
        var rows = things.Select(x => new Row { Id = x.Id, Number = x.Age / 3, Text = x.Name.Trim() });
        rows = join switch
        {
            1 => rows.Join(things, r => r.Number, x => x.Small, (r, x) => new Row { Id = x.Id, Text = r.Text }),
            2 => rows.GroupJoin(things.Where(x => x.Active), r => r.Text, x => x.Name, (r, xs) =>
                new Row { Id = xs.Count(), Number = r.Number, Text = r.Text }),
            3 => rows.LeftJoin(things, r => r.Id, x => x.Age, (r, x) =>
                new Row { Id = r.Id, Number = x == null ? -1 : x.Id, Text = r.Text }),
            _ => rows,
        };
        rows = steps.Aggregate(rows, (query, step) => Steps[step](query));
        return [.. rows.AsEnumerable().Select(r => new { r.Id, r.Number, r.Text })];
    }

    private sealed class Row
    {
        public int Id { get; set; }

        public int Number { get; set; }

        public string Text { get; set; } = "";
    }
}
