namespace Abc.VMem.Db.Tests.Linq;

/// <summary>Comparisons of every type, with values inside and outside its range, and of other types.</summary>
internal static class TypeQueries
{
    public static QueryTable Table { get; } = Create();

    private static QueryTable Create()
    {
        var table = new QueryTable();
        AddIntegers(table);
        AddFractions(table);
        AddTimes(table);
        AddOthers(table);
        return table;
    }

    private static void AddIntegers(QueryTable t)
    {
        var big = 3_000_000_000L;
        var (million, minus, more) = (1_000_000, -1, 300);
        var huge = ulong.MaxValue - 5;
        t.Add(q => q.Where(x => x.Age == big));
        t.Add(q => q.Where(x => x.Age < big));
        t.Add(q => q.Where(x => x.Age > big));
        t.Add(q => q.Where(x => x.Age != big));
        t.Add(q => q.Where(x => x.Age > 19.5));
        t.Add(q => q.Where(x => x.Age >= 20.0));
        t.Add(q => q.Where(x => x.Age == 20.5));
        t.Add(q => q.Where(x => x.Age == 20.0));
        t.Add(q => q.Where(x => x.Age < double.NaN));
        t.Add(q => q.Where(x => x.Age != double.NaN));
        t.Add(q => q.Where(x => x.Age < double.PositiveInfinity));
        t.Add(q => q.Where(x => x.Age > 19.5m));
        t.Add(q => q.Where(x => x.Age <= 20.5m));
        t.Add(q => q.Where(x => x.Age == 20m));
        t.Add(q => q.Where(x => x.Age > 20f));
        t.Add(q => q.Where(x => x.Big > 9e18));
        t.Add(q => q.Where(x => x.Big == (double)long.MaxValue));
        t.Add(q => q.Where(x => x.Big >= long.MaxValue - 100));
        t.Add(q => q.Where(x => x.Big == 5_000_000_035));
        t.Add(q => q.Where(x => x.Small == 310));
        t.Add(q => q.Where(x => x.Small < 100));
        t.Add(q => q.Where(x => x.Small > million));
        t.Add(q => q.Where(x => x.Tiny == 7));
        t.Add(q => q.Where(x => x.Tiny > minus));
        t.Add(q => q.Where(x => x.Tiny < more));
        t.Add(q => q.Where(x => x.Unsigned > int.MaxValue));
        t.Add(q => q.Where(x => x.Unsigned == 4u));
        t.Add(q => q.Where(x => x.Unsigned > minus));
        t.Add(q => q.Where(x => x.Huge > long.MaxValue));
        t.Add(q => q.Where(x => x.Huge == huge));
        t.Add(q => q.Where(x => x.Huge < 10));
        t.Add(q => q.Where(x => (int)x.Big == 5));
        t.Add(q => q.Where(x => (byte)x.Age == 3));
    }

    private static void AddFractions(QueryTable t)
    {
        t.Add(q => q.Where(x => x.Score == 0));
        t.Add(q => q.Where(x => x.Score == -0.0));
        t.Add(q => q.Where(x => x.Score > 0));
        t.Add(q => q.Where(x => x.Score < 0));
        t.Add(q => q.Where(x => x.Score <= 1.5));
        t.Add(q => q.Where(x => !(x.Score <= 1.5)));
        t.Add(q => q.Where(x => x.Score == double.NaN));
        t.Add(q => q.Where(x => x.Score != double.NaN));
        t.Add(q => q.Where(x => double.IsNaN(x.Score)));
        t.Add(q => q.Where(x => x.Score.CompareTo(0.0) < 0));
        t.Add(q => q.Where(x => x.Score.Equals(double.NaN)));
        t.Add(q => q.Where(x => new List<double> { double.NaN, 7 }.Contains(x.Score)));
        t.Add(q => q.Where(x => x.Ratio > 2.3f));
        t.Add(q => q.Where(x => x.Ratio > 2.3));
        t.Add(q => q.Where(x => x.Ratio == 0.1));
        t.Add(q => q.Where(x => x.Ratio == 0.1f));
        t.Add(q => q.Where(x => x.Ratio == 0.5));
        t.Add(q => q.Where(x => x.Ratio <= 0.3));
        t.Add(q => q.Where(x => x.Ratio < 1e300));
        t.Add(q => q.Where(x => x.Ratio > -1e300));
        t.Add(q => q.Where(x => x.Price == 10));
        t.Add(q => q.Where(x => x.Price == 10.00m));
        t.Add(q => q.Where(x => x.Price == 11.50m));
        t.Add(q => q.Where(x => x.Price > 200.25m && x.Price <= 210));
        t.Add(q => q.Where(x => decimal.Round(x.Price) == 10));
    }

