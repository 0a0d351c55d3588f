using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

public sealed partial class BTreeTests(ITestOutputHelper output) : IDisposable
{
    private static readonly PageAddress State = new(PagePos.Start, 64);
    private readonly FakePages _pages = new();

    public void Dispose() => _pages.Dispose();

    [Theory]
    [InlineData(MapKeyShape.Small)]
    [InlineData(MapKeyShape.Text)]
    [InlineData(MapKeyShape.SharedPrefix)]
    [InlineData(MapKeyShape.Lengthy)]
    [InlineData(MapKeyShape.Ties)]
    [InlineData(MapKeyShape.Mixed)]
    public void RandomOperations_EqualModel(MapKeyShape shape)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        RunRandom(new MapModel(_pages, State), _pages, static (_, operation) => operation(), shape, seed, 6_000);
    }

    [Theory]
    [InlineData(16, 1, MapKeyShape.Small)]
    [InlineData(16, 1, MapKeyShape.Mixed)]
    [InlineData(64, 1, MapKeyShape.Text)]
    [InlineData(64, 1, MapKeyShape.Lengthy)]
    [InlineData(64, 1, MapKeyShape.SharedPrefix)]
    [InlineData(16384, 50, MapKeyShape.Mixed)]
    public void RandomOperations_OnThePool_EqualModel(int cap, int operationsPerCommit, MapKeyShape shape)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var options = new EngineOptions { MaxMappedPages = cap, BackgroundWork = false, Durability = Durability.None };
        using var fixture = new EngineFixture(options);
        using var source = new PooledSource(fixture.Engine, operationsPerCommit);
        RunRandom(new MapModel(source.Pages, EngineFixture.State), null, source.Run, shape, seed, 2_000);
        output.WriteLine($"{source.Refused} operations refused");
        Assert.InRange(source.Refused, 0, operationsPerCommit > 1 ? 0 : 100);
        Assert.InRange(fixture.Engine.Pool.PeakMappedPages, 1, cap);
    }

    /// <summary>Random operations on any source of pages, which runs each of them.</summary>
    private static void RunRandom(
        MapModel model, FakePages? fake, Action<MapModel, Action> run, MapKeyShape shape, int seed, int operations)
    {
        var random = new Random(seed);
        for (int i = 1; i <= operations; i++)
        {
            // Grows, then shrinks, then grows again, so that splits, merges and root changes all happen often.
            int removes = (i / 1_500) % 2 == 0 ? 15 : 60;
            byte[] key = MapKeys.Next(random, shape);
            byte[] value = MapKeys.Value(random);
            byte[] present = PickKey(model, random, key);
            int action = random.Next(100);
            run(model, () =>
            {
                if (action < removes)
                {
                    model.Remove(present);
                }
                else if (action < 90)
                {
                    model.Put(key, value);
                }
                else
                {
                    model.Insert(key, value);
                }
            });
            model.Find(PickKey(model, random, key));
            if (i % 500 == 0)
            {
                Compare(model, fake, MapKeys.Next(random, shape), MapKeys.Next(random, shape));
            }
        }

        // Clearing frees every overflow chain in one transaction: small caps refuse that until versions can be spilled.
        if (fake is not null)
        {
            model.Clear();
            model.CheckAll(fake);
        }
    }

    private static void Compare(MapModel model, FakePages? fake, byte[] from, byte[] to)
    {
        model.CheckAll(fake);
        model.CompareScan(from, to, descending: false);
        model.CompareScan(from, null, descending: true);
        model.CompareScan(null, to, descending: true);
    }

    private static byte[] PickKey(MapModel model, Random random, byte[] otherwise) =>
        model.Count > 0 && random.Next(4) > 0
            ? model.Entries.ElementAt(random.Next(Math.Min(model.Count, 200))).Key
            : otherwise;

    /// <summary>
    /// Transactions on the pool. An operation that rewrites more pages than the cap allows is refused: it must leave
    /// nothing behind.
    /// </summary>
    private sealed class PooledSource(Engine engine, int operationsPerCommit) : IDisposable
    {
        private Transaction _transaction = engine.BeginTransaction();
        private int _operations;

        public PageWriter Pages => _transaction;

        public int Refused { get; private set; }

        public void Run(MapModel model, Action operation)
        {
            try
            {
                operation();
                if (++_operations % operationsPerCommit != 0)
                {
                    return;
                }

                _transaction.Commit();
            }
            catch (LimitExceededException) when (operationsPerCommit == 1)
            {
                Refused++;
            }

            _transaction.Dispose();
            _transaction = engine.BeginTransaction();
            model.Pages = _transaction;
        }

        public void Dispose() => _transaction.Dispose();
    }
}
