using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Crash;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>
/// One writer at a time, many readers, few pages: a reader sees one whole commit, or is told that it can't.
/// </summary>
public sealed class ProgramConcurrencyTests
{
    private static readonly PageAddress
        s_list = PoolFixture.Slot(0),
        s_stack = PoolFixture.Slot(1),
        s_text = PoolFixture.Slot(2),
        s_map = PoolFixture.Slot(3),
        s_count = PoolFixture.Slot(4);

    [Theory]
    [InlineData(20)]
    [InlineData(32)]
    [InlineData(512)]
    public async Task WritersAndReaders_AtACap_SeeWholeCommits(int cap)
    {
        using var fixture = new PoolFixture(new EngineOptions
        {
            MaxMappedPages = cap,
            LogSegmentBytes = 64 << 10,
            CheckpointBytes = 256 << 10,
        });
        var pool = fixture.Pool;
        var writers = Task.WhenAll(Enumerable.Range(1, 2).Select(seed => Task.Run(() => Write(pool, seed))));
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => Read(pool, writers))).ToList();
        await writers;
        var reads = await Task.WhenAll(readers);
        Assert.All(reads, count => Assert.True(count > 0));
        using var now = pool.BeginSnapshot();
        ReadOnce(now);
    }

    private static void Write(Pool pool, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 250; i++)
        {
            using var transaction = pool.BeginTransaction();
            int count;
            using (var pointer = transaction.Write(s_count))
            {
                count = pointer.Read<int>() is > 60 ? 0 : pointer.Read<int>() + 1;
                pointer.Write<int>() = count;
            }

            var list = new VMemList<CrashItem>(transaction, s_list);
            var stack = new VMemStack<CrashItem>(transaction, s_stack);
            var text = new VMemString(transaction, s_text);
            var map = new VMemMap<int, int>(transaction, s_map);
            if (count == 0)
            {
                list.Clear();
                stack.Clear();
                text.Clear();
                map.Clear();
            }
            else
            {
                list.Insert(list.PositionAt(random.Next((int)list.Count + 1)), new(count));
                stack.Push(new(count));
                text.Append('x');
                map.Insert(count, count);
            }

            if (random.Next(5) > 0)
            {
                transaction.Commit();
            }
        }
    }

    private static int Read(Pool pool, Task writers)
    {
        var reads = 0;
        do
        {
            using var snapshot = pool.BeginSnapshot();
            try
            {
                ReadOnce(snapshot);
                reads++;
            }
            catch (TransactionException e) when (e.Reason == TransactionFailure.SnapshotTooOld)
            {
                // The cap is worth more than an old state.
            }
        }
        while (!writers.IsCompleted || reads == 0);
        return reads;
    }

    private static void ReadOnce(PoolSnapshot snapshot)
    {
        using var pointer = snapshot.Read(s_count);
        var count = pointer.Read<int>();
        var list = new VMemListView<CrashItem>(snapshot, s_list).Select(item => item.Verified()).ToList();
        Assert.Equal(Enumerable.Range(1, count), list.Order());
        var stack = new VMemStackView<CrashItem>(snapshot, s_stack).Select(item => item.Verified()).ToList();
        Assert.Equal(Enumerable.Range(1, count).Reverse(), stack);
        Assert.Equal(new string('x', count), new VMemStringView(snapshot, s_text).ToString());
        var keys = new VMemMapView<int, int>(snapshot, s_map).Keys.ToList();
        Assert.Equal(Enumerable.Range(1, count), keys);
        Assert.Equal(count, pointer.Read<int>());
    }
}
