using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests;

/// <summary>A database is made as small as its content, in place, while it is in use.</summary>
public class CompactTests
{
    private static readonly EngineOptions Background = new()
    {
        Durability = Durability.Relaxed,
        RelaxedFlushInterval = TimeSpan.FromMilliseconds(5),
    };

    public static TheoryData<int> Caps => [BufferPool.MinMappedPages, 64, 4096];

    [Theory]
    [MemberData(nameof(Caps))]
    public void Compact_AfterMassDeletion_LeavesWhatIsInUse(int cap)
    {
        using var fixture = Open(cap);
        CompactDatabase.Fill(fixture.Db, 800);
        CompactDatabase.Empty(fixture.Db);
        var expected = CompactDatabase.Describe(fixture.Db);
        var check = fixture.Db.Check();
        var report = fixture.Db.Compact();
        Assert.Equal(expected, CompactDatabase.Describe(fixture.Db));
        Assert.Equal(report.BytesAfter, fixture.Db.GetStatistics().FileBytes);
        Assert.InRange(report.BytesAfter, 0, (check.Pages - check.FreePages) * Page.Size * 12 / 10);
        Assert.InRange(report.BytesAfter, 0, report.BytesBefore / 2);
        Assert.InRange(report.PagesMoved, 1, check.Pages);
        Assert.Equal(0, fixture.Db.Compact().PagesMoved);
        Assert.Equal(expected, CompactDatabase.Describe(fixture.Reopen()));
    }

    [Fact]
    public void Compact_Empty_DoesNothing()
    {
        using var fixture = Open(64);
        Assert.Equal(0, fixture.Db.Compact().PagesMoved);
        fixture.Db.GetMap<int, string>("map")[1] = "one";
        Assert.Equal(0, fixture.Db.Compact().PagesMoved);
        Assert.Equal("one", fixture.Db.GetMap<int, string>("map")[1]);
    }

    [Fact]
    public void Compact_SlotsInTheTail_Move()
    {
        using var fixture = Open(256);
        var db = fixture.Db;
        db.GetMap<int, string>("waste")[1] = new string('x', 2_000_000);
        for (var i = 0; i < 300; i++)
        {
            db.GetMap<int, string>($"map{i}")[i] = $"{i}";
            db.GetList<int>($"list{i}").Add(i);
        }

        db.GetCollection<CompactDatabase.Waste>("things").Insert(new() { Text = "one" });
        db.GetCollection<CompactDatabase.Waste>("things").EnsureIndex(thing => thing.Number);
        Assert.True(db.GetMap<int, string>("waste").Remove(1));
        var (handle, list) = (db.GetMap<int, string>("map299"), db.GetList<int>("list299"));
        Assert.Equal("299", handle[299]);
        var check = db.Check();
        var report = db.Compact();
        Assert.Equal((check.Pages - check.FreePages) * Page.Size, report.BytesAfter);
        Assert.Equal("299", handle[299]);
        handle[0] = "zero";
        list.Add(300);
        db.GetCollection<CompactDatabase.Waste>("things").Insert(new() { Text = "two" });
        db = fixture.Reopen();
        Assert.Equal(["299", "zero"], db.GetMap<int, string>("map299").Select(entry => entry.Value).Order());
        Assert.Equal([299, 300], db.GetList<int>("list299"));
        Assert.Equal([1, 2], db.GetCollection<CompactDatabase.Waste>("things").FindAll().Select(thing => thing.Id));
    }

    [Fact]
    public void Compact_LongValue_MovesInSteps()
    {
        using var fixture = Open(64);
        var map = fixture.Db.GetMap<int, string>("map");
        map[0] = new string('x', 8_000_000);
        map[1] = new string('y', 5_000_000);
        map[2] = "two";
        map.Remove(0);
        var steps = 0;
        var report = fixture.Db.Compact(new Now<CompactProgress>(progress => steps++));
        Assert.InRange(steps, 9, 1_000);
        Assert.InRange(report.BytesAfter, 5_000_000, 5_200_000);
        Assert.Equal(new string('y', 5_000_000), map[1]);
        Assert.Equal("two", map[2]);
    }

