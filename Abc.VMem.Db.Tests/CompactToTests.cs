using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests;

/// <summary>A database is written into a new file, packed.</summary>
public class CompactToTests
{
    private readonly SimulatedFileSystem _files = new();

    public static TheoryData<int> Caps => [BufferPool.MinMappedPages, 64, 4096];

    [Theory]
    [MemberData(nameof(Caps))]
    public void CompactTo_AfterMassDeletion_HoldsTheSameInLess(int cap)
    {
        using var fixture = Open(cap);
        CompactDatabase.Fill(fixture.Db, 800);
        CompactDatabase.Empty(fixture.Db);
        var check = fixture.Db.Check();
        fixture.Db.CompactInto(_files, "copy", null, default);
        using var copy = VMemDatabase.Open(_files, "copy", CompactDatabase.Quiet);
        Assert.Equal(CompactDatabase.Describe(fixture.Db), CompactDatabase.Describe(copy));
        Assert.Equal(Counts(check), Counts(copy.Check()));
        Assert.Equal(0, copy.Check().FreePages);
        Assert.InRange(copy.GetStatistics().FileBytes, 0, (check.Pages - check.FreePages) * Page.Size);
        Assert.Equal(["copy", "test"], Names().Order());
        Assert.Equal(["Kind", "Number"], copy.GetCollection<CompactDatabase.Waste>("things").IndexNames.Order());
    }

    [Fact]
    public void CompactTo_KeysThatWereDeleted_AreNotIssuedAgain()
    {
        using var fixture = Open(64);
        var things = fixture.Db.GetCollection<CompactDatabase.Waste>("things");
        things.InsertMany(Enumerable.Range(0, 9).Select(_ => new CompactDatabase.Waste()));
        Assert.True(things.Delete(9));
        fixture.Db.CompactInto(_files, "copy", null, default);
        using var copy = VMemDatabase.Open(_files, "copy", CompactDatabase.Quiet);
        var added = new CompactDatabase.Waste();
        copy.GetCollection<CompactDatabase.Waste>("things").Insert(added);
        Assert.Equal(10, added.Id);
    }

    [Fact]
    public void CompactTo_StructuresInItems_AreCopiedToo()
    {
        using var fixture = Open(64);
        var db = fixture.Db;
        db.GetMap<int, string>("waste")[1] = new string('w', 500_000);
        var holders = db.GetList<Holder>("holders");
        holders.Add(new() { Number = 1 });
        holders.Add(new() { Number = 2 });
        new VMemList<int>(holders.Scope, Place(holders, 0, Holder.ListOffset)).AddRange(Enumerable.Range(0, 3_000));
        var map = new VMemMap<int, string>(holders.Scope, Place(holders, 1, Holder.MapOffset));
        map[1] = "one";
        map[2] = new string('x', 50_000);
        var inner = new VMemList<VMemState>(holders.Scope, Place(holders, 1, Holder.ListOffset));
        inner.Add(default);
        new VMemString(holders.Scope, inner.AddressOf(inner.FirstPosition, 0)).Append("deep");
        db.GetMap<int, string>("waste").Remove(1);

        fixture.Db.CompactInto(_files, "copy", null, default);
        using var copy = VMemDatabase.Open(_files, "copy", CompactDatabase.Quiet);
        copy.Check();
        holders = copy.GetList<Holder>("holders");
        Assert.Equal([1, 2], holders.Select(holder => holder.Number));
        Assert.Equal(
            Enumerable.Range(0, 3_000), new VMemList<int>(holders.Scope, Place(holders, 0, Holder.ListOffset)));
        map = new VMemMap<int, string>(holders.Scope, Place(holders, 1, Holder.MapOffset));
        Assert.Equal(["one", new string('x', 50_000)], map.Select(entry => entry.Value));
        inner = new VMemList<VMemState>(holders.Scope, Place(holders, 1, Holder.ListOffset));
        Assert.Equal("deep", new VMemString(holders.Scope, inner.AddressOf(inner.FirstPosition, 0)).ToString());
        Assert.Equal(Counts(db.Check()), Counts(copy.Check()));
    }

    [Fact]
    public void CompactTo_FileExists_ThrowsAndLeavesIt()
    {
        using var folder = new TemporaryFolder();
        using var db = VMemDatabase.OpenInMemory();
        var path = System.IO.Path.Combine(folder.Path, "copy.vmem");
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.Throws<DatabaseOpenException>(() => db.CompactTo(path));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    [Fact]
    public void CompactTo_Cancelled_LeavesNoFile()
    {
        using var fixture = Open(64);
        CompactDatabase.Fill(fixture.Db, 100);
        using var cancel = new CancellationTokenSource();
        var reports = 0;
        var progress = new Now<CompactProgress>(_ =>
        {
            if (++reports == 5)
            {
                cancel.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(
            () => fixture.Db.CompactInto(_files, "copy", progress, cancel.Token));
        Assert.Equal(5, reports);
        Assert.Equal(["test"], Names());
    }

    [Fact]
    public async Task CompactToAsync_OnDisk_WritesOneFile()
    {
        using var folder = new TemporaryFolder();
        using var db = VMemDatabase.OpenInMemory();
        CompactDatabase.Fill(db, 40);
        var path = System.IO.Path.Combine(folder.Path, "copy.vmem");
        await db.CompactToAsync(path);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        using var copy = VMemDatabase.Open(path);
        Assert.Equal(CompactDatabase.Describe(db), CompactDatabase.Describe(copy));
    }

    private static (long, long, long, long, long, long) Counts(CheckReport report) => (
        report.Documents, report.IndexEntries, report.Maps, report.MapEntries, report.Lists, report.ListItems);

    private static PageAddress Place(VMemList<Holder> holders, int index, int offset) =>
        holders.AddressOf(holders.PositionAt(index), offset);

    private TestDatabase Open(int cap) => new(_files, "test", CompactDatabase.Quiet with { MaxMappedPages = cap });

    private IEnumerable<string> Names() =>
        _files.Paths.Where(path => !path.StartsWith("test-", StringComparison.Ordinal));

    /// <summary>An item with two structures of its own.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 1)]
    private struct Holder
    {
        public const int ListOffset = 4;
        public const int MapOffset = 36;

        public int Number;
        public VMemState List;
        public VMemState Map;
    }
}
