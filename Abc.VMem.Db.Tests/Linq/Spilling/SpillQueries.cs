namespace Abc.VMem.Db.Tests.Linq.Spilling;

/// <summary>Every operator that holds rows, in every form.</summary>
internal static class SpillQueries
{
    private static readonly Item Captured = new();

    public static QueryTable Table { get; } = Create();

    private static QueryTable Create()
    {
        var table = new QueryTable();
        AddGroups(table);
        AddAggregates(table);
        AddJoins(table);
        AddObjects(table);
        AddSets(table);
        AddOrders(table);
        return table;
    }

    private static void AddGroups(QueryTable t)
    {
        t.Add(q => q.GroupBy(x => x.Age, x => x.Name));
        t.Add(q => q.GroupBy(x => x.Name, StringComparer.OrdinalIgnoreCase));
        t.Add(q => q.GroupBy(x => x.Name, x => x.Id, StringComparer.OrdinalIgnoreCase));
        t.Add(q => q.GroupBy(x => x.Name, (name, xs) => new { name, Xs = xs.Where(x => x.Id > 0) },
            StringComparer.OrdinalIgnoreCase));
        t.Add(q => q.GroupBy(x => x.Mail, x => x.Id, (mail, ids) => new { mail, Ids = ids.ToList() }));
        t.Add(q => q.GroupBy(x => x.Mail, x => x.Id, (m, ids) => $"{m} {ids.Sum()}", StringComparer.Ordinal));
        t.Add(q => q.GroupBy(x => x.Place, x => x.Id));
        t.Add(q => q.GroupBy(x => x.Score).Select(g => new { g.Key, Count = g.Count() }));
        t.Add(q => q.GroupBy(x => x.Price).Select(g => g.Key));
        t.Add(q => q.GroupBy(x => x.Created).Select(g => new { g.Key, g.Key.Kind, First = g.First().Id }));
        t.Add(q => q.GroupBy(x => x.Seen).Select(g => new { g.Key, Last = g.Last().Id, All = g.Any() }));
        t.Add(q => q.GroupBy(x => new { x.Letter, x.Rank })
            .Select(g => new { g.Key.Letter, g.Key.Rank, N = g.Count() }));
        t.Add(q => q.GroupBy(x => ValueTuple.Create(x.Letter, x.Flag))
            .Select(g => new { g.Key.Item1, N = g.Max(x => x.Age) }));
        t.Add(q => q.GroupBy(x => x.Color).SelectMany(g => g.OrderBy(x => x.Age).ThenBy(x => x.Id).Take(3)));
        t.Add(q => q.GroupBy(x => x.Color).Select(g => g.Where(x => x.Age > 20).Select(x => x.Id)));
        t.Add(q => q.GroupBy(x => x.Color).OrderBy(g => g.Sum(x => x.Age)).First());
        t.Add(q => q.GroupBy(x => x.Color).OrderBy(g => g.Count()).ThenBy(g => g.Key).Select(g => g.ToList().Count));
        t.Add(q => q.GroupBy(x => x.Color).ToList().Select(g => g.Count()));
        t.Add(q => q.GroupBy(x => x.Age).Skip(3).Take(2));
        t.Add(q => q.GroupBy(x => x.Age).Count());
        t.Add(q => q.GroupBy(x => x.Age).Where(g => g.Count() > 3).Sum(g => g.Key));
        t.Add(q => q.GroupBy(x => x.Letter).Select(g => new
        {
            g.Key,
            Names = g.Select(x => x.Name).Distinct()
            .Count()
        }));
        t.Add(q => q.GroupBy(x => x.Letter).Select(g => new { g.Key, Tags = g.SelectMany(x => x.Tags).ToList() }));
        t.Add(q => q.GroupBy(x => x.Letter).Select(g => g.GroupBy(x => x.Color).Select(h => h.Count()).ToList()));
        t.Add(q => q.Select(x => x.Tags).GroupBy(tags => tags.Count));
        t.Add(q => q.Select(x => x.Lines).GroupBy(lines => lines.Count).Select(g => g.First().Count));
        t.Add(q => q.GroupBy(x => x.Rank == null ? null : x.Mail)
            .Select(g => new { g.Key, Sum = g.Sum(x => x.Price) }));
        t.Add(q => q.Where(x => x.Age > 10_000).GroupBy(x => x.Age));
    }

