using System.Buffers.Binary;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>
/// One writer keeps an invariant over many pages (every transfer leaves the sum as it was and raises one counter);
/// readers on
/// snapshots look for a state that breaks it, or that is older than one they saw before.
/// </summary>
public class ConcurrencyTests(ITestOutputHelper output)
{
    private const int Accounts = 400;
    private const long Opening = 1000;

    [Theory]
    [InlineData(16, 2)]
    [InlineData(24, 4)]
    [InlineData(64, 4)]
    [InlineData(16384, 4)]
    public async Task Transfers_SeenBySnapshots_KeepTheSum(int cap, int readers)
    {
        using var fixture = new EngineFixture(
            new EngineOptions { MaxMappedPages = cap, CheckpointBytes = 200_000, LogSegmentBytes = 65_536 });
        Fill(fixture);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var work = Enumerable.Range(0, readers).Select(i => Task.Factory.StartNew(
            () => Read(fixture, stop.Token), TaskCreationOptions.LongRunning)).ToList();
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var transfers = await Task.Run(() => Transfer(fixture, new Random(seed), stop.Token));
        var rounds = await Task.WhenAll(work);
        output.WriteLine($"{transfers} transfers, {rounds.Sum(round => round.Whole)} whole reads, "
            + $"{rounds.Sum(round => round.TooOld)} too old");
        Assert.True(transfers > 0 && rounds.Sum(round => round.Whole) > 0);
    }

    private static void Fill(EngineFixture fixture)
    {
        using var transaction = fixture.Engine.BeginTransaction();
        for (var i = 0; i < Accounts; i++)
        {
            BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(i), Account(Opening));
        }

        BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(Accounts), Account(0));
        transaction.Commit();
    }

    private static int Transfer(EngineFixture fixture, Random random, CancellationToken stop)
    {
        var count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            using var transaction = fixture.Engine.BeginTransaction();
            Change(transaction, random.Next(Accounts), -1);
            Change(transaction, random.Next(Accounts), 1);
            Change(transaction, Accounts, 1);
            if (random.Next(10) == 0)
            {
                transaction.Rollback();
            }
            else
            {
                transaction.Commit();
            }
        }

        return count;
    }

    private static (int Whole, int TooOld) Read(EngineFixture fixture, CancellationToken stop)
    {
        var (whole, tooOld, last) = (0, 0, 0L);
        while (!stop.IsCancellationRequested)
        {
            using var snapshot = fixture.Engine.BeginSnapshot();
            try
            {
                var sum = Enumerable.Range(0, Accounts).Sum(i => Balance(snapshot, i));
                Assert.Equal(Accounts * Opening, sum);
                var counter = Balance(snapshot, Accounts);
                Assert.True(counter >= last, "time went backwards");
                (last, whole) = (counter, whole + 1);
            }
            catch (TransactionException e) when (e.Reason == TransactionFailure.SnapshotTooOld)
            {
                tooOld++;
            }
        }

        return (whole, tooOld);
    }

    private static void Change(Transaction transaction, int account, long change) =>
        BTree.Put(
            transaction,
            EngineFixture.State,
            EngineFixture.Key(account),
            Account(Balance(transaction, account) + change));

    private static long Balance(PageReader reader, int account) =>
        BinaryPrimitives.ReadInt64LittleEndian(EngineFixture.Get(reader, account));

    // 100 bytes each, so that the accounts fill more pages than the smallest pool has.
    private static byte[] Account(long balance)
    {
        var value = new byte[100];
        BinaryPrimitives.WriteInt64LittleEndian(value, balance);
        return value;
    }
}
