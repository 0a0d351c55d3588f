using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Random operations on a list in a pool: alone, in transactions, rolled back; snapshots are open.</summary>
public class PooledListTests
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 2)]
    [InlineData(4096, 3)]
    [InlineData(4096, 4)]
    public void RandomTransactions_WithSnapshotsOpen_StayEqualToAModel(int cap, int seed)
    {
        Run<byte>(cap, seed);
        Run<long>(cap, seed);
        Run<Item100>(cap, seed);
        Run<Item900>(cap, seed);
        Run<Item2000>(cap, seed);
        Run<Item4048>(cap, seed);
    }

    private static void Run<T>(int cap, int seed)
        where T : unmanaged
    {
        using var fixture = new PoolFixture(cap);
        var random = new Random(seed);
        var model = new List<T>();
        var snapshots = new Queue<(PoolSnapshot Snapshot, T[] Items)>();
        var limits = 0;
        for (var step = 0; step < 150; step++)
        {
            try
            {
                limits += Step(fixture.Pool, ref model, random) ? 0 : 1;
                if (random.Next(5) == 0)
                {
                    snapshots.Enqueue((fixture.Pool.BeginSnapshot(), [.. model]));
                }

                if (snapshots.Count > 3 || (snapshots.Count > 0 && random.Next(5) == 0))
                {
                    Verify(snapshots.Dequeue());
                }

                if (step % 10 == 0)
                {
                    Items.AssertEqual(model, List<T>(fixture.Pool).ToArray());
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"{typeof(T).Name}, cap {cap}, seed {seed}, step {step}: {e.Message}", e);
            }
        }

        foreach (var snapshot in snapshots)
        {
            Verify(snapshot);
        }

        Assert.InRange(limits, 0, cap == 16 ? 120 : 0);
        var pool = fixture.Reopen();
        Items.AssertEqual(model, List<T>(pool).ToArray());
        Assert.True(fixture.Check().IsWhole);
    }

    /// <summary>An operation of its own, or a transaction; false when it was too large for the cap.</summary>
    private static bool Step<T>(Pool pool, ref List<T> model, Random random)
        where T : unmanaged
    {
        List<T> changed = [.. model];
        var unit = pool.MaxMappedPages == 16 ? 2 : 60;
        try
        {
            if (random.Next(2) == 0)
            {
                ListSteps.Run(List<T>(pool), changed, random, unit);
            }
            else
            {
                using var transaction = pool.BeginTransaction();
                var list = List<T>(transaction);
                for (var i = random.Next(4); i >= 0; i--)
                {
                    ListSteps.Run(list, changed, random, unit);
                }

                Items.AssertEqual(changed, list.ToArray());
                if (random.Next(3) == 0)
                {
                    return true;
                }

                transaction.Commit();
            }

            model = changed;
            return true;
        }
        catch (LimitExceededException)
        {
            return false;
        }
    }

    private static void Verify<T>((PoolSnapshot Snapshot, T[] Items) taken)
        where T : unmanaged
    {
        using var snapshot = taken.Snapshot;
        try
        {
            var view = new VMemListView<T>(snapshot, Pool.StartAddress);
            Assert.Equal(taken.Items.Length, view.Count);
            Items.AssertEqual(taken.Items, view.ToArray());
            Items.AssertEqual(taken.Items, view.Range(view.FirstPosition, ItemPosition.End).ToArray());
        }
        catch (TransactionException e) when (e.Reason == TransactionFailure.SnapshotTooOld)
        {
            // At the smallest cap an old version may have had to go.
        }
    }

    private static VMemList<T> List<T>(PageScope scope)
        where T : unmanaged => new(scope, Pool.StartAddress);
}
