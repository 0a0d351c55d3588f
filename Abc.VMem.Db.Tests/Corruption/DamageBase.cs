using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>How the files of a base were left.</summary>
internal enum BaseKind
{
    /// <summary>Closed cleanly: one file.</summary>
    Closed,

    /// <summary>The process was killed after the last commit.</summary>
    Killed,

    /// <summary>As <see cref="Killed"/>, later: the mark of an idle log follows the last commit.</summary>
    Idle,

    /// <summary>As <see cref="Killed"/>, with a checkpoint and commits after it: the older segment is dead.</summary>
    Checkpointed,

    /// <summary>Killed within a checkpoint, before the older segment was declared dead: both are needed.</summary>
    Switched,
}

/// <summary>What a file held after one commit.</summary>
/// <param name="Sequence">Sequence number of the commit.</param>
/// <param name="Digests">What each part held.</param>
internal sealed record DamageState(long Sequence, ulong[] Digests);

/// <summary>Small files that the engine made, which cases damage: the same bytes at each run.</summary>
internal sealed class DamageBase
{
    private const int BuildCap = 64;

    private readonly List<DamageState> _states = [];
    private readonly List<Dictionary<string, byte[]>> _older = [];

    private DamageBase(DamageSubject subject, BaseKind kind) => (Subject, Kind) = (subject, kind);

    /// <summary>The program.</summary>
    public DamageSubject Subject { get; }

    /// <summary>How the files were left.</summary>
    public BaseKind Kind { get; }

    /// <summary>Name in messages.</summary>
    public string Name => $"{Subject.Name}-{Kind}";

    /// <summary>The files.</summary>
    public Dictionary<string, byte[]> Files { get; private set; } = [];

    /// <summary>The files as they were after earlier commits.</summary>
    public IReadOnlyList<Dictionary<string, byte[]>> Older => _older;

    /// <summary>What the file held after each commit, from the empty one on.</summary>
    public IReadOnlyList<DamageState> States => _states;

    /// <summary>Items that were ever there.</summary>
    public HashSet<ulong> Known { get; } = [];

    /// <summary>Pages of the pool.</summary>
    public int PageCount { get; private set; }

    /// <summary>Whether a page is in use in the last state.</summary>
    public bool[] IsUsed { get; private set; } = [];

    /// <summary>The pool's id.</summary>
    public ulong PoolId { get; private set; }

    /// <summary>The chunks of the log.</summary>
    public IReadOnlyList<LogChunk> Chunks { get; private set; } = [];

    /// <summary>The state that the undamaged files hold, as a set of states.</summary>
    public ulong FinalState => 1UL << (_states.Count - 1);

    /// <summary>The states with a sequence number or a later one.</summary>
    public ulong StatesFrom(long sequence) => _states
        .Select((state, i) => state.Sequence >= sequence ? 1UL << i : 0)
        .Aggregate(FinalState, (all, state) => all | state);

    /// <summary>Makes a base.</summary>
    public static DamageBase Build(DamageSubject subject, BaseKind kind)
    {
        var made = new DamageBase(subject, kind);
        var files = new DamagedFiles();
        if (kind == BaseKind.Closed)
        {
            made.RunClosed(files);
        }
        else
        {
            made.RunKilled(files);
        }

        made.Inspect();
        return made;
    }

    /// <summary>Options of bases and cases: no thread, small, and the same random numbers each time.</summary>
    public static EngineOptions Options(int cap) => new()
    {
        MaxMappedPages = cap,
        LogSegmentBytes = 16 << 10,
        CheckpointBytes = 1 << 30,
        BackgroundWork = false,
        AutoTruncate = false,
        RandomSeed = 1,
    };

    private void RunClosed(DamagedFiles files)
    {
        using (var session = Subject.Open(files, Options(BuildCap)))
        {
            Learn(session);
        }

        for (var i = 0; i < Subject.Commits; i++)
        {
            _older.Add(files.ToDictionary());
            using var session = Subject.Open(files, Options(BuildCap));
            session.Commit(i);
            Learn(session);
        }

        Files = files.ToDictionary();
    }

    private void RunKilled(DamagedFiles files)
    {
        // A closed start: what comes before the log is one state.
        using (var session = Subject.Open(files, Options(BuildCap)))
        {
            session.Commit(0);
            session.Commit(1);
        }

        // The smallest pool: some pages go home before any checkpoint.
        var cap = Kind == BaseKind.Killed ? Pool.MinMappedPages : BuildCap;
        using (var session = Subject.Open(files, Options(cap)))
        {
            Learn(session);
            for (var i = 2; i < Subject.Commits; i++)
            {
                if (i == 4 && Kind == BaseKind.Checkpointed)
                {
                    session.Engine.Checkpoint();
                }

                session.Commit(i);
                Learn(session);
                _older.Add(files.ToDictionary());
                if (i == Subject.Commits - 2 && Kind == BaseKind.Switched)
                {
                    CheckpointHalf(files, session);
                    break;
                }
            }

            Leave(files, session);
        }
    }

    private void Leave(DamagedFiles files, DamageSubject.Session session)
    {
        if (Kind == BaseKind.Idle)
        {
            session.Engine.Maintain(checkpoint: false, sweep: false);
        }

        if (Kind != BaseKind.Switched)
        {
            Files = files.ToDictionary();
        }
    }

    // The process ends while the checkpoint flushes the data file; another commit came after the switch.
    private void CheckpointHalf(DamagedFiles files, DamageSubject.Session session)
    {
        var isDone = false;
        files.Flushing = path =>
        {
            if (path == DamageSubject.Path && !isDone)
            {
                isDone = true;
                session.Commit(Subject.Commits - 1);
                Learn(session);
                Files = files.ToDictionary();
            }
        };
        session.Engine.Checkpoint();
        files.Flushing = null;
        Assert.True(isDone);
    }

    private void Learn(DamageSubject.Session session)
    {
        var digests = new ulong[Subject.Parts.Count];
        session.BeginRead();
        for (var part = 0; part < digests.Length; part++)
        {
            var digest = new ContentDigest { Learned = Known };
            digest.Reset();
            session.Read(part, digest);
            digests[part] = digest.Value;
        }

        session.EndRead();
        Assert.True(session.Check());
        _states.Add(new(session.Engine.VisibleSequence, digests));
    }

    private void Inspect()
    {
        var files = new DamagedFiles();
        files.Load(Files);
        Chunks = LogChunk.ReadAll(files);
        PoolId = Layout.At<RootPageLayout>((ReadOnlySpan<byte>)files[DamageSubject.Path], PageHeader.Bytes).PoolId;
        using var pool = Engine.Open(files, DamageSubject.Path, Options(BuildCap));
        using var snapshot = pool.BeginSnapshot();
        var scan = new PoolScan(pool, snapshot, static (_, _) => { });
        scan.Run();
        PageCount = (int)scan.Owners.PageCount;
        IsUsed = [.. Enumerable.Range(0, PageCount).Select(at =>
            scan.Owners.OwnerOf(new(at)) is { } owner && owner.Name != StateScan.FreeOwner)];
    }
}
