using Abc.VMem.Db.Tests.Support;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Each call of each script goes wrong once. The script goes on as if nothing had happened, or ends with an exception
/// of ours; whatever was acknowledged is there afterwards, with and without a power loss.
/// </summary>
public sealed class FaultTests
{
    public static TheoryData<string> Scripts => [.. CrashScript.All.Select(script => script.Name)];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_WriteErrorAtEveryCall_KeepsWhatWasAcknowledged(string name) =>
        StrikeEveryCall(name, FaultKind.WriteError);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_ShortWriteAtEveryCall_KeepsWhatWasAcknowledged(string name) =>
        StrikeEveryCall(name, FaultKind.ShortWrite);

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
    [InlineData("LogSwitch")]
    [InlineData("Spill")]
    [InlineData("SpillUnderSnapshot")]
    [InlineData("Savepoints")]
    public void Script_ReadErrorAtEveryRead_KeepsWhatWasAcknowledged(string name) =>
        StrikeEveryCall(name, FaultKind.ReadError);

    /// <summary>
    /// Each read during recovery returns a wrong bit, or another place's bytes, or fails. Then recovery refuses with an
    /// exception of ours and has lost nothing; or it took the place for the end of the log (which no format without a
    /// checksum above it can tell), and what is there is a whole number of commits, or known to be damaged.
    /// </summary>
    [Theory]
    [InlineData("Update", FaultKind.BitFlip)]
    [InlineData("Update", FaultKind.MisdirectedRead)]
    [InlineData("Update", FaultKind.ReadError)]
    [InlineData("LogSwitch", FaultKind.BitFlip)]
    [InlineData("LogSwitch", FaultKind.MisdirectedRead)]
    [InlineData("LogSwitch", FaultKind.ReadError)]
    [InlineData("Checkpoint", FaultKind.BitFlip)]
    internal void Recovery_EveryReadFalsified_RefusesOrRecoversWholeCommits(string name, FaultKind kind)
    {
        foreach (var state in StatesToRecover(name))
        {
            for (var read = 1; ; read++)
            {
                var files = state.Files.Kill();
                files.Fault = new(kind, read);
                var refused = IsRefused(files);
                if (!files.FaultStruck)
                {
                    break;
                }

                var from = refused || kind == FaultKind.ReadError ? state.From : 0;
                var after = new CrashState<CrashModel>(
                    files.Kill(), state.States, from, $"{state.Story} | {kind} at read {read}");
                VerifyUnlessDamaged(after, isDamageFine: from < state.From);
            }
        }
    }

    private static void VerifyUnlessDamaged(CrashState<CrashModel> state, bool isDamageFine)
    {
        try
        {
            CrashVerifier.Verify(state, CrashSession.SmallOptions with { RandomSeed = 3 });
        }
        catch (XunitException e) when (isDamageFine && e.InnerException is CorruptDatabaseException)
        {
        }
    }

    /// <summary>Some disks as a power loss leaves them in the middle of a script.</summary>
    private static IEnumerable<CrashState<CrashModel>> StatesToRecover(string name)
    {
        var files = new SimulatedFileSystem();
        using var session = new CrashSession(files, CrashSession.SmallOptions);
        var states = new List<CrashState<CrashModel>>();
        files.Mutating = () => states.Add(new CrashState<CrashModel>(
            files.Crash(CrashPolicy.All, 1), [.. session.States], session.Acknowledged, $"{name} | {files.Trace[^1]}"));
        CrashScript.All.Single(script => script.Name == name).Run(session);
        return states.Where((_, i) => i % (states.Count / 6) == states.Count / 12);
    }

    /// <summary>Opens, reads everything, closes; whether opening was refused with an exception of ours.</summary>
    private static bool IsRefused(SimulatedFileSystem files)
    {
        using var session = new CrashSession(files, CrashSession.SmallOptions);
        try
        {
            session.Open();
        }
        catch (VMemDbException)
        {
            return true;
        }

        try
        {
            CrashVerifier.ReadMap(session.Engine);
            session.Close();
        }
        catch (CorruptDatabaseException)
        {
        }

        return false;
    }

    private static void StrikeEveryCall(string name, FaultKind kind, int calls = 1)
    {
        var script = CrashScript.All.Single(script => script.Name == name);
        for (var call = 1; ; call++)
        {
            var files = new SimulatedFileSystem { Fault = new(kind, call, calls) };
            using var session = new CrashSession(files, CrashSession.SmallOptions);
            var story = $"{name} | {kind} at {call}";
            RunToTheEnd(script, session, story);
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

    private static void RunToTheEnd(CrashScript script, CrashSession session, string story)
    {
        try
        {
            script.Run(session);
            return;
        }
        catch (VMemDbException)
        {
        }
        catch (Exception e)
        {
            throw new XunitException($"{story} | not an exception of ours\n{e}");
        }

        try
        {
            session.Close();
        }
        catch (VMemDbException)
        {
        }
        catch (Exception e)
        {
            throw new XunitException($"{story} | close | not an exception of ours\n{e}");
        }
    }

    private static void Verify(SimulatedFileSystem files, CrashSession session, string story)
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
            var state = new CrashState<CrashModel>(disk, session.States, session.Acknowledged, story);
            CrashVerifier.Verify(state, CrashSession.SmallOptions with { RandomSeed = 3 });
        }
    }
}
