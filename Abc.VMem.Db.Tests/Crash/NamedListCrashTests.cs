using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Power loss at every call that changes the disk, while named lists, stacks and strings of a database come, change and
/// go: after recovery they are those after one of the commits, and the check of the whole database finds no leak.
/// </summary>
public sealed class NamedListCrashTests
{
    private const string Path = CrashSession.Path;

    /// <summary>Each is one commit.</summary>
    private static readonly Action<VMemDatabase>[] s_steps =
    [
        db => db.GetList<CrashItem>("list").Add(new(1)),
        db => db.GetList<CrashItem>("list").AddRange(Make(2, 20)),
        db => db.GetStack<CrashItem>("stack").PushRange(Make(100, 9)),
        db => db.GetString("text").Append("first " + new string('é', 3_000)),
        db => Insert(db.GetList<CrashItem>("list")),
        db => Assert.Equal(108, db.GetStack<CrashItem>("stack").Pop().Verified()),
        db => InTransaction(db),
        db => db.GetList<CrashInnerList>("lists").Add(default),
        db => Inner(db).AddRange(Make(300, 7)),
        db => db.GetString("text").Insert(6, "second "),
        db => Assert.True(db.DropStack("stack")),
        db => db.GetList<CrashItem>("list").RemoveRange(
            db.GetList<CrashItem>("list").PositionAt(2), ItemPosition.End),
        db => Assert.True(db.DropList("list")),
        db => Assert.True(db.DropString("text")),
        db => db.GetList<CrashItem>("list").AddRange(Make(400, 3)),
    ];

    [Fact]
    public void Step_PowerLossAtEveryCall_RecoversAcknowledgedPrefix()
    {
        var expected = Expected();
        var (tried, acknowledged) = (1, 0);
        var files = new SimulatedFileSystem();
        var states = CrashStates.Enumerate<string>(files, Run, () => (expected[..tried], acknowledged), "named");
        states.ForEach(Verify);

        void Run()
        {
            using var db = VMemDatabase.Open(files, Path, CrashSession.SmallOptions);
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
        using var db = VMemDatabase.Open(new MemoryFileSystem(), Path, CrashSession.SmallOptions);
        var expected = new List<string> { Describe(db) };
        foreach (var step in s_steps)
        {
            step(db);
            expected.Add(Describe(db));
        }

        Assert.Equal(expected.Count, expected.Distinct().Count());
        Assert.Equal("list 400 401 402|lists [300 301 302 303 304 305 306]||", expected[^1]);
        return expected;
    }

    private static void Verify(CrashState<string> state)
    {
        try
        {
            var files = state.Files.Kill();
            using (var db = VMemDatabase.Open(files, Path, CrashSession.SmallOptions with { RandomSeed = 3 }))
            {
                Assert.Contains(Describe(db), state.States.Skip(state.From));
                db.Check();
                db.GetList<CrashItem>("after").AddRange(Make(500, 6));
            }

            Assert.Equal([Path], files.Paths);
            using var again = VMemDatabase.Open(files.Crash(CrashPolicy.None, 0), Path, CrashSession.SmallOptions);
            Assert.Equal(6, again.GetList<CrashItem>("after").Count);
            again.Check();
        }
        catch (Exception e)
        {
            throw new XunitException($"{state.Story}\n{e}", e);
        }
    }

    private static string Describe(VMemDatabase db)
    {
        using var snapshot = db.BeginSnapshot();
        var text = new List<string>();
        foreach (var name in snapshot.ListNames)
        {
            text.Add($"{name} " + (name == "lists" ? Inner(snapshot) : Numbers(snapshot.GetList<CrashItem>(name))));
        }

        text.AddRange(snapshot.StackNames.Select(name => $"{name} {Numbers(snapshot.GetStack<CrashItem>(name))}"));
        text.Add("");
        text.AddRange(snapshot.StringNames.Select(name => $"{name} {snapshot.GetString(name)}"));
        return string.Join('|', text) + "|";
    }

    private static string Numbers(IEnumerable<CrashItem> items) =>
        string.Join(' ', items.Select(item => item.Verified()));

    private static string Inner(VMemSnapshot snapshot)
    {
        var lists = snapshot.GetList<CrashInnerList>("lists");
        return string.Join(' ', PoolContent.Positions(lists).Select(at => $"[{Numbers(
            new VMemListView<CrashItem>(lists.Source, lists.AddressOf(at, CrashInnerList.StateOffset)))}]"));
    }

    private static VMemList<CrashItem> Inner(VMemDatabase db)
    {
        var lists = db.GetList<CrashInnerList>("lists");
        return new(lists.Scope, lists.AddressOf(lists.FirstPosition, CrashInnerList.StateOffset));
    }

    private static CrashItem[] Make(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => new CrashItem(number))];

    private static void Insert(VMemList<CrashItem> list) => list.Insert(list.PositionAt(4), new(50));

    private static void InTransaction(VMemDatabase db)
    {
        using var transaction = db.BeginTransaction();
        var list = transaction.GetList<CrashItem>("list");
        list.RemoveAt(list.FirstPosition);
        list.AddRange(Make(200, 5));
        transaction.GetStack<CrashItem>("stack").Push(new(201));
        transaction.GetString("text").AppendLine("end");
        transaction.GetMap<int, string>("map").Insert(1, "one");
        transaction.Commit();
    }
}
