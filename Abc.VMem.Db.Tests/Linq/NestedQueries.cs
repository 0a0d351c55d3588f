namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Nested documents that may be missing, and lists.</summary>
internal static class NestedQueries
{
    public static QueryTable Table { get; } = Create();

    private static QueryTable Create()
    {
        var table = new QueryTable();
        AddDocuments(table);
        AddLists(table);
        AddLines(table);
        return table;
    }

    private static void AddDocuments(QueryTable t)
    {
        t.Add(q => q.Where(x => x.Place!.City == "city3"), all => all.Where(x => x.Place?.City == "city3"));
        t.Add(q => q.Where(x => x.Place!.City == null), all => all.Where(x => x.Place?.City == null));
        t.Add(q => q.Where(x => x.Place!.City != "city3"), all => all.Where(x => x.Place?.City != "city3"));
        t.Add(q => q.Where(x => x.Place!.Floor > 6), all => all.Where(x => x.Place?.Floor > 6));
        t.Add(q => q.Where(x => !(x.Place!.Floor > 6)), all => all.Where(x => !(x.Place?.Floor > 6)));
        t.Add(q => q.Where(x => x.Place!.Floor == 0), all => all.Where(x => x.Place?.Floor == 0));
        t.Add(q => q.Where(x => x.Place!.Floor != 0), all => all.Where(x => x.Place?.Floor != 0));
        t.Add(q => q.Where(x => x.Place!.Floor + 1 > 6), all => all.Where(x => x.Place?.Floor + 1 > 6));
        t.Add(
            q => q.Where(x => x.Place!.Position!.North > 100),
            all => all.Where(x => x.Place?.Position?.North > 100));
        t.Add(q => q.Where(x => x.Place == null));
        t.Add(q => q.Where(x => x.Place != null && x.Place.Position == null));
        t.Add(q => q.Where(x => x.Place!.Position != null), all => all.Where(x => x.Place?.Position != null));
        t.Add(q => q.Where(x => x.Place != null && x.Place.City!.Length > 4 && x.Place.Floor > 6),
            all => all.Where(x => x.Place?.City?.Length > 4 && x.Place.Floor > 6));
        t.Add(q => q.Where(x => x.Mail!.StartsWith("m1")), all => all.Where(x => x.Mail?.StartsWith("m1") == true));
        t.Add(q => q.Where(x => !x.Mail!.StartsWith("m1")), all => all.Where(x => x.Mail?.StartsWith("m1") != true));
        t.Add(q => q.Where(x => x.Mail!.Length > 3), all => all.Where(x => x.Mail?.Length > 3));
        t.Add(q => q.Where(x => x.Mail!.ToUpper() == "M1@X.ORG"), all => all.Where(x => x.Mail == "m1@x.org"));
        t.Add(q => q.Where(x => x.Rank!.Value > 3), all => all.Where(x => x.Rank > 3));
        t.Add(q => q.Where(x => (int)x.Rank! > 3), all => all.Where(x => x.Rank > 3));
        t.Add(q => q.Where(x => Math.Abs(x.Place!.Floor) > 6), all => all.Where(x => x.Place?.Floor > 6));
        t.Add(q => q.Select(x => x.Place!.City), all => all.Select(x => x.Place?.City));
        t.Add(q => q.Select(x => (int?)x.Place!.Floor), all => all.Select(x => x.Place?.Floor));
        t.Add(q => q.Select(x => x.Place!.Floor), all => all.Take(5).Select(x => x.Place!.Floor).Concat(Fail<int>()));
        t.Add(q => q.Select(x => new { x.Id, x.Place!.City }), all => all.Select(x => new { x.Id, x.Place?.City }));
        t.Add(q => q.OrderBy(x => x.Place!.Floor).Take(60).Select(x => x.Id),
            all => all.OrderBy(x => x.Place?.Floor).Take(60).Select(x => x.Id));
        t.Add(q => q.OrderByDescending(x => x.Place!.City).Select(x => x.Id),
            all => all.OrderByDescending(x => x.Place?.City, StringComparer.Ordinal).Select(x => x.Id));
    }

