using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public class ListConcurrencyTests
{
    private const int Threads = 4;
    private const int ItemsOfAThread = 300;

    [Fact]
    public async Task List_OfAPool_IsReadAndWrittenByManyThreads()
    {
        using var fixture = new PoolFixture(cap: 256);
        var list = new VMemList<(int Thread, int Number)>(fixture.Pool, PoolFixture.Slot(0));
        var writers = Enumerable.Range(0, Threads).Select(thread => Task.Run(() => Write(list, thread))).ToArray();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => Read(list))).ToArray();
        await Task.WhenAll([.. writers, .. readers]);

        // Every second one was removed again.
        for (var thread = 0; thread < Threads; thread++)
        {
            var mine = list.Where(item => item.Thread == thread).Select(item => item.Number);
            Assert.Equal(Enumerable.Range(0, ItemsOfAThread / 2).Select(number => (2 * number) + 1), mine);
        }
    }

    private static void Write(VMemList<(int Thread, int Number)> list, int thread)
    {
        for (var number = 0; number < ItemsOfAThread; number += 2)
        {
            list.AddRange([(thread, number), (thread, number + 1)]);
            Assert.True(list.Remove((thread, number)));
        }
    }

    // What an enumeration sees is the list of one moment: of each thread the numbers in order, at most one even one.
    private static void Read(VMemList<(int Thread, int Number)> list)
    {
        while (list.Count < Threads * ItemsOfAThread / 2)
        {
            var seen = list.ToLookup(item => item.Thread, item => item.Number);
            foreach (var numbers in seen)
            {
                Assert.Equal(numbers.Order(), numbers);
                Assert.InRange(numbers.Count(number => number % 2 == 0), 0, 1);
            }
        }
    }
}
