using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>Savepoints of the engine's transactions, at caps from the floor up.</summary>
public class SavepointTests
{
    [Fact]
    public void RollBackTo_AnEarlierMoment_UndoesWhatCameSince()
    {
        using var fixture = new EngineFixture();
        fixture.Put(1, [1]);
        using (var transaction = fixture.Engine.BeginTransaction())
        {
            Put(transaction, 2, 20);
            var first = transaction.BeginSavepoint();
            Put(transaction, 1, 11);
            Put(transaction, 3, 30);
            var second = transaction.BeginSavepoint();
            Put(transaction, 1, 12);
            transaction.RollBackTo(second);
            Assert.Equal([11], EngineFixture.Get(transaction, 1));
            transaction.RollBackTo(first);
            Assert.Equal([1], EngineFixture.Get(transaction, 1));
            Assert.Equal([20], EngineFixture.Get(transaction, 2));
            Assert.Null(EngineFixture.Get(transaction, 3));
            Assert.Throws<ArgumentException>(() => transaction.RollBackTo(second));
            Put(transaction, 4, 40);
            transaction.RollBackTo(first);
            Assert.Null(EngineFixture.Get(transaction, 4));
            Put(transaction, 5, 50);
            transaction.Commit();
        }

        Assert.Equal([1], fixture.Get(1)!);
        Assert.Equal([20], fixture.Get(2)!);
        Assert.Equal([50], fixture.Get(5)!);
        Assert.Null(fixture.Get(4));
    }

    [Fact]
    public void RollBackTo_OfADoomedTransaction_LetsItGoOn()
    {
        using var fixture = new EngineFixture();
        using var transaction = fixture.Engine.BeginTransaction();
        Put(transaction, 1, 1);
        var savepoint = transaction.BeginSavepoint();
        Put(transaction, 1, 2);
        transaction.Doom(new InvalidOperationException("half-way"));
        Assert.Throws<TransactionException>(() => Put(transaction, 1, 3));
        transaction.RollBackTo(savepoint);
        Assert.Equal([1], EngineFixture.Get(transaction, 1));
        transaction.Commit();
    }

    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 2)]
    [InlineData(16, 3)]
    [InlineData(24, 4)]
    [InlineData(64, 5)]
    [InlineData(4096, 6)]
    public void RandomSavepoints_AnyCap_EqualTheModel(int cap, int seed)
    {
        var options = new EngineOptions { MaxMappedPages = cap, CheckpointBytes = 64 * 1024, BackgroundWork = false };
        using var fixture = new EngineFixture(options);
        var random = new Random(seed);
        var committed = new SortedDictionary<int, byte[]>();
        var snapshots = new List<(Snapshot Snapshot, SortedDictionary<int, byte[]> Model)>();
        for (var round = 0; round < 40; round++)
        {
            var model = new SortedDictionary<int, byte[]>(committed);
            using (var transaction = fixture.Engine.BeginTransaction())
            {
                RunSteps(transaction, model, random);
                AssertEqual(transaction, model, $"seed {seed}, round {round}, inside");
                if (random.Next(4) != 0)
                {
                    transaction.Commit();
                    committed = model;
                }
            }

            Assert.True(fixture.Engine.Pool.PeakMappedPages <= cap);
            HoldOrEnd(fixture, snapshots, committed, random);
            if (round % 7 == 6)
            {
                snapshots.ForEach(held => held.Snapshot.Dispose());
                snapshots.Clear();
                fixture.Check();
                Assert.Equal(0, fixture.Engine.Pool.SpilledPages);
                fixture.Reopen();
            }

            using var now = fixture.Engine.BeginSnapshot();
            AssertEqual(now, committed, $"seed {seed}, round {round}, after");
        }

        snapshots.ForEach(held => held.Snapshot.Dispose());
    }

    private static void HoldOrEnd(
        EngineFixture fixture,
        List<(Snapshot Snapshot, SortedDictionary<int, byte[]> Model)> snapshots,
        SortedDictionary<int, byte[]> committed,
        Random random)
    {
        if (random.Next(3) == 0)
        {
            snapshots.Add((fixture.Engine.BeginSnapshot(), committed));
        }

        if (snapshots.Count > 0 && random.Next(3) == 0)
        {
            var index = random.Next(snapshots.Count);
            AssertEqual(snapshots[index].Snapshot, snapshots[index].Model, "a snapshot");
            snapshots[index].Snapshot.Dispose();
            snapshots.RemoveAt(index);
        }
    }

    // Values up to several pages, so that pages are freed and allocated again in one transaction.
    private static void RunSteps(Transaction transaction, SortedDictionary<int, byte[]> model, Random random)
    {
        var savepoints = new List<(int Number, SortedDictionary<int, byte[]> Model)>();
        var steps = random.Next(1, 40);
        for (var step = 0; step < steps; step++)
        {
            switch (random.Next(8))
            {
                case 0:
                    savepoints.Add((transaction.BeginSavepoint(), new(model)));
                    break;
                case 1 when savepoints.Count > 0:
                    var at = random.Next(savepoints.Count);
                    transaction.RollBackTo(savepoints[at].Number);
                    savepoints.RemoveRange(at + 1, savepoints.Count - at - 1);
                    model.Clear();
                    foreach (var (key, value) in savepoints[at].Model)
                    {
                        model.Add(key, value);
                    }

                    break;
                case 2 when savepoints.Count > 0:
                    var released = random.Next(savepoints.Count);
                    transaction.ReleaseSavepoint(savepoints[released].Number);
                    savepoints.RemoveRange(released, savepoints.Count - released);
                    break;
                default:
                    Change(transaction, model, random);
                    break;
            }
        }
    }

    private static void Change(Transaction transaction, SortedDictionary<int, byte[]> model, Random random)
    {
        for (var i = random.Next(1, 60); i > 0; i--)
        {
            var key = random.Next(800);
            if (random.Next(3) == 0)
            {
                var wasThere = BTree.Remove(transaction, EngineFixture.State, EngineFixture.Key(key));
                Assert.Equal(model.Remove(key), wasThere);
            }
            else
            {
                var value = EngineFixture.Value(random.Next(), random.Next(10) == 0 ? random.Next(20_000) : 150);
                BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(key), value);
                model[key] = value;
            }
        }
    }

    private static void Put(Transaction transaction, int key, byte value) =>
        BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(key), [value]);

    private static void AssertEqual(PageReader reader, SortedDictionary<int, byte[]> model, string where)
    {
        for (var key = 0; key < 800; key++)
        {
            var found = EngineFixture.Get(reader, key);
            Assert.True(
                model.TryGetValue(key, out var expected) ? expected.AsSpan().SequenceEqual(found) : found is null,
                $"{where}: key {key}");
        }
    }
}
