using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>A program with structures of its own in a pool, that remembers what it was promised.</summary>
internal sealed class PoolSession(SimulatedFileSystem files, EngineOptions options) : IDisposable
{
    /// <summary>At the cap's floor, so that pages are evicted all the time.</summary>
    public static readonly EngineOptions SmallOptions =
        CrashSession.SmallOptions with { MaxMappedPages = Pool.MinMappedPages };

    private readonly List<TemporaryList<CrashItem>> _temporaries = [];
    private Pool? _pool;

    /// <summary>What the structures held after each commit that was tried, from the empty ones on.</summary>
    public List<PoolModel> States { get; } = [new()];

    /// <summary>The last state whose commit returned.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>The pool that is open.</summary>
    public Pool Pool => _pool ?? throw new InvalidOperationException("The session is not open.");

    /// <summary>Opens the file, creating it when it is missing.</summary>
    public void Open() => _pool = Pool.Open(files, CrashSession.Path, options);

    /// <summary>Closes the file.</summary>
    public void Close()
    {
        var pool = _pool;
        _pool = null;
        pool?.Dispose();
    }

    /// <summary>Makes changes in one transaction and commits it.</summary>
    public void Commit(Action<PoolBatch> change)
    {
        using var transaction = Pool.BeginTransaction();
        var batch = new PoolBatch(transaction, States[^1]);
        change(batch);
        States.Add(batch.Model);
        Acknowledge(States.Count - 1, transaction.Commit);
    }

    /// <summary>Makes one change outside of a transaction: the pool commits it.</summary>
    public void Implicitly(Action<PoolBatch> change)
    {
        var batch = new PoolBatch(Pool, States[^1], States.Add);
        Acknowledge(States.Count, () => change(batch));
    }

    /// <summary>Makes changes in one transaction and drops them.</summary>
    public void RollBack(Action<PoolBatch> change)
    {
        using var transaction = Pool.BeginTransaction();
        change(new PoolBatch(transaction, States[^1]));
    }

    /// <summary>Fills a temporary list outside of a transaction; nobody disposes it.</summary>
    public TemporaryList<CrashItem> LeaveTemporary(int count)
    {
        var list = new TemporaryList<CrashItem>(Pool);
        _temporaries.Add(list);
        list.AddRange([.. Enumerable.Range(0, count).Select(number => new CrashItem(number))]);
        return list;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void Acknowledge(int known, Action commit)
    {
        try
        {
            commit();
        }
        catch (VMemDbException e) when (
            e is LimitExceededException or TransactionException { Reason: TransactionFailure.StorageFull })
        {
            // These are promised to have left nothing.
            States.RemoveRange(known, States.Count - known);
            throw;
        }

        Acknowledged = States.Count - 1;
    }
}
