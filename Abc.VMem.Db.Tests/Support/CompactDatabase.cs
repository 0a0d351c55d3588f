using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Support;

/// <summary>A database with everything that a compaction moves, and what it holds as text.</summary>
internal static class CompactDatabase
{
    /// <summary>No thread of its own, so that nothing happens unasked.</summary>
    public static readonly EngineOptions Quiet = new()
    {
        MaxMappedPages = 512,
        BackgroundWork = false,
        WriterTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Collections with indexes, maps, lists, stacks and strings, interleaved with what goes later.</summary>
    public static void Fill(VMemDatabase db, int documents)
    {
        for (var part = 0; part < 4; part++)
        {
            db.GetCollection<Waste>($"waste{part}").InsertMany(
                Enumerable.Range(0, documents).Select(i => new Waste { Text = new string('w', 500) }));
            FillPart(db, part, documents / 4);
        }
    }

    /// <summary>Removes most of it, so that what is left lies everywhere in the file.</summary>
    public static void Empty(VMemDatabase db)
    {
        for (var part = 0; part < 4; part++)
        {
            Assert.True(db.DropCollection($"waste{part}"));
        }

        var things = db.GetCollection<Waste>("things");
        foreach (var key in things.FindAll().Select(thing => thing.Id).Where(id => id % 10 != 0).ToList())
        {
            Assert.True(things.Delete(key));
        }
    }

    /// <summary>What a database, transaction or snapshot holds; equal texts, equal content.</summary>
    public static string Describe(VMemDatabase db)
    {
        using var snapshot = db.BeginSnapshot();
        return Describe(snapshot);
    }

    /// <inheritdoc cref="Describe(VMemDatabase)"/>
    public static string Describe(VMemSnapshot db)
    {
        var text = new List<string>();
        foreach (var name in db.CollectionNames)
        {
            var documents = db.GetCollection<Waste>(name).FindAll();
            text.Add($"{name}: " + string.Join(' ', documents.Select(thing => $"{thing.Id}-{Hash(thing.Text)}")));
        }

        text.AddRange(db.MapNames.Select(name => $"{name}: " + string.Join(
            ' ', db.GetMap<int, string>(name).Select(entry => $"{entry.Key}={Hash(entry.Value)}"))));
        text.AddRange(db.ListNames.Select(name => $"{name}: " + string.Join(' ', db.GetList<long>(name))));
        text.AddRange(db.StackNames.Select(name => $"{name}: " + string.Join(' ', db.GetStack<long>(name))));
        text.AddRange(db.StringNames.Select(name => $"{name}: " + Hash(db.GetString(name).ToString() ?? "")));
        return string.Join('\n', text);
    }

    private static void FillPart(VMemDatabase db, int part, int count)
    {
        var things = db.GetCollection<Waste>("things");
        things.EnsureIndex(thing => thing.Number);
        things.EnsureIndex(thing => thing.Kind);
        things.InsertMany(Enumerable.Range(0, count).Select(i => new Waste
        {
            Number = i * 7,
            Kind = $"kind {i % 13}",
            Text = new string((char)('a' + (i % 26)), i % 50 == 0 ? 9_000 + (i * 11) : 100 + (i % 200)),
        }));
        db.GetList<long>("list").AddRange(Enumerable.Range(0, count * 2).Select(i => (long)i));
        db.GetStack<long>("stack").PushRange(Enumerable.Range(0, count).Select(i => (long)i).ToArray());
        db.GetString("text").Append(string.Join(',', Enumerable.Range(0, count)));
        var map = db.GetMap<int, string>("map");
        for (var i = 0; i < count; i += 7)
        {
            map[(i * 31) + part] = new string('m', i % 3 == 0 ? 6_000 : 60);
        }
    }

    private static string Hash(string text) =>
        $"{text.Length}/{string.GetHashCode(text, StringComparison.Ordinal)}";

    /// <summary>A document.</summary>
    public sealed class Waste
    {
        public int Id { get; set; }

        public int Number { get; set; }

        public string Kind { get; set; } = "";

        public string Text { get; set; } = "";
    }
}
