using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public class VMemListModelTests
{
    private const int Steps = 400;
    private static readonly PageAddress State = new(PagePos.Start, ProgramHead.ProgramOffset);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomOperations_BesideAList_StayEqual(int seed)
    {
        Run<byte>(seed);
        Run<long>(seed);
        Run<Item100>(seed);
        Run<Item900>(seed);
        Run<Item2000>(seed);
        Run<Item4048>(seed);
    }

    private static void Run<T>(int seed)
        where T : unmanaged
    {
        using var pages = new FakePages();
        var list = new VMemList<T>(new FakeScope(pages), State);
        var model = new List<T>();
        var random = new Random(seed);
        var unit = Math.Min(VMemList<T>.PageCapacity, 60);
        for (var step = 0; step < Steps; step++)
        {
            try
            {
                ListSteps.Run(list, model, random, unit);
                if (step % 4 == 0)
                {
                    Verify(pages, list, model);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{typeof(T).Name}, seed {seed}, step {step}: {e.Message}", e);
            }
        }

        Verify(pages, list, model);
        list.Clear();
        Assert.Equal(2, pages.UsedCount);
        Assert.Equal(0, pages.Pins);
    }

    private static void Verify<T>(FakePages pages, VMemList<T> list, List<T> model)
        where T : unmanaged
    {
        Assert.Equal(model.Count, list.Count);
        Items.AssertEqual(model, list.ToArray());
        Items.AssertEqual(model, list.ToList().ToArray());
        var backward = list.Reverse().ToArray();
        Array.Reverse(backward);
        Items.AssertEqual(model, backward);
        Assert.Equal(list.PageCount + 2, pages.UsedCount);
    }
}
