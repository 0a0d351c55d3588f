using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public class SpaceEfficiencyTests
{
    private static readonly PageAddress State = new(PagePos.Start, ProgramHead.ProgramOffset);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomInsertionsAndRemovals_OnAList_KeepPagesHalfFull(int seed)
    {
        RandomWalk<long>(seed, 100);
        RandomWalk<Item100>(seed, 200);
        RandomWalk<Item900>(seed, 200);
        RandomWalk<Item1000>(seed, 200);
        RandomWalk<Item2000>(seed, 200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Removals_FromFrontToBack_KeepPagesHalfFull(int keptInPage)
    {
        Sequential<long>(keptInPage);
        Sequential<Item100>(keptInPage);
        Sequential<Item900>(keptInPage);
        Sequential<Item2000>(keptInPage);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RemovalsAndInsertions_WhereTheyHurtMost_KeepAThird(int seed)
    {
        Adversary<Item100>(seed);
        Adversary<Item900>(seed);
    }

    // All but some of what was on each page, page after page: merges with the next page alone would keep every page.
    private static void Sequential<T>(int kept)
        where T : unmanaged
    {
        using var pages = new FakePages();
        var list = new VMemList<T>(new FakeScope(pages), State);
        var capacity = VMemList<T>.PageCapacity;
        list.AddRange(new T[100 * capacity]);
        var index = 0;
        for (var at = list.FirstPosition; at != ItemPosition.End; index++)
        {
            at = index % capacity < kept ? list.Next(at) : list.RemoveAt(at);
            AssertFull(list, 2, $"kept {kept}, item {index}");
        }
    }

    // First all pages but their first item, every other page to half; then splits of what is full.
    private static void Adversary<T>(int seed)
        where T : unmanaged
    {
        using var pages = new FakePages();
        var list = new VMemList<T>(new FakeScope(pages), State);
        var capacity = VMemList<T>.PageCapacity;
        var random = new Random(seed);
        list.AddRange(new T[60 * capacity]);
        for (var step = 0; step < 40 * capacity; step++)
        {
            var at = list.PositionAt(random.NextInt64(list.Count));
            var count = list.TryGet(at with { Index = capacity - 1 }, out _) ? capacity : at.Index + 1;
            if (count == capacity && random.Next(3) == 0)
            {
                list.Insert(at, default);
            }
            else if (list.TryGet(at with { Index = 1 }, out _))
            {
                // Never the last item of a page.
                list.RemoveAt(at);
            }

            AssertFull(list, 3, $"seed {seed}, step {step}");
        }
    }

    private static void RandomWalk<T>(int seed, int pageCount)
        where T : unmanaged
    {
        using var pages = new FakePages();
        var list = new VMemList<T>(new FakeScope(pages), State);
        var random = new Random(seed);
        var grown = pageCount * VMemList<T>.PageCapacity / 2;
        for (var step = 0; step < 4 * grown; step++)
        {
            if (step < grown || (step < 3 * grown && random.Next(2) == 0))
            {
                list.Insert(list.PositionAt(random.NextInt64(list.Count + 1)), Items.Of<T>(step));
            }
            else if (list.Count > 0)
            {
                list.RemoveAt(list.PositionAt(random.NextInt64(list.Count)));
            }

            AssertFull(list, 2, $"seed {seed}, step {step}");
        }
    }

    // But for one page: of three pages the middle one may be full and the others almost empty.
    private static void AssertFull<T>(VMemList<T> list, int part, string where)
        where T : unmanaged
    {
        var room = (list.PageCount - 1) * VMemList<T>.PageCapacity;
        Assert.True(list.Count * part >= room, $"{typeof(T).Name}, {where}: {list.Count} in {list.PageCount} pages");
    }
}
