namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Orders, slices, projections.</summary>
internal static class OrderQueries
{
    public static QueryTable Table { get; } = Create();

    private static QueryTable Create()
    {
        var table = new QueryTable();
        AddOrders(table);
        AddSlices(table);
        AddSelects(table);
        return table;
    }

    private static void AddOrders(QueryTable t)
    {
        t.Add(q => q);
        t.Add(q => q.OrderBy(x => x.Id));
        t.Add(q => q.OrderByDescending(x => x.Id));
        t.Add(q => q.OrderBy(x => x.Age));
        t.Add(q => q.OrderByDescending(x => x.Age));
        t.Add(q => q.OrderBy(x => x.Name));
        t.Add(q => q.OrderByDescending(x => x.Name));
        t.Add(q => q.OrderBy(x => x.Mail));
        t.Add(q => q.OrderBy(x => x.Rank));
        t.Add(q => q.OrderByDescending(x => x.Rank));
        t.Add(q => q.OrderBy(x => x.Score));
        t.Add(q => q.OrderByDescending(x => x.Score));
        t.Add(q => q.OrderBy(x => x.Ratio));
        t.Add(q => q.OrderBy(x => x.Price));
        t.Add(q => q.OrderBy(x => x.Key));
        t.Add(q => q.OrderBy(x => x.Seen));
        t.Add(q => q.OrderBy(x => x.Created));
        t.Add(q => q.OrderBy(x => x.Active));
        t.Add(q => q.OrderBy(x => x.Color));
        t.Add(q => q.OrderByDescending(x => x.Maybe));
        t.Add(q => q.OrderBy(x => x.Letter));
        t.Add(q => q.OrderBy(x => x.Huge));
        t.Add(q => q.OrderBy(x => x.Length).ThenBy(x => x.Name));
        t.Add(q => q.OrderBy(x => x.Color).ThenBy(x => x.Age));
        t.Add(q => q.OrderByDescending(x => x.Color).ThenByDescending(x => x.Age));
        t.Add(q => q.OrderBy(x => x.Color).ThenByDescending(x => x.Age));
        t.Add(q => q.OrderBy(x => x.Color).ThenBy(x => x.Name).ThenBy(x => x.Id));
        t.Add(q => q.OrderBy(x => x.Letter).ThenBy(x => x.Rank));
        t.Add(q => q.OrderByDescending(x => x.Letter).ThenByDescending(x => x.Rank).ThenByDescending(x => x.Name));
        t.Add(q => q.OrderBy(x => x.Age).OrderBy(x => x.Color));
        t.Add(q => q.OrderBy(x => x.Age).Where(x => x.Active).OrderByDescending(x => x.Letter));
        t.Add(q => q.OrderBy(x => x.Id).ThenBy(x => x.Age));
        t.Add(q => q.OrderBy(x => x.Name.Length).ThenBy(x => x.Name));
        t.Add(q => q.OrderBy(x => -x.Age));
        t.Add(q => q.OrderBy(x => (double)x.Big));
        t.Add(q => q.OrderBy(x => x.Age % 5).ThenByDescending(x => x.Age / 5));
        t.Add(q => q.OrderBy(x => x.Name.ToLowerInvariant()));
        t.Add(q => q.OrderBy(x => x.Name, StringComparer.OrdinalIgnoreCase));
        t.Add(q => q.OrderBy(x => new ValueTuple<Color, string>(x.Color, x.Name)));
        t.Add(q => q.Where(x => x.Age > 20).OrderBy(x => x.Age));
        t.Add(q => q.Where(x => x.Age > 20).OrderByDescending(x => x.Age));
        t.Add(q => q.Where(x => x.Age > 20).OrderBy(x => x.Name));
        t.Add(q => q.Where(x => x.Color == Color.Red).OrderBy(x => x.Age));
        t.Add(q => q.Where(x => x.Color == Color.Red).OrderByDescending(x => x.Age).Take(7));
        t.Add(q => q.Where(x => x.Age == 20 || x.Age == 34).OrderByDescending(x => x.Age));
        t.Add(q => q.Where(x => x.Letter == 'b' && x.Rank == 2).OrderBy(x => x.Name));
        t.Add(q => q.Where(x => x.Letter == 'b').OrderBy(x => x.Name));
        t.Add(q => q.OrderBy(x => x.Tags.Count).ThenBy(x => x.Numbers.Length));
        t.Add(q => q.Where(x => x.Tags.Contains("t3")).OrderBy(x => x.Name));
        t.Add(q => q.Order(Comparer<Thing>.Create((a, b) => a.Age - b.Age)));
        t.Add(q => q.Select(x => x.Name).Order());
        t.Add(q => q.Select(x => x.Name).OrderDescending().Take(5));
    }

