using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public class PageContainerTests
{
    private static readonly PageAddress State = new(PagePos.Start, ProgramHead.ProgramOffset);

    public static TheoryData<PageBalance> Balances => [.. Enum.GetValues<PageBalance>(), PageBalance.Begin
        | PageBalance.Inner, PageBalance.Begin | PageBalance.End, PageBalance.Inner | PageBalance.End];

    [Theory]
    [MemberData(nameof(Balances))]
    public void RandomOperations_WithAnyBalance_FollowAModelAndAParent(PageBalance insert)
    {
        foreach (var remove in Enumerable.Range(0, 8).Select(flags => (PageBalance)flags))
        {
            Run<byte>(insert, remove, 30);
            Run<Item900>(insert, remove, 200);
            Run<Item1000>(insert, remove, 200);
            Run<Item2000>(insert, remove, 100);
            Run<Item4048>(insert, remove, 60);
        }
    }

    [Fact]
    public void Insert_IntoAFullPageWithoutBalance_BeginsAFreshPage()
    {
        using var pages = new FakePages();
        var container = New<Item1000>(pages, PageBalance.None, PageBalance.None);
        container.AddRange([.. Enumerable.Range(0, 4).Select(i => Items.Of<Item1000>(i))]);
        var end = container.Insert(ItemPosition.End, Items.Of<Item1000>(9));
        Assert.Equal(new ItemPosition(new(3), 0), end.Position);
        Assert.Equal(new(PageLeadOperation.Insert, new(3), Items.Of<Item1000>(9), default), end.First);
        Assert.Equal(default, end.Second);

        var begin = container.Insert(container.FirstPosition, Items.Of<Item1000>(8));
        Assert.Equal(new ItemPosition(new(4), 0), begin.Position);
        var inner = container.Insert(new(new(2), 1), Items.Of<Item1000>(7));
        Assert.Equal(new ItemPosition(new(2), 1), inner.Position);
        Assert.Equal(PageLeadOperation.Insert, inner.First.Operation);
        Assert.Equal([8, 0, 7, 1, 2, 3, 9], container.Select(item => (int)item.Value));
    }

    [Fact]
    public void RemoveAt_ThatMergesBothNeighbours_ReportsBoth()
    {
        using var pages = new FakePages();
        var container = New<Item900>(pages, PageBalance.None, PageBalance.All);
        // | 0 | 1 2 | 3 | as a container without balance grows.
        container.AddRange([.. Enumerable.Range(0, 4).Select(i => Items.Of<Item900>(i))]);
        var unbalanced = New<Item900>(pages, PageBalance.None, PageBalance.None);
        unbalanced.Insert(new(new(2), 1), Items.Of<Item900>(5));
        unbalanced.Insert(new(new(2), 1), Items.Of<Item900>(6));
        Assert.Equal([0, 6, 5, 1, 2, 3], container.Select(item => (int)item.Value));
        Assert.Equal(2, container.PageCount);
        unbalanced.RemoveAt(new(new(2), 1));
        unbalanced.RemoveAt(new(new(2), 1));
        unbalanced.RemoveAt(new(new(3), 0));
        unbalanced.RemoveAt(new(new(3), 0));
        unbalanced.Insert(new(new(2), 0), Items.Of<Item900>(7));
        var change = container.RemoveAt(new(new(2), 0));
        Assert.Equal([0, 3], container.Select(item => (int)item.Value));
        Assert.Equal(1, container.PageCount);
        Assert.Equal(PageLeadOperation.Replace, change.First.Operation);
        Assert.Equal(PageLeadOperation.Remove, change.Second.Operation);
        Assert.Equal(new ItemPosition(new(2), 0), change.Position);
    }

    [Fact]
    public void Balance_OfUnknownFlags_IsRefused()
    {
        using var pages = new FakePages();
        Assert.Throws<ArgumentOutOfRangeException>(() => New<int>(pages, (PageBalance)8, PageBalance.None));
    }

    private static PageContainer<T> New<T>(FakePages pages, PageBalance insert, PageBalance remove)
        where T : unmanaged => new(new FakeScope(pages), State, insert, remove);

    private static void Run<T>(PageBalance insert, PageBalance remove, int steps)
        where T : unmanaged
    {
        using var pages = new FakePages();
        var container = New<T>(pages, insert, remove);
        var model = new List<T>(new T[2 * PageContainer<T>.PageCapacity]);
        container.AddRange(model.ToArray());
        var parent = Leads(pages, container);
        var random = new Random(((int)insert * 8) + (int)remove);
        for (var step = 0; step < steps * 2; step++)
        {
            // Hits the edges more often than chance would.
            var range = random.Next(4) switch { 0 => 0, 1 => model.Count, _ => random.Next(model.Count + 1) };
            if (step < steps ? random.Next(4) > 0 : random.Next(4) == 0)
            {
                var item = Items.Of<T>(random.NextInt64());
                var change = container.Insert(container.PositionAt(range), item);
                model.Insert(range, item);
                Assert.Equal(container.PositionAt(range), change.Position);
                Follow(parent, change);
            }
            else if (model.Count > 0)
            {
                range = Math.Min(range, model.Count - 1);
                var change = container.RemoveAt(container.PositionAt(range));
                model.RemoveAt(range);
                Assert.Equal(container.PositionAt(range), change.Position);
                Follow(parent, change);
            }

            if (model.Count > 0 && step % 3 == 0)
            {
                range = Math.Min(range, model.Count - 1);
                model[range] = Items.Of<T>(random.NextInt64());
                var change = container.Replace(container.PositionAt(range), model[range]);
                Assert.Equal(container.PositionAt(range), change.Position);
                Follow(parent, change);
            }

            if (step % 5 == 0)
            {
                Items.AssertEqual(model, container.ToArray());
            }

            var leads = Leads(pages, container);
            Assert.Equal(leads.Count, parent.Count);
            foreach (var (page, lead) in leads)
            {
                Assert.Equal(lead, parent[page]);
            }
        }

        Items.AssertEqual(model, container.ToArray());
        container.Clear();
        Assert.Equal(2, pages.UsedCount);
    }

    private static void Follow<T>(Dictionary<PagePos, T> parent, ContainerChange<T> change)
        where T : unmanaged
    {
        foreach (var lead in new[] { change.First, change.Second })
        {
            switch (lead.Operation)
            {
                case PageLeadOperation.Insert:
                    parent.Add(lead.Page, lead.Item);
                    break;
                case PageLeadOperation.Replace:
                    Assert.Equal(parent[lead.Page], lead.OldItem);
                    parent[lead.Page] = lead.Item;
                    break;
                case PageLeadOperation.Remove:
                    Assert.True(parent.Remove(lead.Page, out var old));
                    Assert.Equal(old, lead.OldItem);
                    break;
                default:
                    Assert.Equal(default, lead);
                    break;
            }
        }

        Assert.True(change.First.Operation != PageLeadOperation.None
            || change.Second.Operation == PageLeadOperation.None);
    }

    private static Dictionary<PagePos, T> Leads<T>(FakePages pages, PageContainer<T> container)
        where T : unmanaged
    {
        var leads = new Dictionary<PagePos, T>();
        for (var at = container.FirstPosition.Page; !at.IsNil;)
        {
            using var page = pages.Read(at);
            leads.Add(at, Layout.At<T>(page.Payload, 0));
            at = page.Header.Next;
        }

        return leads;
    }
}