    private static void AddAggregates(QueryTable t)
    {
        t.Add(q => q.CountBy(x => x.Name));
        t.Add(q => q.CountBy(x => x.Mail!));
        t.Add(q => q.CountBy(x => x.Name, StringComparer.OrdinalIgnoreCase));
        t.Add(q => q.AggregateBy(x => x.Age, "", (text, x) => text + x.Id));
        t.Add(q => q.AggregateBy(x => x.Age, age => age * 2L, (sum, x) => sum + x.Id));
        t.Add(q => q.AggregateBy(x => new { x.Letter, x.Color }, 0, (sum, x) => sum + x.Id));
        t.Add(q => q.Select(x => x.Place).CountBy(place => place!));
    }

    private static void AddJoins(QueryTable t)
    {
        t.Add(q => q.Join(q, x => x.Age, y => y.Age, (x, y) => new { A = x.Id, B = y.Id }));
        t.Add(q => q.Join(q.Where(y => y.Active), x => x.Mail, y => y.Mail, (x, y) => new { x.Id, y.Name }));
        t.Add(q => q.Join(q.Take(90), x => x.Name, y => y.Name, (x, y) => x.Id + y.Id,
            StringComparer.OrdinalIgnoreCase));
        t.Add(q => q.Join(q, x => new { x.Letter, x.Rank }, y => new { y.Letter, y.Rank }, (x, y) => x.Id * y.Id));
        t.Add(q => q.Join(q, x => x.Id, y => y.Age, (x, y) => new { x, y }).OrderBy(p => p.y.Name).ThenBy(p => p.x.Id)
            .Select(p => p.x.Id));
        t.Add(q => q.Join(q, x => x.Age, y => y.Id, (x, y) => y).Distinct().Count());
        t.Add(q => q.Join(q, x => x.Age, y => y.Id, (x, y) => new { x.Id, y }).GroupBy(p => p.y)
            .Select(g => g.Count()));
        t.Add(q => q.Join(q, x => x.Age, y => y.Id, (x, y) => new { x, y }).Count(p => p.x == p.y));
        t.Add(q => q.GroupJoin(q, x => x.Id, y => y.Age, (x, ys) => new { x.Id, Count = ys.Count() }));
        t.Add(q => q.GroupJoin(q, x => x.Id, y => y.Age, (x, ys) => new { x.Id, ys }));
        t.Add(q => q.GroupJoin(q, x => x.Id, y => y.Age, (x, ys) => new { x, ys })
            .SelectMany(p => p.ys.DefaultIfEmpty(), (p, y) => new { p.x.Id, Other = y == null ? -1 : y.Id }));
        t.Add(q => q.GroupJoin(q, x => x.Mail, y => y.Mail, (x, ys) => ys.Sum(y => y.Age) + x.Id));
        t.Add(q => q.LeftJoin(q.Where(y => y.Active), x => x.Age, y => y.Id,
            (x, y) => x.Id + (y == null ? 0.5 : y.Id)));
        t.Add(q => q.Where(x => x.Active).RightJoin(q, x => x.Age, y => y.Id,
            (x, y) => y.Id + (x == null ? 0.5 : x.Id)));
        t.Add(q => from x in q
                   join y in q on x.Rank equals y.Rank into ys
                   from y in ys
                   where x.Id < y.Id
                   orderby y.Name, x.Name descending, x.Id
                   select new { A = x.Id, B = y.Id });
    }

    private static void AddObjects(QueryTable t)
    {
        t.Add(q => q.Select(x => Rename(x)).OrderBy(x => x.Mail).Select(x => x.Name + x.Id));
        t.Add(q => q.Select(x => new Thing { Id = x.Id, Name = x.Name }).OrderBy(x => x.Mail).ThenBy(x => x.Name)
            .Select(x => x.Label + x.Id));
        t.Add(q => q.Select(x => new { Captured, x.Id, x.Name }).OrderBy(p => p.Name)
            .Select(p => ReferenceEquals(p.Captured, Captured)));
        t.Add(q => q.Select(x => new { Captured, x.Id, Name = x.Name.Trim() }).OrderBy(p => p.Name)
            .AsEnumerable().Count(p => ReferenceEquals(p.Captured, Captured)));
    }

