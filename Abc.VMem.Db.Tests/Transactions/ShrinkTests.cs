using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>
/// Free pages at the end of the file go back to the system, and nothing that anyone sees goes with them.
/// </summary>
public class ShrinkTests
{
    private static readonly EngineOptions s_quiet = new() { MaxMappedPages = 256, BackgroundWork = false };

    public static TheoryData<int> Caps => [BufferPool.MinMappedPages, 64, 4096];

    [Theory]
    [MemberData(nameof(Caps))]
    public void Truncate_AfterRemovalOfLaterKeys_CutsTheFile(int cap)
    {
        using var fixture = new EngineFixture(s_quiet with { MaxMappedPages = cap });
        Fill(fixture, 0, 2_000);
        Remove(fixture, 300, 1_700);
        var before = fixture.Engine.GetStatistics().FileBytes;
        fixture.Engine.Shrinker.Truncate(default);
        Assert.InRange(fixture.Engine.GetStatistics().FileBytes, 0, before / 4);
        AssertHolds(fixture, 300);
        Fill(fixture, 300, 500);
        AssertHolds(fixture, 800);
        fixture.Reopen();
        AssertHolds(fixture, 800);
    }

    [Theory]
    [MemberData(nameof(Caps))]
    public void Truncate_AfterClear_LeavesTwoPages(int cap)
    {
        using var fixture = new EngineFixture(s_quiet with { MaxMappedPages = cap });
        Fill(fixture, 0, 6_000);
        using (var transaction = fixture.Engine.BeginTransaction())
        {
            BTree.Clear(transaction, EngineFixture.State);
            transaction.Commit();
        }

        fixture.Engine.Shrinker.Truncate(default);
        Assert.Equal(2 * Page.Size, fixture.Engine.GetStatistics().FileBytes);
        Fill(fixture, 0, 100);
        AssertHolds(fixture, 100);
    }

    [Fact]
    public void Truncate_NothingFree_KeepsEverything()
    {
        using var fixture = new EngineFixture(s_quiet);
        Fill(fixture, 0, 100);
        fixture.Engine.Shrinker.Truncate(default);
        AssertHolds(fixture, 100);
    }

    [Theory]
    [MemberData(nameof(Caps))]
    public void Truncate_WhileSnapshotSeesMore_CutsAfterItsEnd(int cap)
    {
        using var fixture = new EngineFixture(s_quiet with { MaxMappedPages = cap });
        Fill(fixture, 0, 2_000);
        var before = fixture.Engine.GetStatistics().FileBytes;
        using (var snapshot = fixture.Engine.BeginSnapshot())
        {
            Remove(fixture, 10, 1_990);
            fixture.Engine.Shrinker.Truncate(default);
            Assert.True(fixture.Engine.Shrinker.IsCutDue);
            Assert.InRange(fixture.Engine.GetStatistics().FileBytes, before, long.MaxValue);
            Fill(fixture, 10, 20);
            Assert.All(
                Enumerable.Range(0, 2_000),
                key => Assert.Equal(EngineFixture.Value(key), EngineFixture.Get(snapshot, key)));
        }

        fixture.Engine.Shrinker.Truncate(default);
        Assert.False(fixture.Engine.Shrinker.IsCutDue);
        Assert.InRange(fixture.Engine.GetStatistics().FileBytes, 0, before / 10);
        AssertHolds(fixture, 30);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(700)]
    public void Truncate_LongStack_IsPutInOrderInSteps(int chain)
    {
        using var engine = Engine.Open(new MemoryFileSystem(), "/long.vmem", s_quiet);
        FreeShuffled(engine, count: 12_000, kept: 2_500, chain);
        engine.Shrinker.Truncate(default);
        using (var snapshot = engine.BeginSnapshot())
        {
            Assert.Equal(2_501, snapshot.PageCount);
            var free = new HashSet<long>();
            FreePages.Visit(snapshot, (position, _) => Assert.True(free.Add(position.Value)));
            Assert.Equal(Enumerable.Range(2, 2_498).Select(position => (long)position), free.Order());
            Assert.InRange(engine.GetStatistics().Commits, 3, 60);
        }
    }

