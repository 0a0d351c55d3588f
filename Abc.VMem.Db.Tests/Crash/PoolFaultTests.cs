using Abc.VMem.Db.Tests.Support;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Each call of each script of a program goes wrong once. The script goes on as if nothing had happened, or ends with
/// an exception of ours; whatever was acknowledged is there afterwards, with and without a power loss, and no page
/// leaks.
/// </summary>
public sealed class PoolFaultTests
{
    public static TheoryData<string> Scripts => [.. PoolScript.All.Select(script => script.Name)];

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
