using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public class LinkedPagesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomOperations_OnTwoLists_StayEqualToModels(int seed)
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        LinkedPages[] lists = [New(transaction, 0), New(transaction, 1)];
        List<PagePos>[] models = [[], []];
        var random = new Random(seed);
        for (var step = 0; step < 400; step++)
        {
            var which = random.Next(2);
            Step(transaction, lists, models, which, random);
            Assert.Equal(models[which].Count, lists[which].Count);
            Assert.Equal(models[which], lists[which]);
            Assert.Equal(Enumerable.Reverse(models[which]), lists[which].Reverse());
            VerifyNeighbours(lists[which], models[which], random);
        }

        transaction.Commit();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Remove_OfAnInnerPageOfAnotherList_IsRefusedByAListOfFewPages(int count)
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var (list, other) = (New(transaction, 0), New(transaction, 1));
        var own = Enumerable.Range(0, count).Select(_ => list.AddLast()).ToArray();
        var others = Enumerable.Range(0, 6).Select(_ => other.AddLast()).ToArray();
        Assert.All(others, page => Assert.Throws<InvalidOperationException>(() => list.Remove(page)));
        Assert.All(own, page => list.Remove(page));
        Assert.Empty(list);
        transaction.Commit();
    }

    [Fact]
    public void Remove_OfAPageThatIsNotInTheList_IsRefusedBeforeAnyChange()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var (list, other) = (New(transaction, 0), New(transaction, 1));
        var page = list.AddLast();
        other.AddLast();
        var own = Allocate(transaction);
        Assert.Throws<InvalidOperationException>(() => other.Remove(page));
        Assert.Throws<InvalidOperationException>(() => list.Remove(own));
        Assert.Throws<InvalidOperationException>(() => list.Insert(own, own));
        Assert.Throws<InvalidOperationException>(() => list.AddLast(page));
        Assert.Throws<InvalidOperationException>(() => list.AddLast(PagePos.Start));
        Assert.Throws<InvalidOperationException>(() => list.Next(own));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Remove(new(1000)));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Remove(PagePos.Nil));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.AddFirst(new PagePos(1000)));
        Assert.False(transaction.IsDoomed);

        list.Remove(page);
        Assert.Throws<InvalidOperationException>(() => list.Remove(page));
        Assert.Throws<InvalidOperationException>(() => list.AddLast(page));
        Assert.False(transaction.IsDoomed);
        transaction.Commit();
    }

    [Fact]
    public void Splice_IntoItselfOrAcrossScopes_IsRefused()
    {
        using var fixture = new PoolFixture();
        New(fixture.Pool, 0).AddLast();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 0);
        Assert.Throws<ArgumentException>(() => list.Splice(list));
        Assert.Throws<ArgumentException>(() => list.Splice(New(transaction, 0)));
        Assert.Throws<ArgumentException>(() => list.Splice(New(fixture.Pool, 1)));
        Assert.False(transaction.IsDoomed);
        Assert.Single(list);
    }

    [Fact]
    public void Content_OfAPage_IsTheProgramsAndOutlivesReopening()
    {
        using var fixture = new PoolFixture();
        PagePos page;
        using (var transaction = fixture.Pool.BeginTransaction())
        {
            page = New(transaction, 3).AddLast();
            using (var pointer = transaction.Write(page))
            {
                pointer.Write<long>() = 42;
            }

            transaction.Commit();
        }

        var pool = fixture.Reopen();
        Assert.Equal([page], new LinkedPagesView(pool, PoolFixture.Slot(3)));
        using (var pointer = pool.Read(page))
        {
            Assert.Equal(42, pointer.Read<long>());
        }
    }

    [Fact]
    public void Clear_OfManyPages_WritesFewPages()
    {
        using var fixture = new PoolFixture();
        using (var transaction = fixture.Pool.BeginTransaction())
        {
            var list = New(transaction, 0);
            for (var i = 0; i < 1000; i++)
            {
                list.AddLast();
            }

            transaction.Commit();
        }

        using (var transaction = fixture.Pool.BeginTransaction())
        {
            New(transaction, 0).Clear();
            transaction.Commit();
        }

        Assert.Equal(1000, fixture.Check().FreePages);
    }

    [Fact]
    public void Enumeration_WhosePageLeavesTheList_Throws()
    {
        using var fixture = new PoolFixture();
        using var transaction = fixture.Pool.BeginTransaction();
        var list = New(transaction, 0);
        PagePos[] pages = [list.AddLast(), list.AddLast(), list.AddLast(), list.AddLast()];

        using (var walk = list.GetEnumerator())
        {
            Assert.True(walk.MoveNext());
            list.Remove(pages[1]);
            Assert.True(walk.MoveNext());
            Assert.Equal(pages[2], walk.Current);
            list.Remove(pages[2]);
            Assert.Throws<InvalidOperationException>(() => walk.MoveNext());
        }

        using (var walk = list.GetEnumerator())
        {
            Assert.True(walk.MoveNext());
            var other = New(transaction, 1);
            other.Splice(list);
            list.AddLast();
            Assert.Throws<InvalidOperationException>(() => walk.MoveNext());
            Assert.Equal([pages[0], pages[3]], other);
        }

        transaction.Commit();
    }

    private static LinkedPages New(PageScope scope, int slot) => new(scope, PoolFixture.Slot(slot));

    private static PagePos Allocate(PoolTransaction transaction)
    {
        using var page = transaction.Allocate();
        return page.Position;
    }

    private static void Step(
        PoolTransaction transaction, LinkedPages[] lists, List<PagePos>[] models, int which, Random random)
    {
        var (list, model) = (lists[which], models[which]);
        var index = random.Next(model.Count + 1);
        var at = index == model.Count ? PagePos.Nil : model[index];
        switch (random.Next(9))
        {
            case 0:
                model.Insert(0, list.AddFirst());
                break;
            case 1:
                model.Add(list.AddLast());
                break;
            case 2:
                model.Insert(0, Allocate(transaction));
                list.AddFirst(model[0]);
                break;
            case 3:
                model.Add(Allocate(transaction));
                list.AddLast(model[^1]);
                break;
            case 4 or 5:
                model.Insert(index, Allocate(transaction));
                list.Insert(at, model[index]);
                break;
            case 6 when !at.IsNil:
                model.RemoveAt(index);
                Assert.Equal(index == model.Count ? PagePos.Nil : model[index], list.Remove(at));
                break;
            case 7 when random.Next(3) == 0:
                list.Splice(at, lists[1 - which]);
                model.InsertRange(index, models[1 - which]);
                models[1 - which].Clear();
                break;
            case 8 when random.Next(10) == 0:
                list.Clear();
                model.Clear();
                break;
            default:
                break;
        }
    }

    private static void VerifyNeighbours(LinkedPages list, List<PagePos> model, Random random)
    {
        Assert.Equal(model.Count == 0 ? PagePos.Nil : model[0], list.First);
        Assert.Equal(list.First, list.Next(PagePos.Nil));
        Assert.Equal(model.Count == 0 ? PagePos.Nil : model[^1], list.Last);
        Assert.Equal(list.Last, list.Previous(PagePos.Nil));
        if (model.Count > 0)
        {
            var index = random.Next(model.Count);
            Assert.Equal(index + 1 == model.Count ? PagePos.Nil : model[index + 1], list.Next(model[index]));
            Assert.Equal(index == 0 ? PagePos.Nil : model[index - 1], list.Previous(model[index]));
        }
    }
}