    [Fact]
    public void Truncate_ThenRegrowDirectly_KeepsNewPages()
    {
        using var fixture = new EngineFixture(s_quiet with { MaxMappedPages = 64 });
        for (var round = 0; round < 5; round++)
        {
            using (var transaction = fixture.Engine.BeginTransaction())
            {
                // More than fits into the pool, and rolled back: it meets what the last round may have left there.
                for (var key = 0; key < 4_000; key++)
                {
                    BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(key), new byte[100]);
                }
            }

            Fill(fixture, 0, 3_000);
            AssertHolds(fixture, 3_000);
            Remove(fixture, 0, 3_000);
            fixture.Engine.Shrinker.Truncate(default);
            Assert.Equal(2 * Page.Size, fixture.Engine.GetStatistics().FileBytes);
        }
    }

    /// <summary>The seed is the name of the test case.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Truncate_AmongRandomChanges_KeepsContent(int seed)
    {
        var random = new Random(seed);
        using var fixture = new EngineFixture(s_quiet with { MaxMappedPages = 16 << random.Next(7) });
        var model = new SortedDictionary<int, int>();
        for (var i = 0; i < 60; i++)
        {
            var (first, count) = (random.Next(3_000), random.Next(1, 400));
            using (var transaction = fixture.Engine.BeginTransaction())
            {
                Change(transaction, model, random, first, count);
                transaction.Commit();
            }

            if (random.Next(4) == 0)
            {
                fixture.Engine.Shrinker.Truncate(default);
                fixture.Check();
            }

            if (random.Next(15) == 0)
            {
                fixture.Reopen();
            }
        }

        foreach (var (key, length) in model)
        {
            Assert.Equal(EngineFixture.Value(key, length), fixture.Get(key));
        }
    }

    [Fact]
    public void AutoTruncate_AfterRemoval_CutsInTheBackground()
    {
        using var fixture = new EngineFixture(Background(autoTruncate: true));
        Fill(fixture, 0, 15_000);
        var before = fixture.Engine.GetStatistics().FileBytes;
        Remove(fixture, 30, 14_970);
        Assert.True(SpinWait.SpinUntil(() => fixture.Engine.GetStatistics().FileBytes < before / 3, 20_000));
        AssertHolds(fixture, 30);
    }

    [Fact]
    public void AutoTruncate_SwitchedOff_LeavesTheFile()
    {
        using var fixture = new EngineFixture(Background(autoTruncate: false));
        Fill(fixture, 0, 15_000);
        Remove(fixture, 30, 14_970);
        var before = fixture.Engine.GetStatistics().FileBytes;
        Thread.Sleep(500);
        Assert.Equal(before, fixture.Engine.GetStatistics().FileBytes);
    }

    [Fact]
    public async Task AutoTruncate_WhileOthersReadAndWrite_DisturbsNobody()
    {
        using var fixture = new EngineFixture(Background(autoTruncate: true) with { MaxMappedPages = 128 });
        Fill(fixture, 0, 200);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            for (var i = reader; !stop.IsCancellationRequested; i++)
            {
                Assert.Equal(EngineFixture.Value(i % 200), fixture.Get(i % 200));
            }
        })).ToArray();
        for (var round = 0; round < 12; round++)
        {
            Fill(fixture, 1_000, 2_500);
            Thread.Sleep(30);
            Remove(fixture, 1_000, 2_500);
            Thread.Sleep(60);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(SpinWait.SpinUntil(() => fixture.Engine.GetStatistics().FileBytes < 600_000, 20_000));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public void Truncate_DamagedTrunk_Throws(long listed)
    {
        using var engine = Engine.Open(new MemoryFileSystem(), "/damaged.vmem", s_quiet);
        using (var transaction = engine.BeginTransaction())
        {
            for (var i = 0; i < 20; i++)
            {
                transaction.Allocate(PageType.Linked).Dispose();
            }

            for (var i = 5; i < 15; i++)
            {
                transaction.Free(new(i));
            }

            transaction.Commit();
        }

        using (var transaction = engine.BeginTransaction())
        {
            using (var trunk = transaction.Write(new(5)))
            {
                Assert.Equal(PageType.FreeTrunk, trunk.Header.Type);
                Layout.Array<PagePos>(trunk.Payload, 0, 9)[0] = new(listed);
            }

            transaction.Commit();
        }

        Assert.Throws<CorruptDatabaseException>(() => engine.Shrinker.Truncate(default));
    }

    [Fact]
    public void Truncate_StackInACircle_Throws()
    {
        using var engine = Engine.Open(new MemoryFileSystem(), "/circle.vmem", s_quiet);
        using (var transaction = engine.BeginTransaction())
        {
            for (var i = 0; i < 900; i++)
            {
                transaction.Allocate(PageType.Linked).Dispose();
            }

            for (var i = 2; i < 800; i++)
            {
                transaction.Free(new(i));
            }

            using (var trunk = transaction.Write(new(2)))
            {
                trunk.Header.Previous = new(509);
            }

            transaction.Commit();
        }

        Assert.Throws<CorruptDatabaseException>(() => engine.Shrinker.Truncate(default));
    }

    /// <summary>Leaves a pool in which one page is in use, and its number; all others are free, in no order.</summary>
    private static void FreeShuffled(Engine engine, int count, long kept, int chain)
    {
        var random = new Random(chain);
        using (var transaction = engine.BeginTransaction())
        {
            for (var i = 2; i < count; i++)
            {
                using var page = transaction.Allocate(PageType.Linked);
                page.Header.Previous = (i - 2) % chain == 0 ? PagePos.Nil : new(i - 1);
            }

            transaction.Commit();
        }

        using (var transaction = engine.BeginTransaction())
        {
            foreach (var pages in Enumerable.Range(2, count - 2).Chunk(chain).OrderBy(_ => random.Next()))
            {
                if (!pages.Contains((int)kept))
                {
                    transaction.FreeChain(new(pages[0]), new(pages[^1]), pages.Length);
                    continue;
                }

                foreach (var position in pages.Where(position => position != kept))
                {
                    transaction.Free(new(position));
                }
            }

            transaction.Commit();
        }
    }

    private static EngineOptions Background(bool autoTruncate) => new()
    {
        Durability = Durability.Relaxed,
        RelaxedFlushInterval = TimeSpan.FromMilliseconds(5),
        AutoTruncate = autoTruncate,
    };

    private static void Change(
        Transaction transaction,
        SortedDictionary<int, int> model,
        Random random,
        int first,
        int count)
    {
        if (random.Next(12) == 0)
        {
            BTree.Clear(transaction, EngineFixture.State);
            model.Clear();
            return;
        }

        var isRemoval = random.Next(2) == 0;
        var length = random.Next(5) == 0 ? 6_000 : 150;
        for (var key = first; key < first + (length > 1_000 ? Math.Min(count, 30) : count); key++)
        {
            if (isRemoval)
            {
                Assert.Equal(model.Remove(key), BTree.Remove(transaction, EngineFixture.State, EngineFixture.Key(key)));
            }
            else
            {
                model[key] = length;
                BTree.Put(
                    transaction, EngineFixture.State, EngineFixture.Key(key), EngineFixture.Value(key, length));
            }
        }
    }

    private static void Fill(EngineFixture fixture, int first, int count) =>
        InParts(fixture, first, count, static (transaction, key) => BTree.Put(
            transaction, EngineFixture.State, EngineFixture.Key(key), EngineFixture.Value(key)));

    private static void Remove(EngineFixture fixture, int first, int count) =>
        InParts(fixture, first, count, static (transaction, key) => Assert.True(
            BTree.Remove(transaction, EngineFixture.State, EngineFixture.Key(key))));

    private static void InParts(EngineFixture fixture, int first, int count, Action<Transaction, int> change)
    {
        foreach (var part in Enumerable.Range(first, count).Chunk(100))
        {
            using var transaction = fixture.Engine.BeginTransaction();
            foreach (var key in part)
            {
                change(transaction, key);
            }

            transaction.Commit();
        }
    }

    private static void AssertHolds(EngineFixture fixture, int count)
    {
        Assert.All(
            Enumerable.Range(0, count), key => Assert.Equal(EngineFixture.Value(key), fixture.Get(key)));
        Assert.Null(fixture.Get(count));
        fixture.Check();
    }
}
