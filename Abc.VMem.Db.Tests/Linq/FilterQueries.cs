using System.Collections.Frozen;
using System.Linq.Expressions;

namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Filters: comparisons, logic, null, texts, lists of values.</summary>
internal static class FilterQueries
{
    private static readonly int s_static = 20;

    public static QueryTable Table { get; } = Create();

    private static QueryTable Create()
    {
        var table = new QueryTable();
        AddComparisons(table);
        AddLogic(table);
        AddTexts(table);
        AddLists(table);
        AddCaptured(table);
        return table;
    }

    private static void AddComparisons(QueryTable t)
    {
        t.Add(q => q.Where(x => x.Id == 17));
        t.Add(q => q.Where(x => x.Id == 100_000));
        t.Add(q => q.Where(x => 17 == x.Id));
        t.Add(q => q.Where(x => x.Id >= 10 && x.Id < 14));
        t.Add(q => q.Where(x => x.Id > 235));
        t.Add(q => q.Where(x => x.Id != 5 && x.Id <= 7));
        t.Add(q => q.Where(x => x.Age == 20));
        t.Add(q => q.Where(x => x.Age != 20));
        t.Add(q => q.Where(x => x.Age > 40));
        t.Add(q => q.Where(x => x.Age >= 40));
        t.Add(q => q.Where(x => x.Age < 0));
        t.Add(q => q.Where(x => x.Age <= 0));
        t.Add(q => q.Where(x => 40 < x.Age));
        t.Add(q => q.Where(x => x.Age > 10 && x.Age < 14));
        t.Add(q => q.Where(x => x.Age > 14 && x.Age < 10));
        t.Add(q => q.Where(x => x.Age.Equals(20)));
        t.Add(q => q.Where(x => x.Age.CompareTo(20) > 0));
        t.Add(q => q.Where(x => x.Age.CompareTo(20) <= 0));
        t.Add(q => q.Where(x => Equals(x.Age, 20)));
        t.Add(q => q.Where(x => x.Rank == 3));
        t.Add(q => q.Where(x => x.Rank != 3));
        t.Add(q => q.Where(x => x.Rank > 3));
        t.Add(q => q.Where(x => !(x.Rank > 3)));
        t.Add(q => q.Where(x => x.Rank <= 3));
        t.Add(q => q.Where(x => x.Rank == null));
        t.Add(q => q.Where(x => x.Rank != null));
        t.Add(q => q.Where(x => x.Rank.HasValue));
        t.Add(q => q.Where(x => !x.Rank.HasValue));
        t.Add(q => q.Where(x => x.Rank.HasValue && x.Rank.Value > 4));
        t.Add(q => q.Where(x => (x.Rank ?? 0) == 0));
        t.Add(q => q.Where(x => x.Rank.GetValueOrDefault() == 0));
        t.Add(q => q.Where(x => x.Age == x.Rank));
        t.Add(q => q.Where(x => x.Age + 1 > 40));
        t.Add(q => q.Where(x => x.Age % 2 == 0));
        t.Add(q => q.Where(x => x.Age > x.Tiny));
    }

    private static void AddLogic(QueryTable t)
    {
        t.Add(q => q.Where(x => x.Age == 20 || x.Age == 30));
        t.Add(q => q.Where(x => x.Age < 0 || x.Age > 50));
        t.Add(q => q.Where(x => x.Age == 20 || x.Name == "Bert"));
        t.Add(q => q.Where(x => x.Age == 20 && x.Name == "Bert"));
        t.Add(q => q.Where(x => !(x.Age == 20)));
        t.Add(q => q.Where(x => !(x.Age > 20 && x.Rank > 2)));
        t.Add(q => q.Where(x => !(x.Age > 20 || x.Rank > 2)));
        t.Add(q => q.Where(x => x.Age > 20 & x.Active));
        t.Add(q => q.Where(x => x.Age > 50 | x.Active));
        t.Add(q => q.Where(x => x.Active));
        t.Add(q => q.Where(x => !x.Active));
        t.Add(q => q.Where(x => x.Active == false));
        t.Add(q => q.Where(x => (x.Age > 30) == true));
        t.Add(q => q.Where(x => (x.Age > 30) != x.Active));
        t.Add(q => q.Where(x => x.Flag == true));
        t.Add(q => q.Where(x => x.Flag != true));
        t.Add(q => q.Where(x => x.Flag == null));
        t.Add(q => q.Where(x => x.Flag ?? false));
        t.Add(q => q.Where(x => x.Flag ?? true));
        t.Add(q => q.Where(x => true));
        t.Add(q => q.Where(x => false));
        t.Add(q => q.Where(x => x.Active ? x.Age > 30 : x.Age < 10));
        t.Add(q => q.Where(x => x.Age > 10).Where(x => x.Age < 20).Where(x => x.Active));
        t.Add(q => q.Where(x => (x.Age == 20 || x.Age == 21) && (x.Age == 21 || x.Age == 22)));
        t.Add(q => q.Where(x => (x.Age == 20 && x.Label.Length > 3) || x.Age == 34));
        t.Add(q => q.Where(x => x.Age > 50 && x.Label.StartsWith('A')));
    }

