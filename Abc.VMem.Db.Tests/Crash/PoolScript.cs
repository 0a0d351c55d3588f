using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>What a program does with structures of its own in a pool.</summary>
internal sealed class PoolScript(string name, Action<PoolSession> run) : CrashScript("pool", name)
{
    /// <summary>How names of random scripts begin; the rest is the seed.</summary>
    public const string RandomPrefix = "pool/Random";

    /// <summary>At the cap's floor, so that pages are evicted all the time.</summary>
    public static readonly EngineOptions Options = SmallOptions with { MaxMappedPages = Pool.MinMappedPages };

    /// <summary>Every script.</summary>
    public static IReadOnlyList<PoolScript> All { get; } =
    [
        new("FirstOpen", Steps()),
        new("Append", session =>
        {
            session.Open();
            session.Implicitly(batch => batch.Add(1));
            session.Implicitly(batch => batch.Add(2));
            session.Implicitly(batch => batch.AddRange(3, 9));
            session.Commit(batch => batch.AddRange(20, 70));
            session.Implicitly(batch => batch.Add(100));
            session.Close();
        }),
        new("SplitAndMerge", Steps(
            batch => batch.AddRange(0, 12),
            batch => batch.Insert(5, 100),
            batch => Repeat(8, i => batch.Insert(3 + i, 200 + i)),
            batch => batch.RemoveAt(6),
            batch => Repeat(4, _ => batch.RemoveAt(4)),
            batch => Repeat(5, _ => batch.RemoveAt(4)),
            batch => batch.Insert(0, 300),
            batch => batch.RemoveRange(1, batch.Model.Items.Count - 2))),
        new("SpliceLists", Steps(
            batch => batch.AddOthers(100, 6),
            batch => batch.Splice(0),
            batch => batch.AddOthers(200, 3),
            batch => batch.Splice(2),
            batch =>
            {
                batch.AddOthers(300, 9);
                batch.Splice(batch.Model.Items.Count);
                batch.AddOthers(400, 2);
            },
            batch => batch.RemoveRange(0, batch.Model.Items.Count))),
        new("ClearAndReuse", Steps(
            batch => batch.AddRange(0, 40),
            batch => batch.Clear(),
            batch => batch.AddRange(100, 20),
            batch =>
            {
                batch.Clear();
                batch.AddRange(200, 30);
            })),
        new("Container", Steps(
            batch => Repeat(9, i => batch.Contain(i, i)),
            batch => batch.Contain(0, 100),
            batch => Repeat(5, i => batch.Contain(5, 200 + i)),
            batch => batch.ReplaceContained(4, 300),
            batch => Repeat(6, _ => batch.RemoveContained(3)),
            batch => batch.RemoveContained(0),
            batch =>
            {
                batch.Contain(batch.Model.Contained.Count, 400);
                batch.RemoveContained(1);
            },
            batch => Repeat(batch.Model.Contained.Count, _ => batch.RemoveContained(0)))),
        new("Stack", session =>
        {
            session.Open();
            session.Implicitly(batch => batch.Push(1));
            session.Commit(batch => Repeat(11, i => batch.Push(10 + i)));
            session.Implicitly(batch => batch.Pop());
            session.Commit(batch => batch.Pop(7));
            session.Commit(batch => Repeat(5, i => batch.Push(50 + i)));
            session.Commit(batch => batch.Pop(batch.Model.Stack.Count));
            session.Close();
        }),
        new("Text", session =>
        {
            session.Open();
            session.Implicitly(batch => batch.Append("Grüße, "));
            session.Implicitly(batch => batch.Append(new string('ä', 4_000)));
            session.Commit(batch => batch.InsertText(3, "\U0001F600 und " + new string('€', 2_000)));
            session.Implicitly(batch => batch.RemoveText(5, 1_990));
            session.Commit(batch =>
            {
                batch.RemoveText(0, 5);
                batch.Append("end");
            });
            session.Implicitly(batch => batch.RemoveText(0, batch.Model.Text.Length));
            session.Close();
        }),
        new("Map", session =>
        {
            session.Open();
            session.Implicitly(batch => batch.Put(5, 1, 50));
            session.Commit(batch => batch.Put(0, 500, 1));
            session.Commit(batch => batch.Put(100, 20, 2));
            session.Commit(batch => batch.RemoveKeys(10, 300));
            session.Implicitly(batch => batch.RemoveKeys(5, 1));
            session.Commit(batch => batch.RemoveKeys(0, 600));
            session.Close();
        }),
        new("LinkedPages", Steps(
            batch => batch.AddPage(1),
            batch => Repeat(4, i => batch.AddPage(10 + i, atFront: i % 2 == 0)),
            batch => batch.RemovePage(2),
            batch => batch.AddOtherPages(100, 3),
            batch => batch.SplicePages(1),
            batch =>
            {
                batch.AddOtherPages(200, 2);
                batch.SplicePages(batch.Model.Pages.Count);
                batch.RemovePage(0);
            },
            batch => batch.ClearPages(),
            batch => batch.AddOtherPages(300, 4),
            batch => batch.SplicePages(0))),
        new("ListOfLists", session =>
        {
            session.Open();
            session.Implicitly(batch => batch.AddList());
            session.Implicitly(batch => batch.AddToList(0, 1, 3));
            session.Commit(batch => Repeat(5, _ => batch.AddList()));
            session.Commit(batch => Repeat(6, i => batch.AddToList(i, i * 10, 5)));
            session.Commit(batch => batch.RemoveList(1));
            session.Commit(batch =>
            {
                batch.RemoveList(3);
                batch.RemoveList(0);
                batch.AddToList(0, 100, 4);
            });
            session.Close();
        }),
        new("Temporaries", session =>
        {
            session.Open();
            session.Commit(batch => batch.AddRange(0, 5));
            session.LeaveTemporary(9);
            session.Implicitly(batch => batch.Add(6));
            using (session.LeaveTemporary(6))
            {
                session.Commit(batch => batch.AddRange(10, 10));
            }

            session.LeaveTemporary(0);
            session.Close();
            session.Open();
            session.LeaveTemporary(3);
            session.Implicitly(batch => batch.Insert(2, 7));
            session.Close();
        }),
        new("TogetherAndRolledBack", session =>
        {
            session.Open();
            session.Commit(batch =>
            {
                batch.AddRange(0, 6);
                batch.Push(1);
                batch.Append("one");
                batch.Put(1, 3, 1);
                batch.AddPage(1);
                batch.AddList();
            });
            session.RollBack(batch =>
            {
                batch.Clear();
                batch.Pop();
                batch.RemoveText(0, 3);
                batch.RemoveKeys(1, 3);
                batch.ClearPages();
                batch.AddToList(0, 0, 9);
            });
            session.Commit(batch =>
            {
                batch.RemoveRange(1, 4);
                batch.Push(2);
                batch.Append(" two");
            });
            session.Commit(batch =>
            {
                batch.Put(2, 3, 2);
                batch.AddPage(2);
                batch.AddToList(0, 5, 2);
            });
            session.Pool.Checkpoint();
            session.RollBack(batch => batch.AddRange(100, 90));
            session.Commit(batch => batch.AddRange(200, 90));
            session.Close();
        }),
    ];

