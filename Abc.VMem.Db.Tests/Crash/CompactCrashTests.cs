using Abc.VMem.Db.Tests.Support;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Power loss at every call that changes the disk, while a database is compacted, cut, and grows again: after recovery
/// it holds what one of the commits left, and the check of the whole database finds no damage and no leak.
/// </summary>
public sealed class CompactCrashTests
{
    private const string Path = CrashSession.Path;

    /// <summary>Each is one commit, or leaves the content as it is.</summary>
    private static readonly Action<VMemDatabase>[] s_steps =
    [
        db => db.GetMap<int, string>("waste")[1] = new string('w', 90_000),
        db => db.GetCollection<Thing>("things").EnsureIndex(thing => thing.Number),
        db => db.GetCollection<Thing>("things").InsertMany(Make(1, 40)),
        db => db.GetList<long>("list").AddRange(Enumerable.Range(0, 1_200).Select(number => (long)number)),
        db => db.GetMap<int, string>("map")[1] = new string('m', 14_000),
        db => Assert.True(db.GetMap<int, string>("waste").Remove(1)),
        db => db.Compact(),
        db => db.GetCollection<Thing>("things").InsertMany(Make(100, 12)),
        db => db.GetMap<int, string>("map")[2] = new string('n', 30_000),
        db => Assert.True(db.DropCollection("things")),
        db => db.GetMap<int, string>("map")[3] = "three",
        db => db.Compact(),
        db => db.GetList<long>("list").Add(7),
        db => db.GetMap<int, string>("map")[4] = new string('o', 50_000),
    ];

    [Fact]
    public void Step_PowerLossAtEveryCall_RecoversAcknowledgedPrefix() =>
        Enumerate(new SimulatedFileSystem()).ForEach(Verify);

    [Fact]
    public void Recovery_PowerLossAtEveryCall_RecoversTheSame()
    {
        var random = new Random(17);
        foreach (var state in Enumerate(new SimulatedFileSystem()).OrderBy(_ => random.Next()).Take(12))
        {
            var files = state.Files.Kill();
            VMemDatabase? db = null;
            var states = CrashStates.Enumerate(
                files, () => db = Open(files, 2), () => (state.States, state.From), state.Story + " | recovery");
            states.OrderBy(_ => random.Next()).Take(20).ToList().ForEach(Verify);
            db?.Dispose();
        }
    }

    private static List<CrashState<string>> Enumerate(SimulatedFileSystem files)
    {
        var expected = Expected();
        var (tried, acknowledged) = (1, 0);
        return CrashStates.Enumerate<string>(files, Run, () => (expected[..tried], acknowledged), "compact");

        void Run()
        {
            using var db = Open(files, 1);
            foreach (var step in s_steps)
            {
                tried++;
                step(db);
                acknowledged++;
            }
        }
    }

    /// <summary>What the database holds before the first step and after each, found without any crash.</summary>
    private static List<string> Expected()
    {
        using var db = VMemDatabase.Open(new Db.Paging.MemoryFileSystem(), Path, CrashSession.SmallOptions);
        var expected = new List<string> { Describe(db) };
        foreach (var step in s_steps)
        {
            var before = db.GetStatistics().FileBytes;
            step(db);
            expected.Add(Describe(db));
            if (expected[^1] == expected[^2] && expected.Count > 3)
            {
                Assert.InRange(db.GetStatistics().FileBytes, 1, before - 1);
            }
        }

        return expected;
    }

    private static void Verify(CrashState<string> state)
    {
        try
        {
            var files = state.Files.Kill();
            using (var db = Open(files, 3))
            {
                Assert.Contains(Describe(db), state.States.Skip(state.From));
                db.Check();
                db.GetMap<int, string>("map")[9] = new string('z', 20_000);
                db.Compact();
                db.Check();
            }

            Assert.Equal([Path], files.Paths);
            using var again = Open(files.Crash(CrashPolicy.None, 0), 4);
            Assert.Equal(new string('z', 20_000), again.GetMap<int, string>("map")[9]);
            again.Check();
        }
        catch (Exception e)
        {
            throw new XunitException($"{state.Story}\n{e}", e);
        }
    }

    private static VMemDatabase Open(SimulatedFileSystem files, int seed) =>
        VMemDatabase.Open(files, Path, CrashSession.SmallOptions with { RandomSeed = seed });

    private static string Describe(VMemDatabase db)
    {
        using var snapshot = db.BeginSnapshot();
        var text = new List<string>();
        foreach (var name in snapshot.CollectionNames)
        {
            var things = snapshot.GetCollection<Thing>(name);
            text.Add($"{name} " + string.Join(' ', things.FindAll().Select(thing => $"{thing.Id}:{thing.Number}")));
        }

        text.AddRange(snapshot.MapNames.Select(name => $"{name} " + string.Join(
            ' ',
            snapshot.GetMap<int, string>(name).Select(entry => $"{entry.Key}:{entry.Value[0]}{entry.Value.Length}"))));
        text.AddRange(snapshot.ListNames.Select(name => $"{name} {string.Join(' ', snapshot.GetList<long>(name))}"));
        return string.Join('|', text);
    }

    private static IEnumerable<Thing> Make(int first, int count) =>
        Enumerable.Range(first, count).Select(number => new Thing
        {
            Number = number,
            Text = new string('t', number % 10 == 0 ? 5_000 : 300),
        });

    /// <summary>A document.</summary>
    public sealed class Thing
    {
        public int Id { get; set; }

        public int Number { get; set; }

        public string Text { get; set; } = "";
    }
}