    private static void AddTexts(QueryTable t)
    {
        t.Add(q => q.Where(x => x.Name == "Anna"));
        t.Add(q => q.Where(x => x.Name == ""));
        t.Add(q => q.Where(x => x.Name == "Ann\0a"));
        t.Add(q => q.Where(x => x.Name != "Anna"));
        t.Add(q => q.Where(x => x.Mail == null));
        t.Add(q => q.Where(x => x.Mail != null));
        t.Add(q => q.Where(x => x.Mail != "m1@x.org"));
        t.Add(q => q.Where(x => string.Equals(x.Name, "Anna")));
        t.Add(q => q.Where(x => string.Equals(x.Name, "anna", StringComparison.OrdinalIgnoreCase)));
        t.Add(q => q.Where(x => x.Name.Equals("Anna", StringComparison.Ordinal)));
        t.Add(q => q.Where(x => x.Name.StartsWith("Ann")));
        t.Add(q => q.Where(x => x.Name.StartsWith("Ann", StringComparison.Ordinal)));
        t.Add(q => q.Where(x => x.Name.StartsWith("ann", StringComparison.OrdinalIgnoreCase)));
        t.Add(q => q.Where(x => x.Name.StartsWith('A')));
        t.Add(q => q.Where(x => x.Name.StartsWith("")));
        t.Add(q => q.Where(x => x.Name.StartsWith("\ud83d")));
        t.Add(q => q.Where(x => !x.Name.StartsWith("A")));
        t.Add(q => q.Where(x => x.Name.EndsWith("a")));
        t.Add(q => q.Where(x => x.Name.EndsWith('t')));
        t.Add(q => q.Where(x => x.Name.Contains("nn")));
        t.Add(q => q.Where(x => x.Name.Contains('\0')));
        t.Add(q => q.Where(x => x.Name.Contains("NN", StringComparison.OrdinalIgnoreCase)));
        t.Add(q => q.Where(x => string.IsNullOrEmpty(x.Name)));
        t.Add(q => q.Where(x => string.IsNullOrEmpty(x.Mail)));
        t.Add(q => q.Where(x => !string.IsNullOrWhiteSpace(x.Mail)));
        t.Add(q => q.Where(x => string.Compare(x.Name, "B") < 0));
        t.Add(q => q.Where(x => string.Compare(x.Name, "B", StringComparison.Ordinal) >= 0));
        t.Add(q => q.Where(x => string.CompareOrdinal(x.Name, "\uE000") > 0));
        t.Add(q => q.Where(x => string.CompareOrdinal(x.Name, "\ud83d") >= 0));
        t.Add(q => q.Where(x => string.CompareOrdinal(x.Mail, "m3") < 0));
        t.Add(q => q.Where(x => x.Name.CompareTo("B") <= 0));
        t.Add(q => q.Where(x => x.Name == "\ud83d"));
        t.Add(q => q.Where(x => x.Name.Length == 4));
        t.Add(q => q.Where(x => x.Name.ToUpper() == "ANNA"));
        t.Add(q => q.Where(x => x.Name.ToUpperInvariant().StartsWith("AN")));
        t.Add(q => q.Where(x => x.Name.IndexOf("n") == 1));
        t.Add(q => q.Where(x => x.Name.Substring(0, 0) == "" && x.Name.Trim() == "Z"));
        t.Add(q => q.Where(x => x.Name + x.Age == "Anna20"));
        t.Add(q => q.Where(x => $"{x.Letter}{x.Tiny}" == "b1"));
        t.Add(q => q.Where(x => x.Label == "Anna/20"));
    }

