using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

/// <summary>Lists, stacks and strings by name.</summary>
public sealed class NamedListTests : IDisposable
{
    private readonly TestDatabase _test = new(maxMappedPages: 64);

    private VMemDatabase Db => _test.Db;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Get_NeverWritten_ReadsAsEmptyAndIsNotThere()
    {
        Assert.Empty(Db.GetList<long>("a"));
        Assert.False(Db.GetStack<long>("a").TryPeek(out _));
        Assert.Equal("", Db.GetString("a").ToString());
        Db.GetList<long>("a").Clear();
        Db.GetString("a").Append("");
        Assert.False(Db.GetStack<long>("a").TryPop(out _));
        Assert.Empty(Db.ListNames.Concat(Db.StackNames).Concat(Db.StringNames));
        Assert.False(Db.DropList("a") || Db.DropStack("a") || Db.DropString("a"));
        Assert.Equal(0, Db.GetStatistics().Commits);
    }

    [Fact]
    public void Lists_OfAllKinds_SurviveReopen()
    {
        Db.GetList<long>("numbers").AddRange([1, 2, 3]);
        Db.GetStack<Guid>("ids").Push(Guid.Empty);
        Db.GetString("text").Append("é€😀");
        Db.GetMap<string, int>("map")["a"] = 1;
        _test.Reopen();
        Assert.Equal([1, 2, 3], Db.GetList<long>("numbers"));
        Assert.Equal(Guid.Empty, Db.GetStack<Guid>("ids").Peek());
        Assert.Equal("é€😀", Db.GetString("text").ToString());
        Assert.Equal(["numbers"], Db.ListNames);
        Assert.Equal(["ids"], Db.StackNames);
        Assert.Equal(["text"], Db.StringNames);
        var report = Db.Check();
        Assert.Equal((3L, 3 + 1 + 9L), (report.Lists, report.ListItems));
        Assert.Equal((1L, 1L), (report.Maps, report.MapEntries));
    }

    [Fact]
    public void Names_SameForDifferentKinds_AreDifferentStructures()
    {
        Db.GetList<int>("x").Add(1);
        Db.GetStack<long>("x").Push(2);
        Db.GetString("x").Append("three");
        Db.GetMap("x").Put([4], [4]);
        Assert.Equal([1], Db.GetList<int>("x"));
        Assert.Equal([2], Db.GetStack<long>("x"));
        Assert.True(Db.DropList("x"));
        Assert.Equal("three", Db.GetString("x").ToString());
        Assert.Equal(2, Db.GetStack<long>("x").Pop());
        Assert.Equal(1, Db.GetMap("x").Count);
        Assert.Empty(Db.ListNames);
    }

    [Fact]
    public void Get_OtherItemSize_SaysBothSizes()
    {
        var early = Db.GetList<int>("numbers");
        Db.GetList<long>("numbers").Add(1);
        Db.GetStack<long>("ids").Push(1);
        var exception = Assert.Throws<ArgumentException>(() => Db.GetList<int>("numbers"));
        Assert.Contains("8 bytes", exception.Message, StringComparison.Ordinal);
        Assert.Contains("not of 4", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Db.GetStack<Guid>("ids"));
        Assert.Throws<ArgumentException>(() => early.Add(2));
        Assert.Throws<ArgumentException>(() => early.Count);
        using (var snapshot = Db.BeginSnapshot())
        {
            Assert.Throws<ArgumentException>(() => snapshot.GetList<int>("numbers"));
        }

        using (var transaction = Db.BeginTransaction())
        {
            Assert.Throws<ArgumentException>(() => transaction.GetList<int>("numbers"));
            Assert.True(transaction.DropList("numbers"));
            transaction.GetList<int>("numbers").Add(3);
            transaction.Commit();
        }

        Assert.Equal([3], early);
        Assert.Throws<ArgumentException>(() => Db.GetList<TooLarge>("large"));
        Assert.Throws<ArgumentException>(() => Db.GetString("a\nb"));
    }

    [Fact]
    public void Transaction_RolledBack_LeavesNothing()
    {
        Db.GetList<int>("kept").Add(1);
        using (var transaction = Db.BeginTransaction())
        {
            transaction.GetList<int>("kept").Add(2);
            transaction.GetList<int>("new").AddRange(new int[10_000]);
            transaction.GetString("text").Append("a");
            Assert.Equal(["kept", "new"], transaction.ListNames);
            Assert.Equal(["text"], transaction.StringNames);
            Assert.Equal([1, 2], transaction.GetList<int>("kept"));
            Assert.Equal(["kept"], Db.ListNames);
        }

        Assert.Equal(["kept"], Db.ListNames);
        Assert.Equal([1], Db.GetList<int>("kept"));
        Assert.Empty(Db.GetList<int>("new"));
    }

