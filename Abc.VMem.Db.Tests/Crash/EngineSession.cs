using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>A program that uses one map in one file, with nothing above the engine.</summary>
internal sealed class EngineSession : CrashSession
{
    /// <summary>Where the map's state lives.</summary>
    public static readonly PageAddress Map = new(PagePos.Start, 64);

    private readonly SimulatedFileSystem _files;
    private readonly EngineOptions _options;
    private readonly Action<EngineSession> _run;
    private Engine? _engine;

    public EngineSession(SimulatedFileSystem files, EngineOptions options, Action<EngineSession> run)
    {
        (_files, _options, _run) = (files, options, run);
        States.Add(EngineModel.Empty.Content());
    }

    /// <summary>The engine that is open.</summary>
    public Engine Engine => _engine ?? throw new InvalidOperationException("The session is not open.");

    private EngineModel Model => (EngineModel)States[^1].Model!;

    /// <inheritdoc/>
    public override void Run() => _run(this);

    /// <summary>Opens the file, creating it when it is missing.</summary>
    public void Open() => _engine = Engine.Open(_files, CrashScript.Path, _options);

    /// <summary>Opens the file with the smallest cap: what a script does goes through the temporary file.</summary>
    public void OpenAtTheFloor() => _engine = Engine.Open(
        _files, CrashScript.Path, _options with { MaxMappedPages = BufferPool.MinMappedPages });

    /// <summary>Takes a snapshot, makes changes, and finds the snapshot as it was.</summary>
    public void UnderSnapshot(Action change)
    {
        var content = States[Acknowledged];
        using var snapshot = Engine.BeginSnapshot();
        change();
        Assert.Equal(content.Digest, EngineSubject.Read(snapshot).Digest);
    }

    /// <inheritdoc/>
    public override void Close()
    {
        var engine = _engine;
        _engine = null;
        engine?.Dispose();
    }

    /// <summary>Makes changes in one transaction and commits it.</summary>
    public void Commit(Action<EngineBatch> change)
    {
        using var transaction = Engine.BeginTransaction();
        var batch = new EngineBatch(transaction, Map, Model);
        change(batch);
        States.Add(batch.Model.Content());
        Acknowledge(States.Count - 1, transaction.Commit);
    }

    /// <summary>Makes changes in one transaction and drops them.</summary>
    public void RollBack(Action<EngineBatch> change)
    {
        using var transaction = Engine.BeginTransaction();
        change(new EngineBatch(transaction, Map, Model));
    }
}
