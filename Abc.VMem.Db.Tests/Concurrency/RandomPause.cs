namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>Pauses of random kinds and lengths: from a few cycles to a millisecond.</summary>
internal static class RandomPause
{
    [ThreadStatic]
    private static Random? t_random;

    /// <summary>Pauses once in so many calls, on average.</summary>
    public static void Take(int seed, int rarely)
    {
        var random = t_random ??= new Random(unchecked((seed * 397) + Environment.CurrentManagedThreadId));
        if (random.Next(rarely) != 0)
        {
            return;
        }

        switch (random.Next(16))
        {
            case 0:
                Thread.Sleep(1);
                break;
            case < 4:
                Thread.Sleep(0);
                break;
            case < 10:
                Thread.Yield();
                break;
            default:
                Thread.SpinWait(random.Next(300));
                break;
        }
    }
}
