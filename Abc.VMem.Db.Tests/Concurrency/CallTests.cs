using Abc.VMem.Db.Tests.Protocol;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>A transaction is one caller's at a time, and over once a statement of it failed half-way.</summary>
public sealed class CallTests
{
    [Fact]
    public void Call_WhileAnotherThreadsRuns_IsRefused()
    {
        using var bench = new TraceBench();
        using var transaction = bench.Engine.BeginTransaction();
        transaction.EnterCall();
        var error = RunElsewhere(() => transaction.EnterCall());
        Assert.Equal(TransactionFailure.Overlap, Assert.IsType<TransactionException>(error).Reason);
        transaction.ExitCall();
        Assert.Null(RunElsewhere(() =>
        {
            transaction.EnterCall();
            transaction.ExitCall();
        }));
    }

    [Fact]
    public void Statement_ThatFailedHalfWay_LeavesOnlyTheRollback()
    {
        using var bench = new TraceBench();
        var page = bench.Add(1);
        using (var transaction = bench.Engine.BeginTransaction())
        {
            TraceBench.Set(transaction, page, 2);
            transaction.Doom(new InvalidOperationException("Half of a statement."));
            AssertDoomed(() => TraceBench.Set(transaction, page, 3));
            AssertDoomed(transaction.Commit);
        }

        Assert.Equal(1, bench.Get(page));
    }

    private static void AssertDoomed(Action call) =>
        Assert.Equal(TransactionFailure.Doomed, Assert.Throws<TransactionException>(call).Reason);

    private static Exception? RunElsewhere(Action call)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(call));
        thread.Start();
        thread.Join();
        return error;
    }
}
