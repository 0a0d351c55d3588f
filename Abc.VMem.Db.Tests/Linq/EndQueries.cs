namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Queries that end with one value.</summary>
internal static class EndQueries
{
    public static QueryTable Table { get; } = Create();

    private static QueryTable Create()
    {
        var table = new QueryTable();
        AddRows(table);
        AddCounts(table);
        AddAggregates(table);
        return table;
    }

    private static void AddRows(QueryTable t)
    {
        t.Add(q => q.First());
        t.Add(q => q.First(x => x.Age == 20));
        t.Add(q => q.First(x => x.Age == 1000));
        t.Add(q => q.FirstOrDefault(x => x.Age == 1000));
        t.Add(q => q.FirstOrDefault(x => x.Id == 30));
        t.Add(q => q.Where(x => x.Id == 30).FirstOrDefault());
        t.Add(q => q.Where(x => x.Age > 30).OrderBy(x => x.Name).First());
        t.Add(q => q.OrderByDescending(x => x.Age).First());
        t.Add(q => q.OrderBy(x => x.Age).ThenByDescending(x => x.Id).First());
        t.Add(q => q.FirstOrDefault(x => x.Age == 1000, new Thing()).Id);
        t.Add(q => q.Single());
        t.Add(q => q.Single(x => x.Id == 30));
        t.Add(q => q.Single(x => x.Id == 3000));
        t.Add(q => q.Single(x => x.Age == 20));
        t.Add(q => q.SingleOrDefault(x => x.Id == 3000));
        t.Add(q => q.SingleOrDefault(x => x.Age == 20));
        t.Add(q => q.Last());
        t.Add(q => q.Last(x => x.Age == 20));
        t.Add(q => q.LastOrDefault(x => x.Age == 1000));
        t.Add(q => q.OrderBy(x => x.Age).Last());
        t.Add(q => q.OrderByDescending(x => x.Age).Last());
        t.Add(q => q.OrderBy(x => x.Name).LastOrDefault());
        t.Add(q => q.OrderBy(x => x.Color).ThenBy(x => x.Name).Last());
        t.Add(q => q.OrderBy(x => x.Color).ThenBy(x => x.Age).Last());
        t.Add(q => q.Where(x => x.Age > 20).OrderBy(x => x.Age).Last());
        t.Add(q => q.Where(x => x.Age > 20).Last());
        t.Add(q => q.Take(10).Last());
        t.Add(q => q.Skip(10).Take(3).LastOrDefault());
        t.Add(q => q.Skip(10).First());
        t.Add(q => q.Take(1).Single());
        t.Add(q => q.ElementAt(7));
        t.Add(q => q.ElementAt(1000));
        t.Add(q => q.ElementAt(^1));
        t.Add(q => q.ElementAtOrDefault(1000));
        t.Add(q => q.Select(x => x.Rank).First());
        t.Add(q => q.Select(x => x.Age).FirstOrDefault(age => age > 1000));
    }

    private static void AddCounts(QueryTable t)
    {
        t.Add(q => q.Count());
        t.Add(q => q.LongCount());
        t.Add(q => q.Count(x => x.Age > 30));
        t.Add(q => q.Count(x => x.Age == 20 || x.Age == 34));
        t.Add(q => q.LongCount(x => x.Active));
        t.Add(q => q.Count(x => x.Label.Length > 6));
        t.Add(q => q.Where(x => x.Id > 100 && x.Id <= 150).Count());
        t.Add(q => q.Where(x => x.Id == 100 || x.Id == 1000).Count());
        t.Add(q => q.Where(x => x.Age > 30).Skip(10).Count());
        t.Add(q => q.Where(x => x.Age > 30).Take(10).Count());
        t.Add(q => q.OrderBy(x => x.Name).Skip(235).Count());
        t.Add(q => q.Skip(1000).Count());
        t.Add(q => q.Count(x => x.Rank == null));
        t.Add(q => q.Count(x => x.Rank != 3));
        t.Add(q => q.Any());
        t.Add(q => q.Any(x => x.Age == 20));
        t.Add(q => q.Any(x => x.Age == 1000));
        t.Add(q => q.Any(x => x.Id == 1000));
        t.Add(q => q.Where(x => x.Age > 30).Skip(1000).Any());
        t.Add(q => q.Take(0).Any());
        t.Add(q => q.All(x => x.Age > -100));
        t.Add(q => q.All(x => x.Age > 20));
        t.Add(q => q.All(x => x.Rank < 7));
        t.Add(q => q.Where(x => x.Rank != null).All(x => x.Rank < 7));
        t.Add(q => q.Select(x => x.Id).Contains(7));
        t.Add(q => q.Select(x => x.Age).Contains(1000));
    }

    private static void AddAggregates(QueryTable t)
    {
        t.Add(q => q.Sum(x => x.Age));
        t.Add(q => q.Sum(x => x.Rank));
        t.Add(q => q.Sum(x => x.Price));
        t.Add(q => q.Sum(x => x.Ratio));
        t.Add(q => q.Sum(x => x.Big));
        t.Add(q => q.Where(x => x.Age > 1000).Sum(x => x.Age));
        t.Add(q => q.Average(x => x.Age));
        t.Add(q => q.Average(x => x.Price));
        t.Add(q => q.Average(x => x.Rank));
        t.Add(q => q.Where(x => x.Age > 1000).Average(x => x.Age));
        t.Add(q => q.Where(x => x.Age > 1000).Average(x => x.Rank));
        t.Add(q => q.Min(x => x.Age));
        t.Add(q => q.Max(x => x.Age));
        t.Add(q => q.Min(x => x.Name));
        t.Add(q => q.Max(x => x.Name));
        t.Add(q => q.Min(x => x.Mail));
        t.Add(q => q.Min(x => x.Score));
        t.Add(q => q.Max(x => x.Score));
        t.Add(q => q.Max(x => x.Rank));
        t.Add(q => q.Min(x => x.Created));
        t.Add(q => q.Max(x => x.Seen));
        t.Add(q => q.Where(x => x.Age > 1000).Max(x => x.Age));
        t.Add(q => q.Where(x => x.Age > 1000).Max(x => x.Rank));
        t.Add(q => q.Where(x => x.Age > 1000).Max(x => x.Name));
        t.Add(q => q.Select(x => x.Age).Sum());
        t.Add(q => q.Where(x => x.Active).Select(x => x.Price).Max());
        t.Add(q => q.OrderBy(x => x.Name).Take(10).Sum(x => x.Age));
        t.Add(q => q.MinBy(x => x.Name));
        t.Add(q => q.MaxBy(x => x.Age));
        t.Add(q => q.Select(x => x.Age).Aggregate((a, b) => a ^ b));
    }
}