    private static void AddLists(QueryTable t)
    {
        var ages = new List<int> { 20, 34, 20, 1000 };
        int[] array = [1, 2, 3, 500];
        var names = new HashSet<string> { "Anna", "Bert", "nobody" };
        var loose = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "ANNA" };
        var frozen = new[] { "Z", "" }.ToFrozenSet();
        var mails = new List<string?> { null, "m1@x.org" };
        IEnumerable<int> lazy = array.Select(i => i * 10);
        var longs = new List<long> { 1, 2, long.MaxValue };
        var empty = new List<int>();
        List<int?> ranks = [null, 3];
        t.Add(q => q.Where(x => ages.Contains(x.Age)));
        t.Add(q => q.Where(x => !ages.Contains(x.Age)));
        t.Add(q => q.Where(x => array.Contains(x.Id)), all => all.Where(x => array.AsEnumerable().Contains(x.Id)));
        t.Add(q => q.Where(x => !array.Contains(x.Id) && x.Id < 6), all => all.Where(x => x.Id is 4 or 5));
        t.Add(q => q.Where(x => array.AsEnumerable().Contains(x.Age)));
        t.Add(q => q.Where(x => names.Contains(x.Name)));
        t.Add(q => q.Where(x => loose.Contains(x.Name)));
        t.Add(q => q.Where(x => frozen.Contains(x.Name)));
        t.Add(q => q.Where(x => mails.Contains(x.Mail)));
        t.Add(q => q.Where(x => lazy.Contains(x.Age)));
        t.Add(q => q.Where(x => longs.Contains(x.Id)));
        t.Add(q => q.Where(x => empty.Contains(x.Age)));
        t.Add(q => q.Where(x => ranks.Contains(x.Rank)));
        t.Add(q => q.Where(x => ages.Contains(x.Age) && x.Active));
        t.Add(q => q.Where(x => ages.Contains(x.Age) || names.Contains(x.Name)));
        t.Add(q => q.Where(x => ages.Any(age => age == x.Age)));
        t.Add(q => q.Where(x => "abc".Contains(x.Letter)));
        t.Add(q => q.Where(x => new[] { 5, 6 }.Contains(x.Id)), all => all.Where(x => x.Id is 5 or 6));
        t.Add(q => q.Where(x => new List<int> { 5, 6 }.Contains(x.Id)));
    }

    private static void AddCaptured(QueryTable t)
    {
        var limit = 30;
        int? none = null;
        int? some = 3;
        string? nothing = null;
        var name = "Anna";
        var inner = new { Deep = new { Value = 20 } };
        Expression<Func<Thing, bool>> predicate = x => x.Age > 50;
        Func<Thing, bool> function = x => x.Age > 50;
        t.Add(q => q.Where(x => x.Age > limit));
        t.Add(q => q.Where(x => x.Age > limit + 5));
        t.Add(q => q.Where(x => x.Age == s_static));
        t.Add(q => q.Where(x => x.Rank == none));
        t.Add(q => q.Where(x => x.Rank == some));
        t.Add(q => q.Where(x => x.Rank > none));
        t.Add(q => q.Where(x => !(x.Rank > none)));
        t.Add(q => q.Where(x => x.Mail == nothing));
        t.Add(q => q.Where(x => x.Mail != nothing));
        t.Add(q => q.Where(x => x.Name == name.Trim()));
        t.Add(q => q.Where(x => x.Age == inner.Deep.Value));
        t.Add(q => q.Where(x => nothing == null || x.Name == nothing.Trim()));
        t.Add(q => q.Where(x => nothing != null && x.Name == nothing.Trim()));
        t.Add(q => q.Where(x => nothing != null ? x.Name == nothing.Trim() : x.Age > 50));
        t.Add(q => q.Where(x => x.Age > 1000 && x.Name == nothing!.Trim()));
        t.Add(q => q.Where(x => x.Age > 0 && x.Name == nothing!.Trim()));
        t.Add(q => q.Where(x => x.Name.StartsWith(nothing!)));
        t.Add(q => q.Where(x => x.Created < DateTime.UtcNow));
        t.Add(q => q.Where(predicate));
        t.Add(q => q.Where(x => function(x)));
        t.Add(q => q.Where(x => IsOdd(x.Age)));
        t.Add(q => q.Where(x => x.Name.StartsWith("An") && IsOdd(x.Age)));
        t.Add(q => q.Where(x => x.Color == (Color)2));
        t.Add(q => q.Where(x => limit > 20 && x.Age == 20));
        t.Add(q => q.Where(x => limit > 90 || x.Age == 20));
    }

    private static bool IsOdd(int number) => number % 2 != 0;
}
