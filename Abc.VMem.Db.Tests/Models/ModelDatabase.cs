using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>
/// A database on a simulated disk that can lose its power. Public, as it is written in the scripts that failures print.
/// </summary>
public sealed class ModelDatabase : IDisposable
{
    private const string Path = "d/model.vmem";

    private readonly Durability _durability;
    private readonly bool _background;
    private SimulatedFileSystem _files = new();
    private VMemDatabase? _db;
    private int _opened;

    /// <summary>The disk and the system's cache as the call at which the power goes found them.</summary>
    private SimulatedFileSystem? _atLoss;

    /// <summary>A new disk without a database.</summary>
    public ModelDatabase(Durability durability = Durability.Full, bool background = false) =>
        (_durability, _background) = (durability, background);

    /// <summary>Whether the power is gone.</summary>
    public bool HasCrashed => _files.HasCrashed;

    /// <summary>The database that is open.</summary>
    internal VMemDatabase Db => _db ?? throw new InvalidOperationException("It is not open.");

    /// <summary>Opens the database with a cap; creates it when there is none.</summary>
    public VMemDatabase Open(int pages)
    {
        _opened++;
        return _db = VMemDatabase.Open(_files, Path, new EngineOptions
        {
            MaxMappedPages = pages,
            Durability = _durability,
            RelaxedFlushInterval = TimeSpan.FromDays(1),
            LogSegmentBytes = 64 << 10,
            CheckpointBytes = 192 << 10,
            BackgroundWork = _background,
            RandomSeed = _opened,
        });
    }

    /// <summary>Closes the database; one file is left.</summary>
    public void Close()
    {
        var db = _db;
        _db = null;
        db?.Dispose();
        if (!HasCrashed)
        {
            Assert.Equal([Path], _files.Paths);
        }
    }

    /// <summary>From now, the power goes at the so manieth call that changes the disk.</summary>
    public void LosePowerAt(int call)
    {
        var files = _files;
        files.CrashAt = files.MutatingCalls + call;
        files.Mutating = () => _atLoss = files.MutatingCalls == files.CrashAt ? files.Kill() : null;
    }

    /// <summary>
    /// The power goes, unless it is gone, and comes back. The policy says what is left of what was not flushed;
    /// "Kill" is a process that died on a machine that went on.
    /// </summary>
    public void LosePower(string policy, int seed)
    {
        // A call at which a process died has done nothing, while one at which the power went may have done anything.
        var files = policy == "Kill"
            ? HasCrashed && _atLoss is { } killed ? killed : _files.Kill()
            : _files.Crash(Enum.Parse<CrashPolicy>(policy), seed);
        _files.Mutating = null;
        _atLoss = null;
        try
        {
            // What is open sees a disk without power, and finds no way to change it.
            _files.CrashAt = _files.MutatingCalls + 1;
            Close();
        }
        catch (Exception e) when (e is VMemDbException or IOException)
        {
            // It can't be closed in order.
        }

        _files = files;
    }

    /// <summary>
    /// Lets go of what is open; a run that failed may leave it in any state, and is told by its failure.
    /// </summary>
    public void Dispose()
    {
        try
        {
            _db?.Dispose();
        }
        catch (Exception e) when (e is VMemDbException or IOException)
        {
            // It can't be closed in order.
        }
    }
}
