using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Collections;

public sealed class StateSlotsTests : IDisposable
{
    private readonly FakePages _pages = new();

    public StateSlotsTests()
    {
        using var start = _pages.Write(PagePos.Start);
        ref var layout = ref Layout.At<StartPageLayout>(start.Payload, 0);
        (layout.Kind, layout.StatesFront) = (StartPageKind.Catalog, PagePos.Nil);
    }

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void Allocate_MoreThanOnePage_GivesDistinctSlots()
    {
        var slots = Enumerable.Range(0, 500).Select(_ => StateSlots.Allocate(_pages)).ToList();

        Assert.Equal(500, slots.Distinct().Count());
        Assert.All(slots, slot => Assert.True(StateSlots.IsSlot(slot)));
        Assert.Equal(slots.ToHashSet(), Used(out var pageCount));
        Assert.Equal(3, pageCount);
    }

    [Fact]
    public void Allocate_AfterFree_ReusesTheSlotZeroed()
    {
        const int Full = StartPageLayout.SlotCount + (2 * StatesPageLayout.SlotCount);
        var slots = Enumerable.Range(0, Full).Select(_ => StateSlots.Allocate(_pages)).ToList();
        foreach (var slot in slots)
        {
            IdentitySlot.Raise(_pages, slot, 7);
        }

        StateSlots.Free(_pages, slots[3]);
        StateSlots.Free(_pages, slots[200]);

        Assert.Equal(Full - 2, Used(out _).Count);
        HashSet<PageAddress> again = [StateSlots.Allocate(_pages), StateSlots.Allocate(_pages)];
        Assert.Equal([slots[3], slots[200]], again);
        Assert.All(again, slot => Assert.Equal(0, IdentitySlot.Read(_pages, slot)));
        Assert.Equal(7, IdentitySlot.Read(_pages, slots[4]));
    }

    [Theory]
    [InlineData(1, 127)]
    [InlineData(1, 129)]
    [InlineData(1, 4096)]
    [InlineData(0, 128)]
    [InlineData(-1, 128)]
    [InlineData(5, 63)]
    public void IsSlot_OfAnAddressBesideTheSlots_IsFalse(long page, int offset) =>
        Assert.False(StateSlots.IsSlot(new(new(page), offset)));

    [Fact]
    public void Visit_ChainInACycle_IsCorrupt()
    {
        for (var i = 0; i < 200; i++)
        {
            StateSlots.Allocate(_pages);
        }

        using (var start = _pages.Read(PagePos.Start))
        {
            var front = Layout.At<StartPageLayout>(start.Payload, 0).StatesFront;
            using var page = _pages.Write(front);
            page.Header.Next = front;
        }

        Assert.Throws<CorruptDatabaseException>(() => StateSlots.Visit(_pages, new PageOwners(100).AddAny, _ => { }));
    }

    private HashSet<PageAddress> Used(out int pageCount)
    {
        var (used, count) = (new HashSet<PageAddress>(), 0);
        StateSlots.Visit(_pages, _ => count++, slot => Assert.True(used.Add(slot)));
        pageCount = count;
        return used;
    }
}

file static class PageSetExtensions
{
    public static void AddAny(this PageOwners pages, PagePos position) => pages.Add(position, pages.Begin("test"));
}