    private static void AddTimes(QueryTable t)
    {
        var day = new DateTime(2020, 1, 11, 0, 0, 0, DateTimeKind.Local);
        var instant = new DateTimeOffset(2022, 3, 1, 12, 0, 0, TimeSpan.Zero);
        t.Add(q => q.Where(x => x.Created == day));
        t.Add(q => q.Where(x => x.Created >= day && x.Created < day.AddDays(3)));
        t.Add(q => q.Where(x => x.Created < new DateTime(2020, 1, 5)));
        t.Add(q => q.Where(x => x.Created.Year == 2020 && x.Created.Month == 2));
        t.Add(q => q.Where(x => x.Created.Date == day));
        t.Add(q => q.Where(x => x.Closed > new DateTime(2021, 6, 9)));
        t.Add(q => q.Where(x => x.Closed == null));
        t.Add(q => q.Where(x => !(x.Closed > new DateTime(2021, 6, 9))));
        t.Add(q => q.Where(x => x.Seen == instant));
        t.Add(q => q.Where(x => x.Seen == instant.ToOffset(TimeSpan.FromHours(5))));
        t.Add(q => q.Where(x => x.Seen > instant && x.Seen < instant.AddMinutes(10)));
        t.Add(q => q.Where(x => x.Seen.Offset == TimeSpan.FromHours(1)));
        t.Add(q => q.Where(x => x.Length < TimeSpan.Zero));
        t.Add(q => q.Where(x => x.Length == TimeSpan.FromMinutes(2)));
        t.Add(q => q.Where(x => x.Length.TotalHours > 0.5));
        t.Add(q => q.Where(x => x.Day >= new DateOnly(2023, 3, 1)));
        t.Add(q => q.Where(x => x.At < new TimeOnly(2, 0)));
        t.Add(q => q.Where(x => x.Created.AddDays(1) > day.AddDays(28)));
    }

    private static void AddOthers(QueryTable t)
    {
        var key = Things.Create(30)[29].Key;
        t.Add(q => q.Where(x => x.Key == key));
        t.Add(q => q.Where(x => x.Key.Equals(key)));
        t.Add(q => q.Where(x => x.Key != key && x.Id < 33 && x.Id > 28));
        t.Add(q => q.Where(x => x.Key.CompareTo(key) < 0));
        t.Add(q => q.Where(x => x.Letter == 'c'));
        t.Add(q => q.Where(x => x.Letter > 'c'));
        t.Add(q => q.Where(x => x.Letter != 'c'));
        t.Add(q => q.Where(x => char.IsAsciiLetter(x.Letter)));
        t.Add(q => q.Where(x => x.Color == Color.Green));
        t.Add(q => q.Where(x => x.Color != Color.Green));
        t.Add(q => q.Where(x => x.Color > Color.Red));
        t.Add(q => q.Where(x => x.Color.Equals(Color.Blue)));
        t.Add(q => q.Where(x => x.Color.HasFlag(Color.Blue)));
        t.Add(q => q.Where(x => (x.Color & Color.Green) != 0));
        t.Add(q => q.Where(x => (int)x.Color == 4));
        t.Add(q => q.Where(x => x.Color.ToString() == "Red"));
        t.Add(q => q.Where(x => x.Maybe == Color.Red));
        t.Add(q => q.Where(x => x.Maybe == null));
        t.Add(q => q.Where(x => x.Maybe != Color.Red));
        t.Add(q => q.Where(x => x.Maybe > Color.Red));
        t.Add(q => q.Where(x => new List<Color> { Color.Red, Color.Blue }.Contains(x.Color)));
        t.Add(q => q.Where(x => x.Color == Color.Green && x.Age > 30));
        t.Add(q => q.Where(x => x.Color == Color.Green && x.Age == 30));
        t.Add(q => q.Where(x => (x.Color == Color.Green || x.Color == Color.Red) && x.Age > 30 && x.Age < 40));
        t.Add(q => q.Where(x => x.Letter == 'b' && x.Rank == null && x.Name.StartsWith("A")));
        t.Add(q => q.Where(x => x.Letter == 'b' && x.Rank >= 2));
    }
}
