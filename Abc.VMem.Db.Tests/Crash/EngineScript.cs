using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>What a program does with one map, with nothing above the engine.</summary>
internal sealed class EngineScript(string name, Action<EngineSession> run) : CrashScript("engine", name)
{
    /// <summary>Every script.</summary>
    public static IReadOnlyList<EngineScript> All { get; } =
    [
        new("FirstOpen", session =>
        {
            session.Open();
            session.Close();
        }),
        new("Insert", Steps(
            batch => batch.Put(1, 100),
            batch => batch.PutRange(2, 5, 100),
            batch => batch.Put(0, 0))),
        new("OverflowInsert", Steps(
            batch => batch.Put(1, 9_000),
            batch => batch.Put(2, 20_000),
            batch => batch.PutRange(3, 3, 5_000))),
        new("Update", Steps(
            batch => batch.PutRange(1, 20, 50),
            batch => batch.Put(7, 50, version: 2),
            batch => batch.Put(7, 900, version: 3),
            batch => batch.Put(7, 9_000, version: 4),
            batch => batch.Put(7, 10, version: 5))),
        new("Delete", Steps(
            batch => batch.PutRange(1, 6, 100),
            batch => batch.Put(9, 9_000),
            batch => batch.RemoveRange(3, 1),
            batch => batch.RemoveRange(9, 1),
            batch => batch.RemoveRange(0, 8))),
        new("SplitAndMerge", Steps(
            batch => batch.PutRange(0, 30, 200),
            batch => batch.PutRange(30, 60, 200),
            batch => batch.PutRange(10, 20, 220, version: 2),
            batch => batch.RemoveRange(5, 60),
            batch => batch.RemoveRange(0, 90))),
        new("Split", Steps(
            batch => batch.PutRange(0, 16, 200),
            batch => batch.Put(99, 200),
            batch => batch.Put(7, 900, version: 2),
            batch => batch.PutRange(40, 16, 200),
            batch => batch.PutRange(30, 5, 1_000),
            batch => batch.PutRange(60, 9, 200))),
        new("Merge", Steps(
            batch => batch.PutRange(0, 70, 200),
            batch => batch.RemoveRange(10, 12),
            batch => batch.RemoveRange(24, 30),
            batch => batch.RemoveRange(0, 9),
            batch => batch.RemoveRange(60, 9),
            batch => batch.PutRange(20, 10, 200, version: 2))),
        new("RootGrowthAndCollapse", Steps(
            batch => batch.PutRange(0, 4, 900),
            batch => batch.Put(4, 900),
            batch => batch.PutRange(EngineModel.LongKeys, 40, 20),
            batch => batch.RemoveRange(EngineModel.LongKeys, 38),
            batch => batch.RemoveRange(0, 4),
            batch => batch.RemoveRange(EngineModel.LongKeys + 38, 2),
            batch => batch.RemoveRange(4, 1),
            batch => batch.Put(1, 10, version: 2))),
        new("Grow", Steps(
            batch => batch.PutRange(0, 6, 3_500),
            batch => batch.PutRange(10, 24, 3_500),
            batch => batch.PutRange(40, 50, 3_500),
            batch => batch.Put(100, 100))),
        new("SmallCommits", session =>
        {
            session.Open();
            for (var i = 0; i < 40; i++)
            {
                session.Commit(batch => batch.Put(i % 7, 30 + i, version: i + 1));
            }

            session.Close();
        }),
        new("Checkpoint", session =>
        {
            session.Open();
            session.Commit(batch => batch.PutRange(0, 20, 300));
            session.Engine.Checkpoint();
            session.Commit(batch => batch.Put(5, 300, version: 2));
            session.Commit(batch => batch.RemoveRange(10, 5));
            session.Engine.Checkpoint();
            session.Engine.Checkpoint();
            session.Commit(batch => batch.Put(50, 10));
            session.Close();
        }),
        new("LogSwitch", session =>
        {
            session.Open();
            for (var i = 0; i < 14; i++)
            {
                session.Commit(batch => batch.PutRange(i, 2, 3_000, version: i + 1));
            }

            session.Close();
        }),
        new("BigTransaction", Steps(
            batch => batch.PutRange(0, 4, 100),
            batch => batch.PutRange(100, 90, 3_500),
            batch => batch.RemoveRange(100, 20),
            batch => batch.PutRange(200, 30, 3_500))),
        new("ClearAndReuse", Steps(
            batch => batch.PutRange(0, 12, 1_500),
            batch => batch.Clear(),
            batch => batch.PutRange(0, 8, 1_500, version: 2))),
        new("Shrink", session =>
        {
            session.Open();
            session.Commit(batch => batch.PutRange(0, 60, 300));
            session.Commit(batch => batch.RemoveRange(8, 52));
            session.Engine.Shrinker.Truncate(default);
            session.Commit(batch => batch.PutRange(20, 10, 300, version: 2));
            session.Commit(batch => batch.Clear());
            session.Engine.Shrinker.Truncate(default);
            session.Commit(batch => batch.Put(3, 900, version: 3));
            session.Close();
        }),
        new("ShrinkAndRegrow", session =>
        {
            session.Open();
            session.Commit(batch => batch.PutRange(0, 70, 3_500));
            session.Commit(batch => batch.PutRange(0, 3, 3_400, version: 2));
            session.Commit(batch => batch.Clear());
            session.Engine.Shrinker.Truncate(default);
            session.Commit(batch => batch.PutRange(0, 66, 3_500, version: 3));
            session.Commit(batch => batch.RemoveRange(30, 36));
            session.Engine.Shrinker.Truncate(default);
            session.Commit(batch => batch.PutRange(100, 4, 3_000, version: 4));
            session.Engine.Checkpoint();
            session.Commit(batch => batch.Put(101, 3_000, version: 5));
            session.Close();
        }),
        new("RollBack", session =>
        {
            session.Open();
            session.Commit(batch => batch.PutRange(0, 10, 200));
            session.RollBack(batch => batch.PutRange(5, 90, 3_500, version: 2));
            session.Commit(batch => batch.Put(3, 200, version: 3));
            session.RollBack(batch => batch.Clear());
            session.Commit(batch => batch.RemoveRange(0, 2));
            session.Close();
        }),
        new("Spill", session =>
        {
            session.OpenAtTheFloor();
            session.Commit(batch => batch.PutRange(0, 80, 900));
            session.Commit(batch => batch.PutRange(0, 80, 900, version: 2));
            session.RollBack(batch => batch.PutRange(0, 80, 800, version: 3));
            session.Commit(batch => batch.RemoveRange(10, 60));
            session.Close();
        }),
        new("SpillUnderSnapshot", session =>
        {
            session.OpenAtTheFloor();
            session.Commit(batch => batch.PutRange(0, 70, 900));
            session.UnderSnapshot(() =>
            {
                session.Commit(batch => batch.PutRange(0, 35, 900, version: 2));
                session.Engine.Checkpoint();
                session.Commit(batch => batch.PutRange(0, 70, 900, version: 3));
            });
            session.Commit(batch => batch.Put(5, 900, version: 4));
            session.Close();
        }),
        new("Savepoints", session =>
        {
            session.OpenAtTheFloor();
            session.Commit(batch =>
            {
                batch.PutRange(0, 30, 900);
                batch.Undone(undone =>
                {
                    undone.PutRange(20, 60, 900, version: 2);
                    undone.Undone(inner => inner.Clear());
                    undone.RemoveRange(0, 15);
                });
                batch.PutRange(25, 30, 900, version: 3);
            });
            session.Commit(batch =>
            {
                batch.Undone(undone => undone.PutRange(0, 60, 3_500, version: 4));
                batch.RemoveRange(0, 10);
            });
            session.Close();
        }),
        new("Reopen", session =>
        {
            for (var i = 0; i < 3; i++)
            {
                session.Open();
                session.Commit(batch => batch.PutRange(i * 3, 5, 400, version: i + 1));
                session.Close();
            }

            session.Open();
            session.Close();
        }),
    ];

    /// <inheritdoc/>
    public override CrashSession Begin(SimulatedFileSystem files, Durability durability) =>
        new EngineSession(files, SmallOptions with { Durability = durability }, run);

    /// <inheritdoc/>
    public override ICrashSubject Open(SimulatedFileSystem files, int seed) =>
        new EngineSubject(Engine.Open(files, Path, SmallOptions with { RandomSeed = seed }));

    /// <summary>One session with a commit for each change.</summary>
    private static Action<EngineSession> Steps(params Action<EngineBatch>[] changes) => session =>
    {
        session.Open();
        foreach (var change in changes)
        {
            session.Commit(change);
        }

        session.Close();
    };
}