    private static void AddSlices(QueryTable t)
    {
        var five = 5;
        t.Add(q => q.Take(3));
        t.Add(q => q.Take(0));
        t.Add(q => q.Take(-3));
        t.Add(q => q.Skip(230));
        t.Add(q => q.Skip(-3).Take(2));
        t.Add(q => q.Skip(1000));
        t.Add(q => q.Skip(10).Take(five));
        t.Add(q => q.Take(10).Skip(five));
        t.Add(q => q.Skip(2).Take(10).Skip(3).Take(4));
        t.Add(q => q.Take(int.MaxValue).Skip(238));
        t.Add(q => q.OrderBy(x => x.Age).Take(10));
        t.Add(q => q.OrderBy(x => x.Age).Skip(100).Take(10));
        t.Add(q => q.OrderByDescending(x => x.Age).Skip(100).Take(10));
        t.Add(q => q.OrderBy(x => x.Name).Skip(5).Take(5));
        t.Add(q => q.OrderByDescending(x => x.Name).ThenBy(x => x.Age).Skip(5).Take(5));
        t.Add(q => q.Where(x => x.Age > 20).Take(5));
        t.Add(q => q.Where(x => x.Age > 20).OrderBy(x => x.Name).Take(5));
        t.Add(q => q.Take(20).Where(x => x.Age > 20));
        t.Add(q => q.Take(20).OrderByDescending(x => x.Id));
        t.Add(q => q.OrderBy(x => x.Age).Take(20).OrderBy(x => x.Id).Take(3));
        t.Add(q => q.OrderBy(x => x.Age).Take(20).Count(x => x.Active));
        t.Add(q => q.Take(5).Select(x => x.Id));
        t.Add(q => q.Take(2..5));
        t.Add(q => q.Take(^3..));
        t.Add(q => q.TakeLast(3));
        t.Add(q => q.SkipLast(237));
        t.Add(q => q.TakeWhile(x => x.Id < 5));
        t.Add(q => q.SkipWhile(x => x.Id < 238));
        t.Add(q => q.OrderBy(x => x.Name).Reverse());
        t.Add(q => q.Reverse().Take(3));
    }

    private static void AddSelects(QueryTable t)
    {
        var factor = 2;
        t.Add(q => q.Select(x => x.Id));
        t.Add(q => q.Select(x => x.Name));
        t.Add(q => q.Select(x => x.Label));
        t.Add(q => q.Select(x => new { x.Name, x.Age }));
        t.Add(q => q.Select(x => new { x.Name, Twice = x.Age * factor, x.Active }));
        t.Add(q => q.Select(x => new ValueTuple<int, string>(x.Id, x.Name)));
        t.Add(q => q.Select(x => new Line { Product = x.Id, Note = x.Name }));
        t.Add(q => q.Select(x => new { x.Key, x.Seen, x.Created, x.Length, x.Day, x.At }));
        t.Add(q => q.Select(x => new { x.Score, x.Ratio, x.Price, x.Letter, x.Color, x.Maybe, x.Rank, x.Flag }));
        t.Add(q => q.Select(x => new { x.Big, x.Small, x.Tiny, x.Unsigned, x.Huge, x.Closed }));
        t.Add(q => q.Select(x => x.Age > 20 ? "old" : "young"));
        t.Add(q => q.Select(x => x.Rank ?? -1));
        t.Add(q => q.Select(x => x.Name.ToUpper()));
        t.Add(q => q.Select(x => 1));
        t.Add(q => q.Select(x => factor));
        t.Add(q => q.Select(x => x));
        t.Add(q => q.Select(x => new { Thing = x, x.Age }));
        t.Add(q => q.Select(x => new { x.Name, x.Age }).Where(p => p.Age > 30));
        t.Add(q => q.Select(x => new { x.Name, x.Age }).OrderBy(p => p.Name).ThenBy(p => p.Age).Take(5));
        t.Add(q => q.Select(x => x.Age).Where(age => age > 30).OrderByDescending(age => age).Take(5));
        t.Add(q => q.Select(x => x.Age).Select(age => age + 1));
        t.Add(q => q.Select(x => x.Name.ToUpper()).Where(n => n.StartsWith("A")).OrderBy(n => n));
        t.Add(q => q.Select(x => x.Name.ToUpper()).Select(n => n.Length));
        t.Add(q => q.Where(x => x.Age > 30).Select(x => new { x.Id, x.Name }));
        t.Add(q => q.Where(x => x.Label.Length > 6).Select(x => new { x.Id, x.Name }));
        t.Add(q => q.Select((x, i) => x.Id + i));
        t.Add(q => q.Where((x, i) => i % 50 == 0));
        t.Add(q => from x in q
                   where x.Age > 30
                   let twice = x.Age * 2
                   where twice < 90
                   orderby twice
                   select new { x.Id, twice });
        t.Add(q => from x in q from tag in x.Tags where tag == "t3" select x.Id);
        t.Add(q => q.Cast<Thing>().Where(x => x.Id == 3));
        t.Add(q => q.OfType<Thing>().Where(x => x.Id == 3));
        t.Add(q => q.Cast<object>().Count());
    }
}
