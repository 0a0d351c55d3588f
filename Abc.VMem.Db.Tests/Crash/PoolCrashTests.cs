using Abc.VMem.Db.Tests.Support;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Power loss, and each kind of failure, at every call that changes the disk, while a program changes structures of its
/// own: nothing acknowledged is lost, nothing half done is found, no page leaks.
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

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_WriteErrorAtEveryCall_KeepsWhatWasAcknowledged(string name) =>
        StrikeEveryCall(name, FaultKind.WriteError);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_FlushFailureAtEveryCall_KeepsWhatWasAcknowledged(string name) =>
        StrikeEveryCall(name, FaultKind.FlushFailure);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_DiskFullFromEveryCallOn_KeepsWhatWasAcknowledged(string name) =>
        StrikeEveryCall(name, FaultKind.NoSpace, calls: 1000);

    [Theory]
    [InlineData("SplitAndMerge")]
    [InlineData("ListOfLists")]
    [InlineData("TogetherAndRolledBack")]
    public void Script_ReadErrorAtEveryRead_KeepsWhatWasAcknowledged(string name) =>
        StrikeEveryCall(name, FaultKind.ReadError);

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

    private static void StrikeEveryCall(string name, FaultKind kind, int calls = 1)
    {
        for (var call = 1; ; call++)
        {
            var files = new SimulatedFileSystem { Fault = new(kind, call, calls) };
            using var session = new PoolSession(files, PoolSession.SmallOptions);
            var story = $"{name} | {kind} at {call}";
            RunToTheEnd(PoolScript.Named(name), session, story);
            if (call > (files.Fault.IsOfRead ? files.ReadCalls : files.MutatingCalls))
            {
                return;
            }

            if (files.FaultStruck)
            {
                Verify(files, session, $"{story}: {(files.Fault.IsOfRead ? "" : files.Trace[call - 1])}");
            }
        }
    }

    private static void RunToTheEnd(PoolScript script, PoolSession session, string story)
    {
        foreach (var action in (Action[])[() => script.Run(session), session.Close])
        {
            try
            {
                action();
            }
            catch (VMemDbException)
            {
            }
            catch (Exception e)
            {
                throw new XunitException($"{story} | not an exception of ours\n{e}");
            }
        }
    }

    private static void Verify(SimulatedFileSystem files, PoolSession session, string story)
    {
        SimulatedFileSystem[] after =
        [
            files.Kill(),
            files.Crash(CrashPolicy.None, 1),
            files.Crash(CrashPolicy.All, 1),
            files.Crash(CrashPolicy.Random, 1),
        ];
        foreach (var disk in after)
        {
            PoolVerifier.Verify(new(disk, session.States, session.Acknowledged, story));
        }
    }
}
