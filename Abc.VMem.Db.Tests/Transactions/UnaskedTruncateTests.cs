using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>What goes wrong in work that nobody asked for is nobody's error.</summary>
public class UnaskedTruncateTests
{
    private static readonly EngineOptions s_busy = new()
    {
        MaxMappedPages = BufferPool.MinMappedPages,
        Durability = Durability.Relaxed,
        RelaxedFlushInterval = TimeSpan.FromMilliseconds(20),
    };

    [Fact]
    public void TruncateUnasked_DamagedFreePages_DatabaseIsStillRead()
    {
        using var engine = Make();
        using (var transaction = engine.BeginTransaction())
        {
            using (var root = transaction.Write(PagePos.Root))
            {
                Layout.At<RootPageLayout>(root.Payload, 0).FreeCount++;
            }

            transaction.Commit();
        }

        Thread.Sleep(2_000);
        AssertReads(engine);
    }

    [Fact]
    public void TruncateUnasked_EveryFramePinned_DatabaseIsStillRead()
    {
        using var engine = Make();
        using (var snapshot = engine.BeginSnapshot())
        {
            Pin(snapshot, 2);
        }

        AssertReads(engine);
    }

    [Fact]
    public void TruncateUnasked_SnapshotsGiveWay_DatabaseIsStillRead()
    {
        using var engine = Make();
        var started = Environment.TickCount64;
        while (Environment.TickCount64 - started < 1_500)
        {
            engine.Snapshots.MarkTooOld(0, long.MaxValue);
        }

        AssertReads(engine);
    }

    private static Engine Make()
    {
        var engine = Engine.Open(new MemoryFileSystem(), "/test.vmem", s_busy);
        using (var transaction = engine.BeginTransaction())
        {
            for (var key = 0; key < 10_000; key++)
            {
                BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(key), EngineFixture.Value(key));
            }

            transaction.Commit();
        }

        // Holes only: the last key keeps the end.
        using (var transaction = engine.BeginTransaction())
        {
            for (var key = 100; key < 9_900; key++)
            {
                BTree.Remove(transaction, EngineFixture.State, EngineFixture.Key(key));
            }

            transaction.Commit();
        }

        return engine;
    }

    private static void Pin(Snapshot snapshot, int position)
    {
        try
        {
            using var page = snapshot.Read(new PagePos(position));
            Pin(snapshot, position + 1);
        }
        catch (LimitExceededException)
        {
            Thread.Sleep(1_500);
            throw new OperationCanceledException();
        }
        catch (OperationCanceledException) when (position == 2)
        {
        }
    }

    private static void AssertReads(Engine engine)
    {
        using var snapshot = engine.BeginSnapshot();
        Assert.Equal(EngineFixture.Value(50), EngineFixture.Get(snapshot, 50));
    }
}
