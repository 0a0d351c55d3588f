using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// A new file is written from another one: a repair, a copy, a packed copy. The other one stays as it is. Under its
/// name the new one is there as a whole or not at all. (A power loss once left half of a packed copy, which opened like
/// a whole one, and a file that a repair had copied but not mended.)
/// </summary>
/// <param name="name">The script's name.</param>
/// <param name="prepare">Makes the disk with the file that is read.</param>
/// <param name="write">Writes the new file from it.</param>
internal sealed class NewFileScript(
    string name, Func<SimulatedFileSystem> prepare, Action<SimulatedFileSystem, string> write)
    : CrashScript("file", name)
{
    /// <summary>The new file.</summary>
    public const string Target = "/d/new.vmem";

    private readonly Lazy<SimulatedFileSystem> _disk = new(prepare);
    private CrashContent? _whole;

    /// <summary>Every script.</summary>
    public static IReadOnlyList<NewFileScript> All { get; } =
    [
        new("Repair", () => Damaged(isClosed: true), Repair),
        new("RepairWithLog", () => Damaged(isClosed: false), Repair),
        new("CopyTo", () => Disk(isClosed: true), (files, target) => WithOriginal(files, db => db.CopyTo(target))),
        new("CompactTo", () => Disk(isClosed: false), (files, target) =>
            WithOriginal(files, db => db.CompactInto(files, target, null, default))),
    ];

    /// <inheritdoc/>
    public override SimulatedFileSystem NewDisk() => _disk.Value.Kill();

    /// <inheritdoc/>
    public override CrashSession Begin(SimulatedFileSystem files, Durability durability) =>
        new NewFileSession(() => write(files, Target), Whole());

    /// <inheritdoc/>
    public override ICrashSubject Open(SimulatedFileSystem files, int seed) =>
        new NewFileSubject(files, Whole(), seed, () => AssertOriginal(files), target => write(files, target));

    /// <summary>What else is left of a new file that did not come to its end is no matter.</summary>
    public override void AssertFiles(IReadOnlyList<string> paths) => Assert.Contains(Path, paths);

    private CrashContent Whole()
    {
        if (_whole is null)
        {
            var files = NewDisk();
            write(files, Target);
            using var db = VMemDatabase.Open(files, Target, SmallOptions);
            db.Check();
            _whole = NewFileSubject.Read(db);
        }

        return _whole;
    }

    private void AssertOriginal(SimulatedFileSystem files)
    {
        if (Name.Contains(nameof(Repair), StringComparison.Ordinal))
        {
            foreach (var path in _disk.Value.Paths)
            {
                Assert.True(_disk.Value.ReadAll(path).AsSpan().SequenceEqual(files.ReadAll(path)), path);
            }

            return;
        }

        WithOriginal(files, db => Assert.Equal(Whole().Digest, NewFileSubject.Read(db).Digest));
    }

    private static void WithOriginal(SimulatedFileSystem files, Action<VMemDatabase> action)
    {
        using var db = VMemDatabase.Open(files, Path, SmallOptions);
        action(db);
    }

    private static void Repair(SimulatedFileSystem files, string target) =>
        FileRepair.Run(files, Path, target, (_, _) => { });

    /// <summary>A disk with a database: documents with an index, a map, a list, and pages that are free.</summary>
    private static SimulatedFileSystem Disk(bool isClosed)
    {
        var files = new SimulatedFileSystem();
        var db = VMemDatabase.Open(files, Path, SmallOptions);
        var things = db.GetCollection<CompactScripts.Thing>("things");
        things.EnsureIndex(thing => thing.Number);
        things.InsertMany(CompactScripts.Make(1, 40));
        db.GetMap<int, string>("map")[1] = new string('m', 14_000);
        db.GetMap<int, string>("waste")[1] = new string('w', 30_000);
        db.GetList<long>("list").AddRange(Enumerable.Range(0, 900).Select(number => (long)number));
        db.GetMap<int, string>("waste").Remove(1);
        if (!isClosed)
        {
            var killed = files.Crash(CrashPolicy.All, 0);
            db.Dispose();
            return killed;
        }

        db.Dispose();
        return files.Crash(CrashPolicy.None, 0);
    }

    /// <summary>The same, with a page in which a bit has flipped, and one that was lost.</summary>
    private static SimulatedFileSystem Damaged(bool isClosed)
    {
        var files = Disk(isClosed);
        var bytes = files.ReadAll(Path);
        var hit = 0;
        for (var at = 6; at < bytes.Length / Page.Size && hit < 2; at++)
        {
            // Pages of maps and of long values are what a repair has the most work with.
            if (Layout.At<PageHeader>(bytes.AsSpan(at * Page.Size), 0).Type is PageType.MapLeaf)
            {
                files.Damage(Path, (at * Page.Size) + 500, [(byte)~bytes[(at * Page.Size) + 500]]);
                hit++;
            }
        }

        return files;
    }
}

/// <summary>A program that writes the new file.</summary>
internal sealed class NewFileSession : CrashSession
{
    private readonly Action _write;
    private readonly CrashContent _whole;

    public NewFileSession(Action write, CrashContent whole)
    {
        (_write, _whole) = (write, whole);
        States.Add(NewFileSubject.Nothing);
    }

    /// <inheritdoc/>
    public override void Run()
    {
        States.Add(_whole);
        _write();
        Acknowledged = 1;
    }

    /// <inheritdoc/>
    public override void Close()
    {
    }
}

/// <summary>The new file, or none.</summary>
internal sealed class NewFileSubject : ICrashSubject
{
    private readonly SimulatedFileSystem _files;
    private readonly CrashContent _whole;
    private readonly Action<string> _write;
    private readonly VMemDatabase? _db;

    public NewFileSubject(
        SimulatedFileSystem files, CrashContent whole, int seed, Action assertOriginal, Action<string> write)
    {
        (_files, _whole, _write) = (files, whole, write);
        assertOriginal();
        if (files.Exists(NewFileScript.Target))
        {
            _db = VMemDatabase.Open(
                files, NewFileScript.Target, CrashScript.SmallOptions with { RandomSeed = seed });
        }
    }

    /// <summary>No new file.</summary>
    public static CrashContent Nothing { get; } = CrashContent.Of("no new file");

    /// <summary>All that a database holds.</summary>
    public static CrashContent Read(VMemDatabase db)
    {
        using var snapshot = db.BeginSnapshot();
        return CrashContent.Of(CompactScripts.Describe(snapshot));
    }

    /// <inheritdoc/>
    public CrashContent Read() => _db is null ? Nothing : Read(_db);

    /// <inheritdoc/>
    public void Check() => _db?.Check();

    /// <summary>Where there is no new file, another one can be written.</summary>
    public CrashContent ChangeOnce(CrashContent before)
    {
        if (_db is not null)
        {
            _db.GetMap<int, string>("map")[9] = "after";
            return Read(_db);
        }

        const string Other = "/d/other.vmem";
        _write(Other);
        using var other = VMemDatabase.Open(_files, Other, CrashScript.SmallOptions);
        Assert.Equal(_whole.Digest, Read(other).Digest);
        other.Check();
        return before;
    }

    /// <inheritdoc/>
    public void Dispose() => _db?.Dispose();
}
