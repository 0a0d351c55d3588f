using Abc.VMem.Db.Tests.Support;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Lets one call of a script go wrong, and looks at what is left. The script goes on as if nothing had happened, or
/// ends with an exception of ours; whatever was acknowledged is there afterwards, with and without a power loss.
/// </summary>
/// <remarks>
/// After a flush of the log that was none a whole number of commits may be missing, or the next open refuses, or a
/// check finds the damage. No format without checksums above its pages can tell a stale page from the right one: not
/// one that a read returned, so that what is written after it is sound and wrong, and not one that a flush of the data
/// file has left, before its log was deleted. There the session, and the next one, end as usual or with an exception
/// of ours.
/// </remarks>
/// <param name="script">The script.</param>
internal sealed class FaultBench(CrashScript script)
{
    private const int VerifySeed = 3;

    /// <summary>Faults that struck, and what they left was verified.</summary>
    public int Verified { get; private set; }

    /// <summary>
    /// Calls of a script, at most, that go wrong: the others are left to other seeds and to more effort.
    /// </summary>
    public int MaxCalls { get; init; } = int.MaxValue;

    /// <summary>A fault at each call that a script makes.</summary>
    public void StrikeScript(FaultKind kind, int calls = 1)
    {
        foreach (var call in Calls(script.NewDisk(), RunToTheEnd, kind))
        {
            Strike(new(kind, call, calls));
        }
    }

    /// <summary>A fault at one call of the script.</summary>
    public void Strike(SimulatedFault fault)
    {
        var files = script.NewDisk();
        files.Fault = fault;
        using var session = script.Begin(files);
        var story = $"VMEM_CRASH=\"{script.Name} / {fault.Kind} {fault.Call} {fault.Calls}\" VMEM_SEED={Proof.Seed}";
        var lost = new List<SimulatedFileSystem>();
        if (fault.Kind == FaultKind.LyingFlush)
        {
            files.Mutating = () => CollectAfter(files, fault.Call, lost);
        }

        RunToTheEnd(session, story);
        files.Mutating = null;
        if (!files.FaultStruck)
        {
            return;
        }

        // What went wrong is over.
        story += fault.IsOfRead ? "" : $" | {files.Trace[fault.Call - 1]}";
        foreach (var disk in lost.Concat(Left(files)))
        {
            if (fault.IsSilent)
            {
                var isLog = fault.Kind == FaultKind.LyingFlush
                    && files.Trace[fault.Call - 1].Path.Contains("-wal", StringComparison.Ordinal);
                VerifySilent(disk, session.States, story, mayBeStale: !isLog);
            }
            else
            {
                CrashBench.Verify(new(disk, CrashBench.Allowed(session), new(script), default), story);
            }
        }

        Verified++;
    }

    /// <summary>
    /// A fault at each call of the recovery from some power losses, and of the close after it. What fails is tried
    /// again and has lost nothing. What reads wrong bytes refuses with an exception of ours and has lost nothing; or it
    /// took the place for the end of the log, which no format without a checksum above it can tell.
    /// </summary>
    public void StrikeRecovery(FaultKind kind, int states, int calls = 1)
    {
        foreach (var (state, all) in StatesToRecover(states))
        {
            foreach (var call in Calls(state.Files.Kill(), (disk, _) => IsRefused(disk, ""), kind))
            {
                var files = state.Files.Kill();
                files.Fault = new(kind, call, calls);
                var story = FormattableString.Invariant(
                    $"{state.Path} | recovery | {kind} at {call} VMEM_SEED={Proof.Seed}");
                var refused = IsRefused(files, story);
                if (!files.FaultStruck)
                {
                    continue;
                }

                var mayLose = files.Fault.IsSilent
                    || (kind is FaultKind.BitFlip or FaultKind.MisdirectedRead && !refused);
                foreach (var disk in Left(files))
                {
                    if (mayLose)
                    {
                        VerifySilent(disk, all, story, mayBeStale: files.Fault.IsSilent);
                    }
                    else
                    {
                        CrashBench.Verify(state with { Files = disk }, story);
                    }
                }

                Verified++;
            }
        }
    }

