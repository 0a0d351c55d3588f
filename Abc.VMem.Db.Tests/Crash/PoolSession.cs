using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>A program with structures of its own in a pool.</summary>
internal sealed class PoolSession : CrashSession
{
    private readonly SimulatedFileSystem _files;
    private readonly EngineOptions _options;
    private readonly Action<PoolSession> _run;
    private readonly List<TemporaryList<CrashItem>> _temporaries = [];
    private Pool? _pool;

    public PoolSession(SimulatedFileSystem files, EngineOptions options, Action<PoolSession> run)
    {
        (_files, _options, _run) = (files, options, run);
        States.Add(new PoolModel().Content());
    }

    /// <summary>The pool that is open.</summary>
    public Pool Pool => _pool ?? throw new InvalidOperationException("The session is not open.");

    private PoolModel Model => (PoolModel)States[^1].Model!;

    /// <inheritdoc/>
    public override void Run() => _run(this);

    /// <summary>Opens the file, creating it when it is missing.</summary>
    public void Open() => _pool = Pool.Open(_files, CrashScript.Path, _options);

    /// <inheritdoc/>
    public override void Close()
    {
        var pool = _pool;
        _pool = null;
        pool?.Dispose();
    }

    /// <summary>Makes changes in one transaction and commits it.</summary>
    public void Commit(Action<PoolBatch> change)
    {
        using var transaction = Pool.BeginTransaction();
        var batch = new PoolBatch(transaction, Model);
        change(batch);
        States.Add(batch.Model.Content());
        Acknowledge(States.Count - 1, transaction.Commit);
    }

    /// <summary>Makes one change outside of a transaction: the pool commits it.</summary>
    public void Implicitly(Action<PoolBatch> change)
    {
        var batch = new PoolBatch(Pool, Model, model => States.Add(model.Content()));
        Acknowledge(States.Count, () => change(batch));
    }

    /// <summary>Makes changes in one transaction and drops them.</summary>
    public void RollBack(Action<PoolBatch> change)
    {
        using var transaction = Pool.BeginTransaction();
        change(new PoolBatch(transaction, Model));
    }

    /// <summary>Fills a temporary list outside of a transaction; nobody disposes it.</summary>
    public TemporaryList<CrashItem> LeaveTemporary(int count)
    {
        var list = new TemporaryList<CrashItem>(Pool);
        _temporaries.Add(list);
        list.AddRange([.. Enumerable.Range(0, count).Select(number => new CrashItem(number))]);
        return list;
    }
}
