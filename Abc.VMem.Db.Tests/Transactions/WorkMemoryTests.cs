using System.Runtime.CompilerServices;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Transactions;

/// <summary>Memory that operations share: halves of what is left, a least share for everyone, all given back.</summary>
public sealed class WorkMemoryTests
{
    [Fact]
    public void Take_GivesHalfOfWhatIsLeft()
    {
        var work = new WorkMemory(1 << 20);
        using var first = work.Take();
        using var second = work.Take();
        using var modest = work.Take(20_000);

        Assert.Equal((1 << 19, 1 << 18, 20_000), (first.Bytes, second.Bytes, modest.Bytes));
        Assert.Equal(work.LargestGrantBytes, first.Bytes);
        Assert.Equal((1 << 19) + (1 << 18) + 20_000, work.TakenBytes);
    }

    [Fact]
    public void Take_NothingLeft_GivesTheLeast()
    {
        var work = new WorkMemory(64 << 10);
        var grants = Enumerable.Range(0, 10).Select(_ => work.Take()).ToList();

        Assert.Equal(32 << 10, grants[0].Bytes);
        Assert.All(grants.Skip(1), grant => Assert.Equal(WorkMemory.MinGrantBytes, grant.Bytes));
        Assert.Equal(WorkMemory.MinGrantBytes, work.Take(1).Bytes);
    }

    [Fact]
    public void Dispose_Twice_GivesBackOnce()
    {
        var work = new WorkMemory(1 << 20);
        var grant = work.Take();
        grant.Dispose();
        grant.Dispose();

        Assert.Equal(0, work.TakenBytes);
        using var again = work.Take();
        Assert.Equal(1 << 19, again.Bytes);
    }

    [Fact]
    public void Take_GrantForgotten_ComesBackWithTheCollection()
    {
        var work = new WorkMemory(1 << 20);
        Forget(work);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(0, work.TakenBytes);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(WorkMemory work) => work.Take();
    }

    [Fact]
    public void Take_FromManyThreads_StaysInsideAndComesBack()
    {
        var work = new WorkMemory(16 << 20);
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                using var grant = work.Take();
                Assert.InRange(work.TakenBytes, grant.Bytes, work.TotalBytes);
            }
        });
        Assert.Equal(0, work.TakenBytes);
    }
}
