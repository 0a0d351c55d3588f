using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// What a program does with a database. Each step is one commit, or leaves the content as it is; what it leaves is
/// found by a run in which nothing goes wrong.
/// </summary>
/// <param name="name">The script's name.</param>
/// <param name="steps">The steps.</param>
/// <param name="describe">Tells all that the database holds.</param>
/// <param name="change">One more change, to what any of the steps may have left.</param>
/// <param name="maxPages">The cap.</param>
internal sealed class DatabaseScript(
    string name,
    IReadOnlyList<Action<VMemDatabase>> steps,
    Func<VMemSnapshot, string> describe,
    Action<VMemDatabase> change,
    int maxPages = 64) : CrashScript("database", name)
{
    private readonly Lazy<CrashContent[]> _contents = new(() => Contents(steps, describe, maxPages));

    /// <summary>Every script.</summary>
    public static IReadOnlyList<DatabaseScript> All { get; } =
    [
        PeopleScripts.Documents,
        PeopleScripts.Indexes,
        NamedListScripts.Script,
        CompactScripts.Script,
        BulkScripts.Script,
    ];

    /// <inheritdoc/>
    public override CrashSession Begin(SimulatedFileSystem files, Durability durability) => new DatabaseSession(
        () => Open(files, SmallOptions with { Durability = durability }), steps, _contents.Value);

    /// <inheritdoc/>
    public override ICrashSubject Open(SimulatedFileSystem files, int seed) =>
        new DatabaseSubject(Open(files, SmallOptions with { RandomSeed = seed }), describe, change);

    /// <summary>What the database holds before the first step and after each.</summary>
    private static CrashContent[] Contents(
        IReadOnlyList<Action<VMemDatabase>> steps, Func<VMemSnapshot, string> describe, int maxPages)
    {
        var options = SmallOptions with { MaxMappedPages = maxPages };
        using var db = VMemDatabase.Open(new MemoryFileSystem(), Path, options);
        using var subject = new DatabaseSubject(db, describe, _ => { });
        var contents = new List<CrashContent> { subject.Read() };
        foreach (var step in steps)
        {
            step(db);
            contents.Add(subject.Read());
        }

        Assert.True(contents.Select(content => content.Digest).Distinct().Count() > steps.Count / 2);
        return [.. contents];
    }

    private VMemDatabase Open(SimulatedFileSystem files, EngineOptions options) =>
        VMemDatabase.Open(files, Path, options with { MaxMappedPages = maxPages });
}

/// <summary>A program that uses a database.</summary>
internal sealed class DatabaseSession : CrashSession
{
    private readonly Func<VMemDatabase> _open;
    private readonly IReadOnlyList<Action<VMemDatabase>> _steps;
    private readonly CrashContent[] _contents;
    private VMemDatabase? _db;

    public DatabaseSession(
        Func<VMemDatabase> open, IReadOnlyList<Action<VMemDatabase>> steps, CrashContent[] contents)
    {
        (_open, _steps, _contents) = (open, steps, contents);
        States.Add(contents[0]);
    }

    /// <inheritdoc/>
    public override void Run()
    {
        _db = _open();
        for (var i = 0; i < _steps.Count; i++)
        {
            States.Add(_contents[i + 1]);
            Acknowledge(States.Count - 1, () => _steps[i](_db));
        }

        Close();
    }

    /// <inheritdoc/>
    public override void Close()
    {
        var db = _db;
        _db = null;
        db?.Dispose();
    }
}

/// <summary>A database with all that its script may have put into it.</summary>
internal sealed class DatabaseSubject(
    VMemDatabase db, Func<VMemSnapshot, string> describe, Action<VMemDatabase> change) : ICrashSubject
{
    /// <inheritdoc/>
    public CrashContent Read()
    {
        using var snapshot = db.BeginSnapshot();
        return CrashContent.Of(describe(snapshot));
    }

    /// <inheritdoc/>
    public void Check() => db.Check();

    /// <inheritdoc/>
    public CrashContent ChangeOnce(CrashContent before)
    {
        change(db);
        var after = Read();
        Assert.NotEqual(before.Digest, after.Digest);
        return after;
    }

    /// <inheritdoc/>
    public void Dispose() => db.Dispose();
}
