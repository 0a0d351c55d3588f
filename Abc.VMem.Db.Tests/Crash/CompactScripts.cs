namespace Abc.VMem.Db.Tests.Crash;

/// <summary>A database is compacted, cut, and grows again.</summary>
internal static class CompactScripts
{
    /// <summary>Each step is one commit, or leaves the content as it is.</summary>
    public static DatabaseScript Script { get; } = new(
        "Compact",
        [
            db => db.GetMap<int, string>("waste")[1] = new string('w', 90_000),
            db => db.GetCollection<Thing>("things").EnsureIndex(thing => thing.Number),
            db => db.GetCollection<Thing>("things").InsertMany(Make(1, 40)),
            db => db.GetList<long>("list").AddRange(Enumerable.Range(0, 1_200).Select(number => (long)number)),
            db => db.GetMap<int, string>("map")[1] = new string('m', 14_000),
            db => Assert.True(db.GetMap<int, string>("waste").Remove(1)),
            Compact,
            db => db.GetCollection<Thing>("things").InsertMany(Make(100, 12)),
            db => db.GetMap<int, string>("map")[2] = new string('n', 30_000),
            db => Assert.True(db.DropCollection("things")),
            db => db.GetMap<int, string>("map")[3] = "three",
            Compact,
            db => db.GetList<long>("list").Add(7),
            db => db.GetMap<int, string>("map")[4] = new string('o', 50_000),
        ],
        Describe,
        Change);

    /// <summary>All that the database holds.</summary>
    public static string Describe(VMemSnapshot db)
    {
        var text = new List<string>();
        foreach (var name in db.CollectionNames)
        {
            var things = db.GetCollection<Thing>(name);
            text.Add($"{name} " + string.Join(' ', things.FindAll().Select(thing => $"{thing.Id}:{thing.Number}")));
        }

        text.AddRange(db.MapNames.Select(name => $"{name} " + string.Join(
            ' ',
            db.GetMap<int, string>(name).Select(entry => $"{entry.Key}:{entry.Value[0]}{entry.Value.Length}"))));
        text.AddRange(db.ListNames.Select(name => $"{name} {string.Join(' ', db.GetList<long>(name))}"));
        return string.Join('|', text);
    }

    /// <summary>Documents, some of them long.</summary>
    public static IEnumerable<Thing> Make(int first, int count) =>
        Enumerable.Range(first, count).Select(number => new Thing
        {
            Number = number,
            Text = new string('t', number % 10 == 0 ? 5_000 : 300),
        });

    /// <summary>One more change, and all of it compacted once more.</summary>
    public static void Change(VMemDatabase db)
    {
        db.GetMap<int, string>("map")[9] = new string('z', 20_000);
        db.Compact();
        db.Check();
        Assert.Equal(new string('z', 20_000), db.GetMap<int, string>("map")[9]);
    }

    private static void Compact(VMemDatabase db)
    {
        var report = db.Compact();
        Assert.InRange(report.BytesAfter, 1, report.BytesBefore - 1);
    }

    /// <summary>A document.</summary>
    public sealed class Thing
    {
        public int Id { get; set; }

        public int Number { get; set; }

        public string Text { get; set; } = "";
    }
}
