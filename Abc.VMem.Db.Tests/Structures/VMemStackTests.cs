using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public class VMemStackTests
{
    private static readonly PageAddress State = new(PagePos.Start, ProgramHead.ProgramOffset);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomOperations_BesideAStack_StayEqual(int seed)
    {
        Run<byte>(seed);
        Run<long>(seed);
        Run<Item900>(seed);
        Run<Item4048>(seed);
    }

    [Fact]
    public void Pop_OfAnEmptyStack_IsRefused()
    {
        using var pages = new FakePages();
        var stack = new VMemStack<int>(new FakeScope(pages), State);
        Assert.False(stack.TryPop(out _));
        Assert.False(stack.TryPeek(out _));
        Assert.Throws<InvalidOperationException>(() => stack.Pop());
        Assert.Throws<InvalidOperationException>(() => stack.Peek());
        Assert.Equal(0, pages.ChangeCount);
    }

    private static void Run<T>(int seed)
        where T : unmanaged
    {
        using var pages = new FakePages();
        var stack = new VMemStack<T>(new FakeScope(pages), State);
        var model = new Stack<T>();
        var random = new Random(seed);
        for (var step = 0; step < 600; step++)
        {
            var item = Items.Of<T>(random.NextInt64());
            switch (random.Next(6))
            {
                case 0 or 1:
                    stack.Push(item);
                    model.Push(item);
                    break;
                case 2:
                    T[] many = [.. Enumerable.Range(0, random.Next(50)).Select(i => Items.Of<T>(i + step))];
                    stack.PushRange(many);
                    Array.ForEach(many, model.Push);
                    break;
                case 3:
                    Assert.Equal(model.TryPeek(out var top), stack.TryPeek(out var found));
                    Items.AssertEqual([top], [found]);
                    break;
                default:
                    for (var i = random.Next(30); i >= 0; i--)
                    {
                        Assert.Equal(model.TryPop(out top), stack.TryPop(out found));
                        Items.AssertEqual([top], [found]);
                    }

                    break;
            }

            Assert.Equal(model.Count, stack.Count);
            Assert.Equal(stack.PageCount + 2, pages.UsedCount);
        }

        Items.AssertEqual(model.ToArray(), stack.ToArray());
        Items.AssertEqual(model.ToArray(), stack.ToList().ToArray());
        Items.AssertEqual([.. Enumerable.Reverse(model)], stack.Reverse().ToArray());
        stack.Clear();
        Assert.Equal(2, pages.UsedCount);
    }
}
