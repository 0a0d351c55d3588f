using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Power loss at every call that changes the disk, under every policy: nothing acknowledged is lost, nothing half done
/// is found, and recovery itself may be cut off.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class CrashTests
{
    /// <summary>States whose recovery is cut off, of each script, and the states that result: random ones.</summary>
    private const int RecoveriesPerScript = 12;
    private const int StatesPerRecovery = 25;

    public static TheoryData<string> Scripts => [.. CrashScript.All.Select(script => script.Name)];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Commit_PowerLossAtEveryCall_RecoversAcknowledgedPrefix(string name)
    {
        var states = Enumerate(name);
        Assert.True(states.Count > 1);
        Verify(states);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Recovery_PowerLossAtEveryCall_RecoversTheSame(string name)
    {
        Verify([.. Choose(Enumerate(name), seed: 17).SelectMany(EnumerateRecovery)]);
    }

    /// <summary>Two deep: power loss during the recovery from a power loss during recovery.</summary>
    [Fact]
    public void Recovery_PowerLossTwice_RecoversTheSame()
    {
        var once = Choose(Enumerate("LogSwitch"), seed: 23).SelectMany(EnumerateRecovery).ToList();
        Verify([.. Choose(once, seed: 24).SelectMany(EnumerateRecovery)]);
    }

    /// <summary>
    /// The process dies, so that the system's cache lives on; the next process recovers from it, and then the power
    /// goes: whatever recovery built on must have been made durable first.
    /// </summary>
    [Theory]
    [InlineData("Update")]
    [InlineData("LogSwitch")]
    [InlineData("GrowPastTheCap")]
    public void Recovery_PowerLossAfterKill_RecoversTheSame(string name)
    {
        var killed = new List<CrashState<CrashModel>>();
        var files = new SimulatedFileSystem();
        using (var session = new CrashSession(files, CrashSession.SmallOptions with { Durability = Durability.None }))
        {
            files.Mutating = () => killed.Add(new CrashState<CrashModel>(
                files.Kill(), [.. session.States], 0, $"{name} | killed at {files.Trace[^1]}"));
            CrashScript.All.Single(script => script.Name == name).Run(session);
        }

        Verify([.. Choose(killed, seed: 29).SelectMany(EnumerateRecovery)]);
    }

    private static List<CrashState<CrashModel>> Enumerate(string name)
    {
        var files = new SimulatedFileSystem();
        using var session = new CrashSession(files, CrashSession.SmallOptions);
        var script = CrashScript.All.Single(script => script.Name == name);
        return CrashStates.Enumerate<CrashModel>(
            files, () => script.Run(session), () => (session.States, session.Acknowledged), name);
    }

    private static List<CrashState<CrashModel>> EnumerateRecovery(CrashState<CrashModel> state)
    {
        var files = state.Files.Kill();
        using var session = new CrashSession(files, CrashSession.SmallOptions with { RandomSeed = 2 });
        var states = CrashStates.Enumerate<CrashModel>(
            files, session.Open, () => (state.States, state.From), state.Story + " | recovery");
        return [.. Choose(states, seed: 31, StatesPerRecovery)];
    }

    private static IEnumerable<CrashState<CrashModel>> Choose(
        List<CrashState<CrashModel>> states, int seed, int count = RecoveriesPerScript)
    {
        var random = new Random(seed);
        return states.OrderBy(_ => random.Next()).Take(Proof.Scale(count));
    }

    private static void Verify(List<CrashState<CrashModel>> states)
    {
        foreach (var state in states)
        {
            CrashVerifier.Verify(state, CrashSession.SmallOptions with { RandomSeed = 3 });
        }

        Proof.Count(ProofKind.CrashState, states.Count, nameof(CrashTests));
    }
}
