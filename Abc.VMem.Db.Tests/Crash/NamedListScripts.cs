using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>Named lists, stacks and strings of a database come, change and go.</summary>
internal static class NamedListScripts
{
    /// <summary>Each step is one commit.</summary>
    public static DatabaseScript Script { get; } = new(
        "NamedLists",
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
        ],
        Describe,
        db =>
        {
            db.GetList<CrashItem>("after").AddRange(Make(500, 6));
            Assert.Equal(6, db.GetList<CrashItem>("after").Count);
        });

    private static string Describe(VMemSnapshot snapshot)
    {
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
