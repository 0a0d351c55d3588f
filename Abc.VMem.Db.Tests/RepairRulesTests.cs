using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests;

/// <summary>What a repair must not do: take what is another one's, bring back what leaked, touch other files.</summary>
public sealed class RepairRulesTests
{
    private const string Target = "/repaired";

    [Theory]
    [InlineData("-wal0")]
    [InlineData("-wal1")]
    public void Repair_LogOfTheTargetsNameIsThere_IsRefusedAndKeepsIt(string suffix)
    {
        // The damaged file was renamed and its log forgotten; the target has the old name.
        var files = new MemoryFileSystem();
        Pool.Open(files, RepairPool.Path, new EngineOptions()).Dispose();
        using (var log = files.Open(Target + suffix, FileOpening.CreateNew))
        {
            log.Write([1, 2, 3], 0);
        }

        Assert.Throws<DatabaseOpenException>(() => Repair(files));
        Assert.Equal([1, 2, 3], RepairPool.Bytes(files, Target + suffix));
        Assert.False(files.Exists(Target));
    }

    [Fact]
    public void Repair_StateNamesTheLastPageOfAnotherList_TakesNothingOfIt()
    {
        // As in a file without its log: the state is older than the pages.
        var files = new MemoryFileSystem();
        using (var fixture = new PoolFixture(32, files, RepairPool.Path) { IsDamaged = true })
        {
            Fill(fixture.Pool, 0, 2000);
            Fill(fixture.Pool, 1, 3000);
            var pages = fixture.Pool.EnterWrite();
            using (var start = pages.Write(PagePos.Start))
            {
                Layout.At<ChainState>(start.Bytes, PoolFixture.Slot(0).Offset).Back =
                    Layout.At<ChainState>(start.Bytes, PoolFixture.Slot(1).Offset).Back;
            }

            fixture.Pool.ExitWrite(pages);
        }

        Repair(files);
        using var repaired = new PoolFixture(32, files, Target);
        Assert.Equal(Numbers(2000), new VMemList<long>(repaired.Pool, PoolFixture.Slot(0)));
        Assert.Equal(Numbers(3000), new VMemList<long>(repaired.Pool, PoolFixture.Slot(1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Repair_RootLostAndAnotherMapLeaked_AddsNothingOfThatOne(bool leaks)
    {
        var files = new MemoryFileSystem();
        PagePos root;
        using (var fixture = new PoolFixture(32, files, RepairPool.Path) { IsDamaged = true })
        {
            var pages = fixture.Pool.EnterWrite();
            for (var i = 0; i < 600; i++)
            {
                BTree.Put(pages, PoolFixture.Slot(0), EngineFixture.Key(i), EngineFixture.Value(i, 50));
                BTree.Put(pages, PoolFixture.Slot(1), EngineFixture.Key(1000 + i), EngineFixture.Value(i, 50));
            }

            using (var start = pages.Write(PagePos.Start))
            {
                root = Layout.At<MapState>(start.Bytes, PoolFixture.Slot(0).Offset).Root;
            }

            // The program forgets the second map and does not clear it: for the program it is gone.
            if (leaks)
            {
                using var start = pages.Write(PagePos.Start);
                start.Bytes.Slice(PoolFixture.Slot(1).Offset, MapState.Bytes).Clear();
            }

            fixture.Pool.ExitWrite(pages);
        }

        Wipe(files, root);
        var report = Repair(files);
        using var repaired = new PoolFixture(32, files, Target);
        var map = new VMemMap(repaired.Pool, PoolFixture.Slot(0));
        Assert.False(map.Contains(EngineFixture.Key(1000)));
        Assert.Equal(leaks ? 0 : 600, map.Count);
        Assert.True(report.Losses.Count == 1, report.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Repair_CopiedState_StaysACopyOfTheRepairedOne(bool isListDamaged)
    {
        var files = new MemoryFileSystem();
        PagePos lost;
        using (var fixture = new PoolFixture(32, files, RepairPool.Path) { IsDamaged = true })
        {
            var list = Fill(fixture.Pool, 0, 2000);
            var other = Fill(fixture.Pool, 1, 2000);
            lost = (isListDamaged ? list : other).PositionAt(1000).Page;
            using var transaction = fixture.Pool.BeginTransaction();
            using (var page = transaction.Write(PoolFixture.Slot(0)))
            {
                var state = page.Read<VMemState>();
                using var copy = transaction.Write(PoolFixture.Slot(7));
                copy.Write<VMemState>() = state;
            }

            transaction.Commit();
            Assert.Single(fixture.Pool.Check().CopiedStates);
        }

        Wipe(files, lost);
        var report = Repair(files);
        Assert.Equal(
            $"list at {RepairPool.PlaceOf(isListDamaged ? 0 : 1)}", Assert.Single(report.Losses).Structure);
        using var repaired = new PoolFixture(32, files, Target);
        Assert.Single(repaired.Check().CopiedStates);
        var items = new VMemListView<long>(repaired.Pool, PoolFixture.Slot(7));
        Assert.Equal(isListDamaged ? 2000 - 506 : 2000, items.Count);
        Assert.Equal(new VMemListView<long>(repaired.Pool, PoolFixture.Slot(0)), items);
    }

    [Fact]
    public void Repair_NoChecksumsAndAWrongSequence_LeavesNumbersForCommits()
    {
        // Page 0 is lost and the pool's id with it, so nothing verifies the sequence number of page 20.
        var source = new RepairPool();
        var files = source.Damage(RepairPool.Wipe(0), RepairPool.Flip(20, 14));
        var report = Repair(files);
        Assert.Contains(new PagePos(20), report.LostPages.Select(page => page.Position));
        using var repaired = new PoolFixture(32, files, Target);
        var pages = repaired.Pool.EnterRead();
        Assert.InRange(((Snapshot)pages).Sequence, 1, 1_000_000);
        repaired.Pool.ExitRead(pages);
    }

    [Fact]
    public void Repair_NothingLeftButPageZero_IsRefused()
    {
        var files = new MemoryFileSystem();
        Pool.Open(files, RepairPool.Path, new EngineOptions()).Dispose();
        using (var file = files.Open(RepairPool.Path, FileOpening.Exclusive))
        {
            file.SetLength(Page.Size);
        }

        Assert.Throws<FormatVersionException>(() => Repair(files));
        Assert.False(files.Exists(Target));
    }

    [Fact]
    public void Repair_MapWithALongValue_SavesIt()
    {
        // Too long for a transaction of a pool with the default cap.
        var value = new byte[36 << 20];
        value[^1] = 9;
        var files = new MemoryFileSystem();
        PagePos lost;
        using (var fixture = new PoolFixture(40_000, files, RepairPool.Path) { IsDamaged = true })
        {
            var pages = fixture.Pool.EnterWrite();
            BTree.Put(pages, PoolFixture.Slot(0), EngineFixture.Key(0), value);
            for (var i = 1; i < 200; i++)
            {
                BTree.Put(pages, PoolFixture.Slot(0), EngineFixture.Key(i), EngineFixture.Value(i, 50));
            }

            using (var start = pages.Read(PagePos.Start))
            {
                lost = Layout.At<MapState>(start.Bytes, PoolFixture.Slot(0).Offset).Root;
            }

            fixture.Pool.ExitWrite(pages);
        }

        Wipe(files, lost);
        Repair(files);
        using var repaired = new PoolFixture(40_000, files, Target);
        var saved = new byte[value.Length];
        var map = new VMemMap(repaired.Pool, PoolFixture.Slot(0));
        Assert.True(map.TryGet(EngineFixture.Key(0), saved, out var length));
        Assert.Equal(value.Length, length);
        Assert.Equal(9, saved[^1]);
    }

    [Fact]
    public void Check_StartPageOfAnUnknownKind_IsDamage()
    {
        using var fixture = new PoolFixture { IsDamaged = true };
        fixture.Pool.Free(fixture.Pool.Allocate());
        var pages = fixture.Pool.EnterWrite();
        using (var start = pages.Write(PagePos.Start))
        {
            Layout.At<ProgramHead>(start.Payload, 0).Kind = (StartPageKind)7;
        }

        fixture.Pool.ExitWrite(pages);
        Assert.Throws<CorruptDatabaseException>(() => fixture.Pool.Check());
    }

    [Fact]
    public void DropList_NameThatIsNoText_LeavesTheListOfItsReplacement()
    {
        using var db = VMemDatabase.OpenInMemory();
        db.GetList<int>("\uFFFD").Add(1);
        Assert.Throws<ArgumentException>(() => db.DropList("\uD800"));
        Assert.Equal(1, db.GetList<int>("\uFFFD").Count);
    }

    private static VMemList<long> Fill(Pool pool, int slot, int count)
    {
        var list = new VMemList<long>(pool, PoolFixture.Slot(slot));
        list.AddRange(Numbers(count));
        return list;
    }

    private static long[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];

    private static void Wipe(MemoryFileSystem files, PagePos page)
    {
        using var file = files.Open(RepairPool.Path, FileOpening.Exclusive);
        file.Write(new byte[Page.Size], page.Value * Page.Size);
    }

    private static RepairReport Repair(MemoryFileSystem files) =>
        FileRepair.Run(files, RepairPool.Path, Target, (_, _) => { });
}
