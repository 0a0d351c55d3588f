using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Crash;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>
/// A program with all structures at once, changed at random: in transactions that commit or roll back and outside of
/// them, with snapshots open and through reopenings. Whatever it reads is what its model says, and no page leaks.
/// </summary>
public sealed class ProgramModelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 2)]
    [InlineData(24, 3)]
    [InlineData(64, 4)]
    [InlineData(1024, 5)]
    [InlineData(1024, 6)]
    public void RandomProgram_AnyCap_EqualsItsModel(int cap, int seed)
    {
        output.WriteLine($"seed {seed}, cap {cap}");
        var random = new Random(seed);
        using var fixture = new PoolFixture(new EngineOptions
        {
            MaxMappedPages = cap,
            LogSegmentBytes = 64 << 10,
            CheckpointBytes = 256 << 10,
        });
        var snapshots = new List<(PoolSnapshot Snapshot, PoolModel Model)>();
        var model = new PoolModel();
        for (var round = 0; round < 250; round++)
        {
            model = Change(fixture.Pool, model, random);
            switch (random.Next(12))
            {
                case 0:
                    snapshots.Add((fixture.Pool.BeginSnapshot(), model));
                    break;
                case 1 when snapshots.Count > 0:
                    Close(snapshots, random.Next(snapshots.Count));
                    break;
                case 2 when random.Next(4) == 0:
                    Verify(fixture, model, snapshots);
                    while (snapshots.Count > 0)
                    {
                        Close(snapshots, 0);
                    }

                    fixture.Reopen();
                    break;
                case 3:
                    Verify(fixture, model, snapshots);
                    break;
                case 4:
                    fixture.Pool.Truncate();
                    break;
            }
        }

        Verify(fixture, model, snapshots);
        snapshots.ForEach(open => open.Snapshot.Dispose());
    }

    private static PoolModel Change(Pool pool, PoolModel model, Random random)
    {
        if (random.Next(3) == 0)
        {
            var single = new PoolBatch(pool, model);
            PoolChanges.ChangeOnce(single, random, isTransaction: false);
            return single.Model;
        }

        using var transaction = pool.BeginTransaction();
        var batch = new PoolBatch(transaction, model);
        try
        {
            for (var i = random.Next(4); i >= 0; i--)
            {
                PoolChanges.ChangeOnce(batch, random, isTransaction: true);
            }
        }
        catch (LimitExceededException)
        {
            // At a small cap a transaction may come to its end; nothing of it is kept.
            return model;
        }

        if (random.Next(4) == 0)
        {
            return model;
        }

        transaction.Commit();
        return batch.Model;
    }

    private static void Verify(
        PoolFixture fixture, PoolModel model, List<(PoolSnapshot Snapshot, PoolModel Model)> snapshots)
    {
        foreach (var (snapshot, then) in snapshots)
        {
            try
            {
                Assert.Equal(then.Describe(), PoolContent.Read(snapshot).Describe());
            }
            catch (TransactionException e) when (e.Reason == TransactionFailure.SnapshotTooOld)
            {
                // The cap is worth more than an old state.
            }
        }

        using var now = fixture.Pool.BeginSnapshot();
        Assert.Equal(model.Describe(), PoolContent.Read(now).Describe());
        var report = fixture.Pool.Check(programPages: []);
        Assert.True(report.IsWhole, report.ToString());
    }

    private static void Close(List<(PoolSnapshot Snapshot, PoolModel Model)> snapshots, int index)
    {
        snapshots[index].Snapshot.Dispose();
        snapshots.RemoveAt(index);
    }
}