    /// <inheritdoc/>
    public override CrashSession Begin(SimulatedFileSystem files, Durability durability) =>
        new PoolSession(files, Options with { Durability = durability }, run);

    /// <inheritdoc/>
    public override ICrashSubject Open(SimulatedFileSystem files, int seed) =>
        new PoolSubject(Pool.Open(files, Path, Options with { RandomSeed = seed }));

    /// <summary>A script of changes that a seed determines, in transactions and outside of them.</summary>
    public static PoolScript Random(int seed) => new(FormattableString.Invariant($"Random{seed}"), session =>
    {
        var random = new Random(seed);
        session.Open();
        for (var i = 0; i < 30; i++)
        {
            try
            {
                if (random.Next(8) == 0)
                {
                    session.Pool.Truncate();
                }

                if (random.Next(3) == 0)
                {
                    session.Implicitly(batch => PoolChanges.ChangeOnce(batch, random, isTransaction: false));
                }
                else
                {
                    session.Commit(batch => Repeat(
                        random.Next(1, 4), _ => PoolChanges.ChangeOnce(batch, random, isTransaction: true)));
                }
            }
            catch (LimitExceededException)
            {
                // The cap is at its floor: a transaction may come to its end. Nothing of it is kept.
            }
        }

        session.Close();
    });

    /// <summary>One session with a commit for each change.</summary>
    private static Action<PoolSession> Steps(params Action<PoolBatch>[] changes) => session =>
    {
        session.Open();
        foreach (var change in changes)
        {
            session.Commit(change);
        }

        session.Close();
    };

    private static void Repeat(int times, Action<int> action)
    {
        for (var i = 0; i < times; i++)
        {
            action(i);
        }
    }
}
