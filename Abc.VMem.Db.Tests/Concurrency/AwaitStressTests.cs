using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>Nothing is lost, nothing waits for ever, the writer's place always comes back.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class AwaitStressTests
{
    [Theory]
    [InlineData(24, 16, 30_000)]
    [InlineData(24, 1024, 30_000)]
    [InlineData(32, 24, 3)]
    public async Task Transactions_AcrossAwaits_KeepWhatTheySaid(int tasks, int cap, int timeoutMilliseconds)
    {
        for (var i = 0; i < Proof.Effort; i++)
        {
            using var yields = await ForcedYields.Begin(Proof.Seed + i);
            using var stress = new AwaitStress(
                Proof.Seed + i, tasks, cap, TimeSpan.FromMilliseconds(timeoutMilliseconds));
            await stress.Run(transactions: 30);
            Proof.Count(ProofKind.HistoryOperation, stress.Operations, nameof(AwaitStressTests));
        }
    }

    [Fact]
    public async Task Dispose_WhileTransactionsAwait_KeepsWhatWasAcknowledged()
    {
        for (var i = 0; i < 12 * Proof.Effort; i++)
        {
            var seed = Proof.Seed + i;
            using var yields = await ForcedYields.Begin(seed);
            using var stress = new AwaitStress(seed, workers: 12, cap: 16 << (i % 4), TimeSpan.FromSeconds(30));
            await stress.RunAndClose(TimeSpan.FromMilliseconds(new Random(seed).Next(60)));
            Proof.Count(ProofKind.HistoryOperation, stress.Operations, nameof(AwaitStressTests));
        }
    }

    /// <summary>A transaction that is forgotten across an await gives the place back when it is collected.</summary>
    [Fact]
    public async Task Transaction_ForgottenAcrossAwaits_GivesThePlaceBack()
    {
        var options = new EngineOptions { WriterTimeout = TimeSpan.FromMilliseconds(1) };
        using var database = new TestDatabase(new MemoryFileSystem(), "/forgotten.vmem", options);
        for (var i = 0; i < 5; i++)
        {
            await Forget(database.Db);
            for (var tries = 0; tries < 50 && !CanWrite(database.Db); tries++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                await Task.Delay(5);
            }

            Assert.True(CanWrite(database.Db), $"round {i}");
        }

        Assert.DoesNotContain("forgotten", database.Db.MapNames);
    }

    // Not inlined into the test's state machine, which would keep the transaction alive.
    private static async Task Forget(VMemDatabase database)
    {
        var transaction = await database.BeginTransactionAsync();
        await transaction.GetMap("forgotten").PutAsync(new byte[] { 1 }, new byte[] { 2 });
        await Task.Yield();
    }

    private static bool CanWrite(VMemDatabase database)
    {
        try
        {
            database.BeginTransaction().Dispose();
            return true;
        }
        catch (TransactionException e) when (e.Reason == TransactionFailure.WriterTimeout)
        {
            return false;
        }
    }
}