    private static void AddLists(QueryTable t)
    {
        var tag = "t3";
        string[] tags = ["t1", "t2"];
        t.Add(q => q.Where(x => x.Tags.Contains("t3")));
        t.Add(q => q.Where(x => x.Tags.Contains(tag) && x.Tags.Contains("t4")));
        t.Add(q => q.Where(x => x.Tags.Contains("t3") || x.Tags.Contains("t6")));
        t.Add(q => q.Where(x => !x.Tags.Contains("t3")));
        t.Add(q => q.Where(x => x.Tags.Any(e => e == "t3")));
        t.Add(q => q.Where(x => x.Tags.Any(e => e.StartsWith("t3"))));
        t.Add(q => q.Where(x => x.Tags.Any(e => string.CompareOrdinal(e, "t5") >= 0)));
        t.Add(q => q.Where(x => x.Tags.Any()));
        t.Add(q => q.Where(x => !x.Tags.Any()));
        t.Add(q => q.Where(x => x.Tags.Count > 0));
        t.Add(q => q.Where(x => x.Tags.Count == 0));
        t.Add(q => q.Where(x => x.Tags.Count == 2));
        t.Add(q => q.Where(x => x.Tags.Count() > 1));
        t.Add(q => q.Where(x => x.Numbers.Length > 0));
        t.Add(q => q.Where(x => x.Tags.All(e => e != "t3")));
        t.Add(q => q.Where(x => x.Tags.All(e => e == "t3")));
        t.Add(q => q.Where(x => x.Tags[0] == "t3" && x.Tags.Count > 0),
            all => all.Where(x => x.Tags.FirstOrDefault() == "t3"));
        t.Add(q => q.Where(x => x.Tags.Count > 0 && x.Tags[0] == "t3"));
        t.Add(q => q.Where(x => x.Tags.First() == "t3" || x.Id > 0).ToList());
        t.Add(q => q.Where(x => x.Numbers.Contains(5)), all => all.Where(x => x.Numbers.AsEnumerable().Contains(5)));
        t.Add(q => q.Where(x => x.Numbers.Any(n => n > 7)));
        t.Add(q => q.Where(x => x.Numbers.Any(n => n > 3 && n < 5)));
        t.Add(q => q.Where(x => x.Numbers.Any(n => n > 8) && x.Numbers.Any(n => n < 1)));
        t.Add(q => q.Where(x => x.Numbers.Sum() > 10));
        t.Add(q => q.Where(x => x.Numbers.Max() > 5));
        t.Add(q => q.Where(x => x.Tags.Any(e => tags.Contains(e))),
            all => all.Where(x => x.Tags.Any(e => e is "t1" or "t2")));
        t.Add(q => q.Where(x => x.Tags.Intersect(tags).Any()));
        t.Add(q => q.Where(x => x.Tags.Where(e => e != "t3").Any(e => e == "t3" || e == "t4")));
        t.Add(q => q.Where(x => x.Tags.Contains("t3") && x.Age > 20));
        t.Add(q => q.Where(x => x.Tags.OrderByDescending(e => e).FirstOrDefault() == "t5"));
        t.Add(q => q.Where(x => x.Attributes["a"] > 200));
        t.Add(q => q.Where(x => x.Attributes.ContainsKey("b") && x.Attributes["b"] == 2));
        t.Add(q => q.Where(x => x.Attributes.Values.Any(v => v == 4)));
        t.Add(q => q.Where(x => x.Tags.Contains("t3")).Count());
        t.Add(q => q.Count(x => x.Tags.Any(e => e == "t1" || e == "t2")));
    }

    private static void AddLines(QueryTable t)
    {
        var product = 7;
        t.Add(q => q.Where(x => x.Lines.Any(l => l.Product == product)));
        t.Add(q => q.Where(x => x.Lines.Any(l => l.Product == 7 && l.Price > 5)));
        t.Add(q => q.Where(x => x.Lines.Any(l => l.Product == 7) && x.Lines.Any(l => l.Price > 9)));
        t.Add(q => q.Where(x => x.Lines.Any(l => l.Note == null)));
        t.Add(q => q.Where(x => x.Lines.Any(l => l.Note == "note 3")));
        t.Add(q => q.Where(x => !x.Lines.Any(l => l.Product > 3)));
        t.Add(q => q.Where(x => x.Lines.Any(l => !(l.Product > 3))));
        t.Add(q => q.Where(x => (x.Lines.Any(l => l.Product == 3) && x.Lines.Any(l => l.Product == 4)) || x.Id == 1));
        t.Add(q => q.Where(x => (x.Tags.Contains("t3") && x.Tags.Contains("t4")) || x.Tags.Contains("t1")));
        t.Add(q => q.Where(x => !(x.Tags.Contains("t3") || x.Tags.Contains("t4"))));
        t.Add(q => q.Where(x => x.Lines.Select(l => l.Product).Contains(7)));
        t.Add(q => q.Where(x => x.Lines.Any(l => l.Product == x.Rank)));
        t.Add(q => q.Where(x => x.Lines.All(l => l.Product > 3)));
        t.Add(q => q.Where(x => x.Lines.Sum(l => l.Price) > 20));
        t.Add(q => q.Where(x => x.Lines.Count(l => l.Product > 3) == 2));
        t.Add(q => q.Select(x => new { x.Id, Sum = x.Lines.Sum(l => l.Price), Notes = x.Lines.Select(l => l.Note) }));
        t.Add(q => q.Select(x => x.Lines));
        t.Add(q => q.Select(x => x.Tags));
        t.Add(q => q.Where(x => x.Id < 20).SelectMany(x => x.Lines));
        t.Add(q => q.SelectMany(x => x.Tags, (x, tag) => new { x.Id, tag }).Where(p => p.tag == "t3"));
    }

    private static IEnumerable<T> Fail<T>()
    {
        yield return Throw<T>();
    }

    private static T Throw<T>() => throw new InvalidOperationException();
}