    [Fact]
    public void Compact_InnerStructures_StayAndHold()
    {
        using var fixture = Open(64);
        var db = fixture.Db;
        db.GetMap<int, string>("waste")[1] = new string('x', 1_000_000);
        var lists = db.GetList<VMemState>("lists");
        lists.Add(default);
        db.GetMap<int, string>("waste").Remove(1);
        Inner(lists).AddRange(Enumerable.Range(0, 5_000));
        db.Compact();
        Assert.Equal(Enumerable.Range(0, 5_000), Inner(lists));
        Inner(lists).Add(5_000);
        Assert.Equal(5_001, Inner(lists).Count);
    }

    [Fact]
    public void Compact_WhileSnapshotReads_LeavesItsStateExact()
    {
        using var fixture = Open(128);
        CompactDatabase.Fill(fixture.Db, 400);
        using (var snapshot = fixture.Db.BeginSnapshot())
        {
            var then = CompactDatabase.Describe(snapshot);
            CompactDatabase.Empty(fixture.Db);
            var now = CompactDatabase.Describe(fixture.Db);
            var report = fixture.Db.Compact();
            Assert.Equal(report.BytesBefore, report.BytesAfter);
            Assert.Equal(then, CompactDatabase.Describe(snapshot));
            Assert.Equal(now, CompactDatabase.Describe(fixture.Db));
        }

        var after = fixture.Db.Compact();
        Assert.InRange(after.BytesAfter, 0, after.BytesBefore / 2);
    }

    [Fact]
    public void Compact_ReadOnly_Throws()
    {
        var files = new MemoryFileSystem();
        VMemDatabase.Open(files, "db", CompactDatabase.Quiet).Dispose();
        using var db = VMemDatabase.Open(files, "db", CompactDatabase.Quiet with { ReadOnly = true });
        Assert.Equal(
            TransactionFailure.ReadOnly, Assert.Throws<TransactionException>(() => db.Compact()).Reason);
    }

    [Fact]
    public void Compact_InOwnTransaction_Throws()
    {
        using var fixture = Open(64);
        using var transaction = fixture.Db.BeginTransaction();
        Assert.Equal(
            TransactionFailure.SelfDeadlock,
            Assert.Throws<TransactionException>(() => fixture.Db.Compact()).Reason);
    }

    [Fact]
    public async Task CompactAsync_Cancelled_StopsBetweenSteps()
    {
        using var fixture = Open(128);
        CompactDatabase.Fill(fixture.Db, 800);
        CompactDatabase.Empty(fixture.Db);
        var expected = CompactDatabase.Describe(fixture.Db);
        using var cancel = new CancellationTokenSource();
        var progress = new Now<CompactProgress>(_ => cancel.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => fixture.Db.CompactAsync(progress, cancel.Token));
        Assert.Equal(expected, CompactDatabase.Describe(fixture.Db));
        fixture.Db.Check();
        fixture.Db.Compact();
        Assert.Equal(expected, CompactDatabase.Describe(fixture.Db));
    }

    /// <summary>The seed is the name of the test case.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Compact_ChangesBetweenSteps_KeepsContent(int seed)
    {
        var random = new Random(seed);
        using var fixture = Open(seed % 2 == 0 ? 32 : 512);
        CompactDatabase.Fill(fixture.Db, 300);
        for (var round = 0; round < 5; round++)
        {
            var things = fixture.Db.GetCollection<CompactDatabase.Waste>("things");
            Change(fixture.Db, random, 100);
            var steps = 0;
            fixture.Db.Compact(new Now<CompactProgress>(_ =>
            {
                if (++steps < 200)
                {
                    Change(fixture.Db, random, random.Next(4));
                }
            }));
            fixture.Db.Check();
            Assert.Equal(things.Count, things.FindAll().Count());
        }
    }

