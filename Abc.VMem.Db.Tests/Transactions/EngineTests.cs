using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

public class EngineTests
{
    public static TheoryData<int> Caps => [16, 64, int.MaxValue];

    [Fact]
    public void Open_NewFile_HasTwoPagesAndNoLog()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("new.vmem");
        using (var engine = Engine.Open(DiskFileSystem.Instance, path, new EngineOptions()))
        {
            Assert.Equal(2 * Page.Size, new FileInfo(path).Length);
        }

        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Dispose_AfterCommits_LeavesOneFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("one.vmem");
        using (var fixture = new EngineFixture(files: DiskFileSystem.Instance, path: path))
        {
            fixture.Put(1, EngineFixture.Value(1));
            Assert.True(File.Exists(path + "-wal0"));
        }

        Assert.Equal([path], Directory.GetFiles(folder.Path));
        using var again = new EngineFixture(files: DiskFileSystem.Instance, path: path);
        Assert.Equal(EngineFixture.Value(1), again.Get(1));
    }

    [Fact]
    public void Dispose_WithoutChange_WritesNothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("same.vmem");
        new EngineFixture(files: DiskFileSystem.Instance, path: path).Dispose();
        var before = File.ReadAllBytes(path);
        var time = File.GetLastWriteTimeUtc(path);
        new EngineFixture(files: DiskFileSystem.Instance, path: path).Dispose();
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(time, File.GetLastWriteTimeUtc(path));
    }

    [Theory]
    [MemberData(nameof(Caps))]
    public void Put_ManyCommitsAndReopens_KeepsAll(int cap)
    {
        using var fixture = new EngineFixture(
            new EngineOptions { MaxMappedPages = cap, CheckpointBytes = 256 * 1024, LogSegmentBytes = 64 * 1024 });
        for (var i = 0; i < 3000; i++)
        {
            fixture.Put(i * 7919 % 3001, EngineFixture.Value(i));
            Assert.True(fixture.Engine.Pool.PeakMappedPages <= cap);
            if (i % 997 == 0)
            {
                fixture.Reopen();
            }
        }

        for (var i = 0; i < 3000; i++)
        {
            Assert.Equal(EngineFixture.Value(i), fixture.Get(i * 7919 % 3001));
        }
    }

    [Theory]
    [MemberData(nameof(Caps))]
    public void Commit_BigLoadInOneTransaction_GoesStraightHome(int cap)
    {
        using var fixture = new EngineFixture(new EngineOptions { MaxMappedPages = cap });
        using (var transaction = fixture.Engine.BeginTransaction())
        {
            for (var i = 0; i < 20000; i++)
            {
                BTree.Insert(transaction, EngineFixture.State, EngineFixture.Key(i), EngineFixture.Value(i));
            }

            transaction.Commit();
        }

        fixture.Check();
        fixture.Reopen();
        for (var i = 0; i < 20000; i += 37)
        {
            Assert.Equal(EngineFixture.Value(i), fixture.Get(i));
        }
    }

    [Fact]
    public void Rollback_AfterChanges_LeavesOldState()
    {
        using var fixture = new EngineFixture();
        fixture.Put(1, EngineFixture.Value(1));
        using (var transaction = fixture.Engine.BeginTransaction())
        {
            for (var i = 0; i < 5000; i++)
            {
                BTree.Put(transaction, EngineFixture.State, EngineFixture.Key(i), EngineFixture.Value(i + 1));
            }

            transaction.Rollback();
        }

        fixture.Check();
        Assert.Equal(EngineFixture.Value(1), fixture.Get(1));
        Assert.Null(fixture.Get(2));
        fixture.Put(2, EngineFixture.Value(2));
        fixture.Reopen();
        Assert.Equal(EngineFixture.Value(2), fixture.Get(2));
        Assert.Null(fixture.Get(3));
    }

    [Fact]
    public void Snapshot_Before10000Updates_ReadsOldState()
    {
        using var fixture = new EngineFixture(new EngineOptions { CheckpointBytes = 1 << 20 });
        for (var i = 0; i < 2000; i++)
        {
            fixture.Put(i, EngineFixture.Value(i));
        }

        using var snapshot = fixture.Engine.BeginSnapshot();
        for (var i = 0; i < 10000; i++)
        {
            fixture.Put(i % 2500, EngineFixture.Value(i + 1_000_000));
        }

        fixture.Engine.Checkpoint();
        for (var i = 0; i < 2500; i++)
        {
            Assert.Equal(i < 2000 ? EngineFixture.Value(i) : null, EngineFixture.Get(snapshot, i));
        }
    }

    [Fact]
    public async Task Commit_ByManyThreads_AllAreThere()
    {
        using var fixture = new EngineFixture(new EngineOptions { CheckpointBytes = 512 * 1024 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 300; i++)
            {
                fixture.Put((thread * 1000) + i, EngineFixture.Value(thread + i));
                Assert.Equal(EngineFixture.Value(thread + i), fixture.Get((thread * 1000) + i));
            }
        })));
        fixture.Reopen();
        using var snapshot = fixture.Engine.BeginSnapshot();
        Assert.Equal(2400, BTree.Count(snapshot, EngineFixture.State));
    }

    [Fact]
    public async Task BeginTransaction_InSameFlow_ThrowsAtOnce()
    {
        using var fixture = new EngineFixture();
        using var outer = fixture.Engine.BeginTransaction("test");
        var e = Assert.Throws<TransactionException>(() => fixture.Engine.BeginTransaction());
        Assert.Equal(TransactionFailure.SelfDeadlock, e.Reason);
        await Task.Yield();
        e = await Assert.ThrowsAsync<TransactionException>(
            async () => await fixture.Engine.BeginTransactionAsync(null, default));
        Assert.Equal(TransactionFailure.SelfDeadlock, e.Reason);
    }

    [Fact]
    public void BeginTransaction_HeldElsewhere_TimesOutWithOrigin()
    {
        using var fixture = new EngineFixture(new EngineOptions { WriterTimeout = TimeSpan.FromMilliseconds(50) });
        Transaction? held = null;
        var thread = new Thread(() => held = fixture.Engine.BeginTransaction("Holder in Test.cs:12"));
        thread.Start();
        thread.Join();
        var e = Assert.Throws<TransactionException>(() => fixture.Engine.BeginTransaction());
        Assert.Equal(TransactionFailure.WriterTimeout, e.Reason);
        Assert.Contains("Holder in Test.cs:12", e.Message, StringComparison.Ordinal);
        held!.Dispose();
    }
}