    /// <summary>Some disks as a power loss leaves them in the middle of the script.</summary>
    private List<(CrashState State, IReadOnlyList<CrashContent> All)> StatesToRecover(int count)
    {
        var files = script.NewDisk();
        RunToTheEnd(files, "");
        var calls = files.MutatingCalls;
        var found = new List<(CrashState, IReadOnlyList<CrashContent>)>();
        for (var i = 0; i < count; i++)
        {
            var call = 1 + (((((2 * i) + 1) * calls / (2 * count)) + Math.Abs(Proof.Seed)) % calls);
            CrashStep step = new(call, i % 3 == 2 ? CrashPolicy.Random : CrashPolicy.All, i);
            CrashPath path = new(script, step);
            found.Add(CrashBench.FindWithAll(path));
        }

        return found;
    }

    /// <summary>Opens, reads everything, closes; whether opening was refused with an exception of ours.</summary>
    private bool IsRefused(SimulatedFileSystem files, string story)
    {
        ICrashSubject? subject = null;
        try
        {
            subject = script.Open(files, VerifySeed);
        }
        catch (VMemDbException)
        {
            return true;
        }
        catch (Exception e)
        {
            throw new XunitException($"{story} | open | not an exception of ours\n{e}");
        }

        foreach (var action in (Action[])[() => subject.Read(), subject.Dispose])
        {
            Try(action, story);
        }

        return false;
    }

    /// <summary>Calls that a fault can strike, as many as there may be; found by a run without one.</summary>
    private List<int> Calls(
        SimulatedFileSystem files, Action<SimulatedFileSystem, string> run, FaultKind kind)
    {
        run(files, "");
        var all = Enumerable.Range(1, new SimulatedFault(kind, 1).IsOfRead ? files.ReadCalls : files.MutatingCalls);
        List<int> calls = kind switch
        {
            FaultKind.ShortWrite => [.. all.Where(call => files.Trace[call - 1].Verb == "write")],
            FaultKind.FlushFailure or FaultKind.LyingFlush =>
                [.. all.Where(call => files.Trace[call - 1].Verb == "flush")],
            _ => [.. all],
        };
        var step = Math.Max(1, (int)((calls.Count + (long)MaxCalls - 1) / MaxCalls));
        return [.. calls.Where((_, i) => i % step == Math.Abs(Proof.Seed) % step)];
    }

    private void RunToTheEnd(SimulatedFileSystem files, string story)
    {
        using var session = script.Begin(files);
        RunToTheEnd(session, story);
    }

    private static void RunToTheEnd(CrashSession session, string story)
    {
        Try(session.Run, story);
        Try(session.Close, story);
    }

    private static void Try(Action action, string story)
    {
        try
        {
            action();
        }
        catch (VMemDbException)
        {
            // One of ours.
        }
        catch (Exception e)
        {
            throw new XunitException($"{story} | not an exception of ours\n{e}");
        }
    }

    /// <summary>The power goes soon after a flush that was none.</summary>
    private static void CollectAfter(SimulatedFileSystem files, int lie, List<SimulatedFileSystem> lost)
    {
        if (files.MutatingCalls > lie && files.MutatingCalls <= lie + 3)
        {
            lost.Add(files.Crash(CrashPolicy.None, 1));
            lost.Add(files.Crash(CrashPolicy.Random, files.MutatingCalls));
            lost.Add(files.Crash(CrashPolicy.Reordered, files.MutatingCalls));
        }
    }

    private static SimulatedFileSystem[] Left(SimulatedFileSystem files) =>
    [
        files.Kill(),
        files.Crash(CrashPolicy.None, 1),
        files.Crash(CrashPolicy.All, 1),
        files.Crash(CrashPolicy.Random, 1),
    ];

    /// <summary>A whole number of commits, or an exception of ours, or damage that a check finds.</summary>
    private void VerifySilent(
        SimulatedFileSystem files, IReadOnlyList<CrashContent> states, string story, bool mayBeStale)
    {
        try
        {
            using var subject = script.Open(files, VerifySeed);
            var found = subject.Read();
            if (states.All(state => state.Digest != found.Digest) && !FindsDamage(subject)
                && !mayBeStale)
            {
                throw new XunitException($"No commit fits, and the check finds nothing.\nfound\n{found}");
            }
        }
        catch (VMemDbException)
        {
            // Refused, or known to be damaged.
        }
        catch (ArgumentException) when (mayBeStale)
        {
            // A program that reads a page of its own, or an item, from a list that is newer than what is around it, is
            // told that there is none.
        }
        catch (Exception e)
        {
            throw new XunitException($"{story}\n{e}", e);
        }
    }

    private static bool FindsDamage(ICrashSubject subject)
    {
        try
        {
            subject.Check();
            return false;
        }
        catch (Exception e) when (e is VMemDbException or XunitException)
        {
            return true;
        }
    }
}