    [Fact]
    public async Task Compact_WhileOthersReadAndWrite_KeepsEverything()
    {
        using var fixture = Open(256);
        var db = fixture.Db;
        CompactDatabase.Fill(db, 400);
        CompactDatabase.Empty(db);
        var counts = db.GetMap<int, string>("counts");
        using var stop = new CancellationTokenSource();
        var things = CompactDatabase.Describe(db).Split('\n')[0];
        var reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var snapshot = db.BeginSnapshot();
                Assert.Equal(things, CompactDatabase.Describe(snapshot).Split('\n')[0]);
            }
        });
        var written = 0;
        var writer = Task.Run(() =>
        {
            for (; !stop.IsCancellationRequested; written++)
            {
                counts[written % 500] = $"{written}";
            }
        });
        for (var i = 0; i < 5; i++)
        {
            await db.CompactAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(reader, writer);
        Assert.InRange(written, 1, int.MaxValue);
        for (var i = Math.Max(0, written - 500); i < written; i++)
        {
            Assert.Equal($"{i}", counts[i % 500]);
        }
    }

    [Fact]
    public void AutoTruncate_FewPagesInTheWay_AreMoved()
    {
        using var fixture = new TestDatabase(new MemoryFileSystem(), "test", Background);
        var db = fixture.Db;
        CompactDatabase.Fill(db, 1_000);
        db.GetMap<int, string>("late")[1] = new string('l', 30_000);
        db.GetCollection<CompactDatabase.Waste>("late").Insert(new() { Text = "late" });
        var before = db.GetStatistics().FileBytes;
        for (var part = 0; part < 4; part++)
        {
            Assert.True(db.DropCollection($"waste{part}"));
        }

        Assert.True(db.DropCollection("things"));
        Assert.True(db.DropList("list"));
        Assert.True(db.DropStack("stack"));
        Assert.True(db.DropString("text"));
        Assert.True(db.DropMap("map"));
        var expected = CompactDatabase.Describe(db);
        Assert.True(SpinWait.SpinUntil(() => db.GetStatistics().FileBytes < before / 3, 20_000));
        Assert.Equal(expected, CompactDatabase.Describe(db));
    }

    [Fact]
    public void AutoTruncate_PositionsThatAProgramKnows_Hold()
    {
        using var fixture = new TestDatabase(new MemoryFileSystem(), "test", Background);
        var db = fixture.Db;
        db.GetMap<int, string>("waste")[1] = new string('w', 2_000_000);
        var list = db.GetList<int>("list");
        list.Add(1);
        var position = list.FirstPosition;
        Assert.True(db.DropMap("waste"));
        Thread.Sleep(500);
        Assert.Equal(position, list.FirstPosition);
        Assert.InRange(db.GetStatistics().FileBytes, 2_000_000, int.MaxValue);
        db.Compact();
        Assert.NotEqual(position, list.FirstPosition);
        Assert.InRange(db.GetStatistics().FileBytes, 0, 100_000);
    }

    private static TestDatabase Open(int cap) =>
        new(new MemoryFileSystem(), "test", CompactDatabase.Quiet with { MaxMappedPages = cap });

    private static VMemList<int> Inner(VMemList<VMemState> lists) =>
        new(lists.Scope, lists.AddressOf(lists.FirstPosition, 0));

    private static void Change(VMemDatabase db, Random random, int times)
    {
        var things = db.GetCollection<CompactDatabase.Waste>("things");
        for (var i = 0; i < times; i++)
        {
            var key = random.Next(1, 600);
            switch (random.Next(6))
            {
                case 0:
                    things.Upsert(new() { Id = key, Text = new string('n', random.Next(200)), Number = key });
                    break;
                case 1:
                    things.Upsert(new() { Id = key, Text = new string('l', random.Next(20_000)), Kind = "long" });
                    break;
                case 2:
                    db.GetList<long>("list").Add(key);
                    break;
                case 3 when db.GetList<long>("list") is { Count: > 0 } list:
                    list.RemoveAt(list.FirstPosition);
                    break;
                default:
                    things.Delete(key);
                    break;
            }
        }
    }
}