    private static void AddSets(QueryTable t)
    {
        t.Add(q => q.Distinct().Count());
        t.Add(q => q.Select(x => x.Name).Distinct());
        t.Add(q => q.Select(x => x.Mail).Distinct());
        t.Add(q => q.Select(x => x.Score).Distinct());
        t.Add(q => q.Select(x => x.Price).Distinct().Take(7));
        t.Add(q => q.Select(x => x.Place).Distinct().Count());
        t.Add(q => q.DistinctBy(x => new { x.Letter, x.Rank }));
        t.Add(q => q.DistinctBy(x => x.Name, StringComparer.OrdinalIgnoreCase));
        t.Add(q => q.Select(x => x.Age).Union(q.Select(x => x.Id)));
        t.Add(q => q.UnionBy(q.OrderByDescending(x => x.Id), x => x.Age));
        t.Add(q => q.Select(x => x.Age).Except(q.Where(x => x.Active).Select(x => x.Age)));
        t.Add(q => q.Select(x => x.Age).Intersect(q.Where(x => x.Active).Select(x => x.Age)));
        t.Add(q => q.Select(x => x.Name).Intersect(q.Select(x => x.Mail!), StringComparer.OrdinalIgnoreCase));
        t.Add(q => q.ExceptBy(q.Where(x => x.Active).Select(x => x.Name), x => x.Name));
        t.Add(q => q.IntersectBy(q.Where(x => x.Active).Select(x => x.Mail), x => x.Mail));
        t.Add(q => q.Select(x => x.Rank).Union(q.Select(x => (int?)x.Id)));
    }

    private static void AddOrders(QueryTable t)
    {
        t.Add(q => q.Select(x => new { x.Id, Half = Math.Floor(x.Age / 2.0) }).OrderBy(p => p.Half));
        t.Add(q => q.Select(x => new { x.Id, Name = x.Name.ToUpper() }).OrderByDescending(p => p.Name)
            .ThenBy(p => p.Id));
        t.Add(q => q.OrderBy(x => x.Name, StringComparer.OrdinalIgnoreCase).ThenByDescending(x => x.Age));
        t.Add(q => q.OrderByDescending(x => x.Mail, StringComparer.OrdinalIgnoreCase).ThenBy(x => x.Score).Take(20));
        t.Add(q => q.Select(x => Math.Abs(x.Age)).Order());
        t.Add(q => q.Select(x => x.Name.Trim()).OrderDescending());
        t.Add(q => q.Select(x => Math.Abs(x.Score)).Order());
        t.Add(q => q.Select(x => x.Name + x.Id).Reverse());
        t.Add(q => q.Reverse().Take(3));
        t.Add(q => q.Take(100).OrderBy(x => x.Age).Reverse().Skip(10));
        t.Add(q => q.Take(200).OrderBy(x => x.Letter).ThenBy(x => x.Age / 10).Select(x => x.Id));
        t.Add(q => q.Take(200).OrderBy(x => x.Name).Last());
        t.Add(q => q.OrderBy(x => x.Created.Month).ThenBy(x => x.Tags.Count).Select(x => x.Id));
        t.Add(q => q.Take(200).OrderBy(x => x.Place).Count());
        t.Add(q => q.Take(200).OrderBy(x => x.Place).ToList().Count);
        t.Add(q => q.Take(200).OrderBy(x => x.Name).ThenBy(x => x.Age).First(x => x.Age > 5));
        t.Add(q => q.Take(200).Select(x => new Item { Id = x.Id, Name = x.Name.ToLower() }).OrderBy(i => i.Name)
            .Select(i => i.Id));
        t.Add(q => q.Take(200).Select(x => new Item { Id = x.Id, Name = x.Name, Secret = x.Age }).OrderBy(i => i.Name)
            .Select(i => i.Secret));
    }

    private static Thing Rename(Thing thing) => new() { Id = thing.Id, Mail = thing.Mail, Name = "renamed" };

    private sealed class Item
    {
        private int _secret;

        public int Id { get; set; }

        public string Name { get; set; } = "";

        [MessagePack.IgnoreMember]
        public int Secret
        {
            get => _secret;
            set => _secret = value;
        }
    }
}