    [Fact]
    public void Snapshot_OfLists_KeepsItsMomentAndOnlyReads()
    {
        Db.GetList<int>("list").AddRange([1, 2]);
        Db.GetStack<int>("stack").PushRange([1, 2]);
        Db.GetString("text").Append("old");
        using var snapshot = Db.BeginSnapshot();
        Db.GetList<int>("list").Add(3);
        Db.DropStack("stack");
        Db.GetString("text").Set("new");
        Db.GetList<int>("later").Add(1);

        VMemListView<int> list = snapshot.GetList<int>("list");
        VMemStackView<int> stack = snapshot.GetStack<int>("stack");
        VMemStringView text = snapshot.GetString("text");
        Assert.IsNotType<VMemList<int>>(list);
        Assert.Equal([1, 2], list);
        Assert.Equal([2, 1], stack);
        Assert.Equal("old", text.ToString());
        Assert.Empty(snapshot.GetList<int>("later"));
        Assert.Equal(["list"], snapshot.ListNames);
        Assert.Equal(["stack"], snapshot.StackNames);
        Assert.Equal(["text"], snapshot.StringNames);
    }

    [Fact]
    public async Task Drop_List_FreesAllPages()
    {
        // Grows to what is needed first: what counts is that the second round needs no more.
        Fill();
        await DropAll();
        var (pages, free) = (Db.Check().Pages, Db.Check().FreePages);
        Fill();
        Assert.True(Db.Check().FreePages < free);
        await DropAll();
        Assert.Equal((pages, free), (Db.Check().Pages, Db.Check().FreePages));
        Assert.Empty(Db.ListNames.Concat(Db.StackNames).Concat(Db.StringNames));

        void Fill()
        {
            Db.GetList<long>("list").AddRange(new long[5_000]);
            Db.GetStack<long>("stack").PushRange(new long[5_000]);
            Db.GetString("text").Append(new string('a', 20_000));
        }

        async Task DropAll()
        {
            Assert.True(await Db.DropListAsync("list"));
            Assert.True(await Db.DropStackAsync("stack"));
            using var transaction = Db.BeginTransaction();
            Assert.True(await transaction.DropStringAsync("text"));
            Assert.False(await transaction.DropStringAsync("text"));
            transaction.Commit();
        }
    }

    [Fact]
    public void Drop_WhileInUse_HandlesFollow()
    {
        using var transaction = Db.BeginTransaction();
        var list = transaction.GetList<int>("list");
        var text = transaction.GetString("text");
        list.AddRange([1, 2, 3]);
        text.Append("text");
        using var walk = list.GetEnumerator();
        using var stream = text.OpenStream();
        Assert.True(walk.MoveNext());
        Assert.Equal('t', stream.ReadByte());
        transaction.DropList("list");
        transaction.DropString("text");
        Assert.Throws<InvalidOperationException>(() => walk.MoveNext());
        Assert.Equal(-1, stream.ReadByte());
        list.Add(4);
        Assert.Equal([4], transaction.GetList<int>("list"));
        transaction.Commit();
    }

    [Fact]
    public void Items_WithStates_HoldOtherStructures()
    {
        using (var transaction = Db.BeginTransaction())
        {
            var rows = transaction.GetList<Row>("rows");
            for (int i = 0; i < 300; i++)
            {
                rows.Add(new Row { Number = i });
            }

            for (var at = rows.FirstPosition; at != ItemPosition.End; at = rows.Next(at))
            {
                int number = rows[at].Number;
                new VMemString(rows.Scope, rows.AddressOf(at, Row.TextOffset)).Append($"row {number}");
                new VMemMap<int, int>(rows.Scope, rows.AddressOf(at, Row.MapOffset))[number] = 1;
            }

            transaction.Commit();
        }

        // The database's own check knows the pages of the inner ones too.
        _test.Reopen();
        Assert.Equal(300, Db.Check().ListItems);
        var stored = Db.GetList<Row>("rows");
        var last = stored.LastPosition;
        Assert.Equal("row 299", new VMemStringView(stored.Source, stored.AddressOf(last, Row.TextOffset)).ToString());
        Assert.Equal([299], new VMemMapView<int, int>(stored.Source, stored.AddressOf(last, Row.MapOffset)).Keys);
        using (var snapshot = Db.BeginSnapshot())
        {
            var view = snapshot.GetList<Row>("rows");
            var first = view.AddressOf(view.FirstPosition, Row.TextOffset);
            Assert.Equal("row 0", new VMemStringView(view.Source, first).ToString());
        }

        for (var at = stored.FirstPosition; at != ItemPosition.End; at = stored.Next(at))
        {
            new VMemString(stored.Scope, stored.AddressOf(at, Row.TextOffset)).Clear();
            new VMemMap(stored.Scope, stored.AddressOf(at, Row.MapOffset)).Clear();
        }

        Assert.True(Db.DropList("rows"));
    }

    [Fact]
    public void State_InSlotOfCatalog_IsNoPlaceOfAProgram()
    {
        var list = Db.GetList<int>("list");
        list.Add(1);
        var slot = new PageAddress(PagePos.Start, 128);
        Assert.Throws<ArgumentException>(() => new VMemList<int>(list.Scope, slot).Add(2));
        Assert.Throws<InvalidOperationException>(
            () => new VMemList<int>(Db.Pool, new PageAddress(PagePos.Start, 160)).Add(2));
    }

    [StructLayout(LayoutKind.Sequential, Size = 4049)]
    private struct TooLarge;

    [StructLayout(LayoutKind.Sequential)]
    private struct Row
    {
        public const int TextOffset = 4;
        public const int MapOffset = TextOffset + VMemState.Bytes;

        public int Number;
        public VMemState Text;
        public VMemState Map;
    }
}
