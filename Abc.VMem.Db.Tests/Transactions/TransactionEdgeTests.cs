using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>Calls on a transaction that is over, busy, cancelled, or waits in vain.</summary>
public sealed class TransactionEdgeTests
{
    private static readonly EngineOptions s_options = new()
    {
        MaxMappedPages = 64,
        BackgroundWork = false,
        WriterTimeout = TimeSpan.FromMilliseconds(30),
    };

    [Fact]
    public async Task CommitAsync_CancelledBefore_LeavesTheTransactionOpen()
    {
        using var engine = Open();
        using var transaction = engine.BeginTransaction();
        var position = NumberPages.New(transaction, 7);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await transaction.CommitAsync(new CancellationToken(canceled: true)));
        await transaction.CommitAsync(default);
        using var snapshot = engine.BeginSnapshot();
        Assert.Equal(7, NumberPages.Get(snapshot, position));
    }

    [Fact]
    public void Calls_AfterTheEnd_AreRefused()
    {
        using var engine = Open();
        var transaction = engine.BeginTransaction();
        var savepoint = transaction.BeginSavepoint();
        transaction.Commit();
        transaction.Rollback();
        AssertFails(TransactionFailure.Closed, transaction.Commit);
        AssertFails(TransactionFailure.Closed, () => transaction.RollBackTo(savepoint));
        AssertFails(TransactionFailure.Closed, () => transaction.BeginSavepoint());
        AssertFails(TransactionFailure.Closed, transaction.ThrowUnlessReadable);
        transaction.Dispose();
    }

    [Fact]
    public async Task Calls_WhileAnotherThreadsCallRuns_AreRefused()
    {
        using var engine = Open();
        using var transaction = engine.BeginTransaction();
        await Task.Factory.StartNew(() => transaction.EnterCall(), TaskCreationOptions.LongRunning);
        AssertFails(TransactionFailure.Overlap, () => transaction.EnterCall());
        AssertFails(TransactionFailure.Overlap, transaction.Rollback);
        AssertFails(TransactionFailure.Overlap, transaction.ThrowUnlessReadable);
        transaction.ExitCall();
        transaction.ThrowUnlessReadable();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the other one")]
    public async Task Begin_WhileAnotherOneGoesOn_SaysWhose(string? origin)
    {
        using var engine = Open();
        using var first = await Task.Factory.StartNew(
            () => engine.BeginTransaction(origin), TaskCreationOptions.LongRunning);
        var error = await Assert.ThrowsAsync<TransactionException>(
            async () => await engine.BeginTransactionAsync("mine", default));
        Assert.Equal(TransactionFailure.WriterTimeout, error.Reason);
        Assert.Equal(origin is not null, error.Message.Contains("the other one", StringComparison.Ordinal));
        error = Assert.Throws<TransactionException>(() => engine.BeginTransaction("mine"));
        Assert.Equal(TransactionFailure.WriterTimeout, error.Reason);
    }

    /// <summary>Forgotten, not disposed: its finalizer gives the writer's place back.</summary>
    [Fact]
    public void Begin_AfterAForgottenOne_GetsThePlace()
    {
        using var engine = Open();
        Forget(engine);
        for (var i = 0; i < 100; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            try
            {
                using var transaction = engine.BeginTransaction();
                return;
            }
            catch (TransactionException e) when (e.Reason == TransactionFailure.WriterTimeout)
            {
            }
        }

        Assert.Fail("The place never came back.");

        // On a thread of its own: in the same flow of calls it would be a wait for oneself.
        static void Forget(Engine engine)
        {
            var thread = new Thread(() => engine.BeginTransaction("forgotten"));
            thread.Start();
            thread.Join();
        }
    }

    private static Engine Open() => Engine.Open(new MemoryFileSystem(), "/edge.vmem", s_options);

    private static void AssertFails(TransactionFailure reason, Action call) =>
        Assert.Equal(reason, Assert.Throws<TransactionException>(call).Reason);
}
