namespace Abc.VMem.Db.Tests.Linq;

/// <summary>What LINQ to Objects runs over the plan's rows: every other operator.</summary>
internal static class TailQueries
{
    public static QueryTable Table { get; } = Create();

    private static QueryTable Create()
    {
        var table = new QueryTable();
        AddGroups(table);
        AddJoins(table);
        AddSets(table);
        return table;
    }

    private static void AddGroups(QueryTable t)
    {
        t.Add(q => q.GroupBy(x => x.Color));
        t.Add(q => q.GroupBy(x => x.Rank).Select(g => new { g.Key, Count = g.Count(), Sum = g.Sum(x => x.Age) }));
        t.Add(q => q.Where(x => x.Age > 30).GroupBy(x => x.Letter, x => x.Id));
        t.Add(q => q.GroupBy(x => new { x.Color, x.Active }).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Color)
            .Select(g => g.Key));
        t.Add(q => q.GroupBy(x => x.Age / 10 * 10, (age, xs) => new { age, Count = xs.Count() }).OrderBy(g => g.age));
        t.Add(q => q.GroupBy(x => x.Mail).Where(g => g.Count() > 20).Select(g => g.Key));
        t.Add(q => from x in q
                   group x by x.Letter into g
                   orderby g.Key descending
                   select new { g.Key, Max = g.Max(x => x.Name) });
        t.Add(q => q.CountBy(x => x.Color));
        t.Add(q => q.AggregateBy(x => x.Color, 0, (sum, x) => sum + x.Age));
        t.Add(q => q.Chunk(100).Select(c => c.Length));
        t.Add(q => q.ToLookup(x => x.Color).Count);
        t.Add(q => q.ToDictionary(x => x.Id)[5]);
    }

    private static void AddJoins(QueryTable t)
    {
        var others = new[]
        {
            new { Id = 3, Text = "three" }, new { Id = 5, Text = "five" }, new { Id = 5, Text = "cinq" },
        };
        t.Add(q => q.Join(others, x => x.Id, o => o.Id, (x, o) => new { x.Id, o.Text }));
        t.Add(q => q.Where(x => x.Id < 7)
            .GroupJoin(others, x => x.Id, o => o.Id, (x, os) => new { x.Id, Count = os.Count() }));
        t.Add(q => q.Where(x => x.Id < 7).LeftJoin(others, x => x.Id, o => o.Id, (x, o) => new { x.Id, o!.Text }),
            all => all.Where(x => x.Id < 7).LeftJoin(others, x => x.Id, o => o.Id, (x, o) => new { x.Id, o?.Text }));
        t.Add(q => q.Where(x => x.Id < 9)
            .Join(q.Where(y => y.Active), x => x.Id, y => y.Id, (x, y) => new { A = x.Id, B = y.Id }));
        t.Add(q => q.Where(x => x.Id < 9).Where(x => q.Any(y => y.Age == x.Age && y.Id != x.Id)));
        t.Add(q => q.Where(x => x.Id < 4).Select(x => new { x.Id, Same = q.Count(y => y.Age == x.Age) }));
        t.Add(q => q.Where(x => x.Id < 4)
            .SelectMany(x => q.Where(y => y.Age == x.Age), (x, y) => new { A = x.Id, B = y.Id }));
        t.Add(q => q.Where(x => q.Where(y => y.Active).Select(y => y.Id).Contains(x.Id) && x.Id < 10));
        t.Add(q => q.Zip(others, (x, o) => x.Name + o.Text));
    }

    private static void AddSets(QueryTable t)
    {
        var ids = new[] { 1, 2, 3 };
        t.Add(q => q.Select(x => x.Color).Distinct());
        t.Add(q => q.Select(x => new { x.Color, x.Active }).Distinct());
        t.Add(q => q.DistinctBy(x => x.Letter));
        t.Add(q => q.Where(x => x.Id < 3).Concat(q.Where(x => x.Id > 238)));
        t.Add(q => q.Where(x => x.Id < 3).Select(x => x.Id).Union(q.Where(x => x.Id < 5).Select(x => x.Id)));
        t.Add(q => q.Select(x => x.Id).Except(ids).Take(3));
        t.Add(q => q.Select(x => x.Id).Intersect(ids));
        t.Add(q => q.ExceptBy(ids, x => x.Id).Take(2));
        t.Add(q => q.UnionBy(q.Take(3), x => x.Color));
        t.Add(q => q.Select(x => x.Id).Append(7).Prepend(9).Count());
        t.Add(q => q.Where(x => x.Age > 1000).Select(x => x.Id).DefaultIfEmpty());
        t.Add(q => q.Where(x => x.Age > 1000).Select(x => x.Id).DefaultIfEmpty(5).Sum());
        t.Add(q => q.Select(x => x.Id).Take(3).SequenceEqual(ids));
        t.Add(q => q.Select(x => x.Name).Distinct(StringComparer.OrdinalIgnoreCase));
        t.Add(q => q.Index().Where(p => p.Index == 5));
        t.Add(q => q.Select(x => x.Name).Min());
        t.Add(q => q.Select(x => x.Name).GroupBy(n => n.Length).Select(g => g.OrderBy(n => n).First()));
        t.Add(q => q.Where(x => x.Age > 30).AsEnumerable().Where(x => x.Active));
        t.Add(q => q.Where(x => x.Age > 30).ToList().Count);
        t.Add(q => q.Where(x => x.Age > 30).AsQueryable().Where(x => x.Active));
    }
}
