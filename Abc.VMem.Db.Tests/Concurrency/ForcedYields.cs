#if VMEM_MUTATION
using Abc.VMem.Db.Paging;
#endif

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>
/// Lets other threads in at the moments that the engine names, in the build that has them; elsewhere it does nothing.
/// </summary>
internal sealed class ForcedYields : IDisposable
{
#if VMEM_MUTATION
    private static readonly SemaphoreSlim s_one = new(1, 1);

    /// <summary>Starts; one test at a time.</summary>
    public static async Task<ForcedYields> Begin(int seed)
    {
        await s_one.WaitAsync();
        Yields.Hook = point => RandomPause.Take(seed, Rarely(point));
        return new ForcedYields();
    }

    public void Dispose()
    {
        Yields.Hook = null;
        s_one.Release();
    }

    // Most moments come rarely; these come with every page.
    private static int Rarely(Point point) => point switch
    {
        Point.Pin => 200,
        Point.Load or Point.Judge or Point.Evict or Point.Recycle or Point.Supersede or Point.Sweep => 20,
        Point.HomeWrite or Point.Spill or Point.Snapshot => 6,
        _ => 2,
    };
#else
    /// <summary>Starts.</summary>
    public static Task<ForcedYields> Begin(int seed)
    {
        _ = seed;
        return Task.FromResult(new ForcedYields());
    }

    public void Dispose()
    {
    }
#endif
}
