using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Power loss at every call that changes the disk, while a program changes structures of its own: nothing acknowledged
/// is lost, nothing half done is found, no page leaks.
/// </summary>
public sealed class PoolCrashTests
{
    /// <summary>States whose recovery is cut off, of each script, and the states that result: random ones.</summary>
    private const int RecoveriesPerScript = 6;
    private const int StatesPerRecovery = 15;

    public static TheoryData<string> Scripts => [.. PoolScript.All.Select(script => script.Name)];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Commit_PowerLossAtEveryCall_RecoversAcknowledgedPrefix(string name)
    {
        var states = Enumerate(name);
        Assert.True(states.Count > 1);
        states.ForEach(PoolVerifier.Verify);
    }

    /// <summary>The seed is the name of the test case.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    public void RandomProgram_PowerLossAtEveryCall_RecoversAcknowledgedPrefix(int seed)
    {
        var files = new SimulatedFileSystem();
        using var session = new PoolSession(files, PoolSession.SmallOptions);
        var states = CrashStates.Enumerate<PoolModel>(
            files,
            () => PoolScript.Random(seed).Run(session),
            () => (session.States, session.Acknowledged),
            $"seed {seed}");
        states.ForEach(PoolVerifier.Verify);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Recovery_PowerLossAtEveryCall_RecoversTheSame(string name)
    {
        foreach (var state in Choose(Enumerate(name), seed: 17, RecoveriesPerScript))
        {
            var files = state.Files.Kill();
            using var session = new PoolSession(files, PoolSession.SmallOptions with { RandomSeed = 2 });
            var states = CrashStates.Enumerate<PoolModel>(
                files, session.Open, () => (state.States, state.From), state.Story + " | recovery");
            Choose(states, seed: 31, StatesPerRecovery).ForEach(PoolVerifier.Verify);
        }
    }

    private static List<CrashState<PoolModel>> Enumerate(string name)
    {
        var files = new SimulatedFileSystem();
        using var session = new PoolSession(files, PoolSession.SmallOptions);
        return CrashStates.Enumerate<PoolModel>(
            files, () => PoolScript.Named(name).Run(session), () => (session.States, session.Acknowledged), name);
    }

    private static List<CrashState<PoolModel>> Choose(List<CrashState<PoolModel>> states, int seed, int count)
    {
        var random = new Random(seed);
        return [.. states.OrderBy(_ => random.Next()).Take(count)];
    }
}
