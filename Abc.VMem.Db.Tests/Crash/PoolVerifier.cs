using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>What must hold after a power loss under a program's pool.</summary>
internal static class PoolVerifier
{
    /// <summary>
    /// The pool opens; its structures hold what one of the allowed commits left, all of the same one; the check finds
    /// no damage, no leak and nothing temporary; another change works, and is there after a clean close.
    /// </summary>
    /// <exception cref="XunitException">Something does not hold; the message tells the state's story.</exception>
    public static void Verify(CrashState<PoolModel> state)
    {
        try
        {
            var files = state.Files.Kill();
            PoolModel recovered;
            using (var pool = Open(files))
            {
                recovered = Recovered(pool, state);
                Check(pool, recovered);
                recovered = ChangeOnce(pool, recovered);
            }

            Assert.Equal([CrashSession.Path], files.Paths);
            using var again = Open(files.Crash(CrashPolicy.None, 0));
            Assert.Equal(recovered.Describe(), Describe(again));
            Check(again, recovered);
        }
        catch (Exception e)
        {
            throw new XunitException($"{state.Story}\n{e}", e);
        }
    }

    private static Pool Open(SimulatedFileSystem files) =>
        Pool.Open(files, CrashSession.Path, PoolSession.SmallOptions with { RandomSeed = 3 });

    private static string Describe(Pool pool)
    {
        using var snapshot = pool.BeginSnapshot();
        return PoolContent.Read(snapshot).Describe();
    }

    private static PoolModel Recovered(Pool pool, CrashState<PoolModel> state)
    {
        var found = Describe(pool);
        var allowed = state.States.Skip(state.From).Reverse();
        return allowed.FirstOrDefault(model => model.Describe() == found)
            ?? throw new XunitException(
                $"No allowed commit fits.\nfound\n{found}\nnot, for example,\n{state.States[^1].Describe()}");
    }

    private static void Check(Pool pool, PoolModel model)
    {
        var report = pool.Check(programPages: []);
        Assert.True(report.IsWhole, report.ToString());
        int[] sizes =
        [
            model.Items.Count, model.Others.Count, model.Contained.Count, model.Stack.Count,
            model.Pages.Count, model.OtherPages.Count,
            model.Lists.Count, model.Map.Count, model.Text.Length, .. model.Lists.Select(list => list.Count),
        ];
        Assert.Equal(sizes.Count(size => size > 0), report.Structures.Count);
    }

    private static PoolModel ChangeOnce(Pool pool, PoolModel model)
    {
        using var transaction = pool.BeginTransaction();
        var batch = new PoolBatch(transaction, model);
        batch.AddRange(1_000, 5);
        batch.Push(1_000);
        transaction.Commit();
        return batch.Model;
    }
}
