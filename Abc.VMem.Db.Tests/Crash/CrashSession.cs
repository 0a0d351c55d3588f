using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>A program that uses one map in one file, and remembers what it was promised.</summary>
internal sealed class CrashSession(SimulatedFileSystem files, EngineOptions options) : IDisposable
{
    /// <summary>The data file.</summary>
    public const string Path = "d/x.vmem";

    /// <summary>Where the map's state lives.</summary>
    public static readonly PageAddress Map = new(PagePos.Start, 64);

    /// <summary>
    /// Small everything, no background thread: each edge comes early, and the same calls give the same bytes.
    /// </summary>
    public static readonly EngineOptions SmallOptions = new()
    {
        MaxMappedPages = 64,
        LogSegmentBytes = 16 << 10,
        CheckpointBytes = 48 << 10,
        BackgroundWork = false,
        RandomSeed = 1,
    };

    private Engine? _engine;

    /// <summary>What the map held after each commit that was tried, from the empty one on.</summary>
    public List<CrashModel> States { get; } = [CrashModel.Empty];

    /// <summary>The last state whose commit returned.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>The engine that is open.</summary>
    public Engine Engine => _engine ?? throw new InvalidOperationException("The session is not open.");

    /// <summary>Opens the file, creating it when it is missing.</summary>
    public void Open() => _engine = Engine.Open(files, Path, options);

    /// <summary>Opens the file with the smallest cap: what a script does goes through the temporary file.</summary>
    public void OpenAtTheFloor() =>
        _engine = Engine.Open(files, Path, options with { MaxMappedPages = BufferPool.MinMappedPages });

    /// <summary>Takes a snapshot, makes changes, and finds the snapshot as it was.</summary>
    public void UnderSnapshot(Action change)
    {
        var model = States[Acknowledged];
        using var snapshot = Engine.BeginSnapshot();
        change();
        Assert.Null(model.Differs(CrashVerifier.ReadMap(snapshot)));
    }

    /// <summary>Closes the file.</summary>
    public void Close()
    {
        var engine = _engine;
        _engine = null;
        engine?.Dispose();
    }

    /// <summary>Makes changes in one transaction and commits it.</summary>
    public void Commit(Action<CrashBatch> change)
    {
        using var transaction = Engine.BeginTransaction();
        var batch = new CrashBatch(transaction, Map, States[^1]);
        change(batch);
        States.Add(batch.Model);
        try
        {
            transaction.Commit();
        }
        catch (TransactionException e) when (e.Reason == TransactionFailure.StorageFull)
        {
            // This one is promised to have left nothing.
            States.RemoveAt(States.Count - 1);
            throw;
        }

        Acknowledged = States.Count - 1;
    }

    /// <summary>Makes changes in one transaction and drops them.</summary>
    public void RollBack(Action<CrashBatch> change)
    {
        using var transaction = Engine.BeginTransaction();
        change(new CrashBatch(transaction, Map, States[^1]));
    }

    /// <inheritdoc/>
    public void Dispose() => Close();
}
