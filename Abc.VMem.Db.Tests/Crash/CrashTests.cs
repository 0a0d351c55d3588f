using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Power loss at every call that changes the disk, under every policy: nothing acknowledged is lost, nothing half done is
/// found, and recovery itself may be cut off.
/// </summary>
public sealed class CrashTests
{
    private const int StatesOfRecovery = 40;

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
        var random = new Random(17);
        var chosen = Enumerate(name).OrderBy(_ => random.Next()).Take(StatesOfRecovery);
        Verify([.. chosen.SelectMany(state => EnumerateRecovery(state))]);
    }

    /// <summary>Two deep: power loss during the recovery from a power loss during recovery.</summary>
    [Fact]
    public void Recovery_PowerLossTwice_RecoversTheSame()
    {
        var random = new Random(23);
        var once = Enumerate("LogSwitch").OrderBy(_ => random.Next()).Take(15).SelectMany(EnumerateRecovery).ToList();
        var twice = once.OrderBy(_ => random.Next()).Take(15).SelectMany(EnumerateRecovery);
        Verify([.. twice]);
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
        var killed = new List<CrashState>();
        var files = new SimulatedFileSystem();
        using (var session = new CrashSession(files, CrashSession.SmallOptions with { Durability = Durability.None }))
        {
            files.Mutating = () => killed.Add(new CrashState(
                files.Kill(), [.. session.States], 0, $"{name} | killed at {files.Trace[^1]}"));
            CrashScript.All.Single(script => script.Name == name).Run(session);
        }

        var random = new Random(29);
        Verify([.. killed.OrderBy(_ => random.Next()).Take(StatesOfRecovery).SelectMany(EnumerateRecovery)]);
    }

    private static List<CrashState> Enumerate(string name)
    {
        var files = new SimulatedFileSystem();
        using var session = new CrashSession(files, CrashSession.SmallOptions);
        var script = CrashScript.All.Single(script => script.Name == name);
        return CrashState.Enumerate(
            files, () => script.Run(session), () => (session.States, session.Acknowledged), name);
    }

    private static List<CrashState> EnumerateRecovery(CrashState state)
    {
        var files = state.Files.Kill();
        using var session = new CrashSession(files, CrashSession.SmallOptions with { RandomSeed = 2 });
        return CrashState.Enumerate(files, session.Open, () => (state.States, state.From), state.Story + " | recovery");
    }

    private static void Verify(List<CrashState> states)
    {
        foreach (var state in states)
        {
            CrashVerifier.Verify(state, CrashSession.SmallOptions with { RandomSeed = 3 });
        }
    }
}
