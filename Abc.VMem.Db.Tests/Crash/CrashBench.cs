using Abc.VMem.Db.Tests.Support;
using Xunit.Sdk;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>
/// Finds the states that power losses can leave while a script runs, and while what it left is recovered; and verifies
/// each that is not like an earlier one. One bench looks at one script.
/// </summary>
/// <param name="script">The script.</param>
internal sealed class CrashBench(CrashScript script)
{
    private const int RecoverySeed = 2;
    private const int VerifySeed = 3;

    private readonly HashSet<UInt128> _seen = [];
    private int _nextRecovery = Math.Abs(Proof.Seed % 8);

    /// <summary>States verified so far, each different from all others.</summary>
    public int Verified { get; private set; }

    /// <summary>
    /// Seeds of each random policy at each call of the script; the other policies have one.
    /// </summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Each policy at each call; otherwise the next ones in turn, as many as this says.</summary>
    public int PoliciesPerCall { get; init; } = int.MaxValue;

    /// <summary>
    /// One of so many states is recovered with a power loss at each call of the recovery, the later the rarer; 0 =
    /// none.
    /// </summary>
    public int RecoverEvery { get; init; }

    /// <summary>The same for the states that those leave: two deep.</summary>
    public int RecoverAgainEvery { get; init; }

    /// <summary>One of so many states is verified; the others are left.</summary>
    public int VerifyEvery { get; init; } = 1;

    /// <summary>Power loss at every changing call of the script, and at its end.</summary>
    public void Run()
    {
        var files = script.NewDisk();
        using var session = script.Begin(files);
        var found = 0;
        Enumerate(files, session.Run, () => Allowed(session), new(script), Seeds, state => Look(state, found++));
    }

    /// <summary>
    /// The process dies at changing calls of the script, and at each of its close, and the system's cache lives on; the
    /// next process recovers from it, and then the power goes: whatever recovery built on must have been made durable
    /// first.
    /// </summary>
    public void RunKills(int every)
    {
        var files = script.NewDisk();
        using var session = script.Begin(files, Durability.None);
        var isClosing = false;
        files.Mutating = () =>
        {
            if (isClosing || files.MutatingCalls % every == Math.Abs(Proof.Seed % every))
            {
                CrashStep step = new(files.MutatingCalls, null, 0);
                Recover(new(step.Leave(files), [.. session.States], new(script, step), files.Trace[^1]), depth: 1);
            }
        };
        session.Run();
        isClosing = true;
        session.Close();
        files.Mutating = null;
    }

    /// <summary>Makes one state again, and verifies it.</summary>
    public static void Replay(CrashPath path) => Verify(Find(path));

    /// <summary>Makes one state again.</summary>
    public static CrashState Find(CrashPath path) => FindWithAll(path).State;

    /// <summary>Makes one state again, with all contents that the script had made or tried until then.</summary>
    public static (CrashState State, IReadOnlyList<CrashContent> All) FindWithAll(CrashPath path)
    {
        var (files, script) = (path.Script.NewDisk(), path.Script);
        var isKill = path.Steps[0].Policy is null;
        using var session = script.Begin(files, isKill ? Durability.None : Durability.Full);
        var state = Find(files, Run, () => Allowed(session), new(script), path.Steps[0]);
        foreach (var step in path.Steps.Skip(1))
        {
            var before = state;
            var disk = before.Files.Kill();
            state = Find(disk, () => OpenAndClose(before, disk), () => before.Allowed, before.Path, step);
        }

        return (state, session.States);

        void Run()
        {
            session.Run();
            if (isKill)
            {
                session.Close();
            }
        }
    }

    /// <summary>
    /// The file opens and holds one of the states that are allowed; the check finds no damage and no leak; another
    /// change works; a clean close leaves one file, and all of it on the disk.
    /// </summary>
    /// <exception cref="XunitException">Something does not hold; the message tells how to replay it.</exception>
    public static void Verify(CrashState state) =>
        Verify(state, $"VMEM_CRASH=\"{state.Path}\" VMEM_SEED={Proof.Seed} | {state.At}");

    /// <inheritdoc cref="Verify(CrashState)"/>
    public static void Verify(CrashState state, string story)
    {
        var script = state.Path.Script;
        try
        {
            var files = state.Files.Kill();
            CrashContent after;
            using (var subject = script.Open(files, VerifySeed))
            {
                var found = Recovered(subject, state);
                subject.Check();
                after = subject.ChangeOnce(found);
            }

            script.AssertFiles(files.Paths);
            using var again = script.Open(files.Crash(CrashPolicy.None, 0), VerifySeed);
            var kept = again.Read();
            Assert.True(kept.Digest == after.Digest, $"After a clean close {kept}\ninstead of {after}");
            again.Check();
        }
        catch (Exception e)
        {
            throw new XunitException($"{story}\n{e}", e);
        }
    }

    /// <summary>All disks that a power loss can leave while something runs.</summary>
    public static List<SimulatedFileSystem> Disks(SimulatedFileSystem files, Action run)
    {
        var disks = new List<SimulatedFileSystem>();
        files.Mutating = () => disks.AddRange(
            Policies(files.MutatingCalls, 3).Select(policy => files.Crash(policy.Policy, policy.Seed)));
        run();
        files.Mutating = null;
        return disks;
    }

    /// <summary>What may be found when the power goes now.</summary>
    public static IReadOnlyList<CrashContent> Allowed(CrashSession session) =>
        session.States[session.Acknowledged..];

    private static void OpenAndClose(CrashState state, SimulatedFileSystem disk) =>
        state.Path.Script.Open(disk, RecoverySeed).Dispose();

    private static CrashContent Recovered(ICrashSubject subject, CrashState state)
    {
        var found = subject.Read();
        return state.Allowed.LastOrDefault(content => content.Digest == found.Digest)
            ?? throw new XunitException(
                $"None of {state.Allowed.Count} allowed commits fits.\nfound\n{Short(found)}\nallowed\n"
                + string.Join("\n", state.Allowed.Select(Short)));
    }

    private static string Short(CrashContent content) => content.ToString() is { Length: > 1_000 } text
        ? text[..1_000] + "…"
        : content.ToString();

    private static CrashState Find(
        SimulatedFileSystem files, Action run, Func<IReadOnlyList<CrashContent>> allowed, CrashPath before,
        CrashStep step)
    {
        CrashState? found = null;
        files.Mutating = () => found = files.MutatingCalls == step.Call ? Take() : found;
        run();
        files.Mutating = null;
        return found ?? Take();

        CrashState Take() => new(step.Leave(files), [.. allowed()], before.Then(step), LastCall(files));
    }

    private static IEnumerable<(CrashPolicy Policy, int Seed)> Policies(int call, int seeds)
    {
        foreach (var policy in CrashPolicies.All)
        {
            for (var i = 0; i < (CrashPolicies.IsRandom(policy) ? seeds : 1); i++)
            {
                yield return (policy, unchecked((Proof.Seed * 7919) + (call * 1009) + i));
            }
        }
    }

    private void Look(CrashState state, int number)
    {
        if (Is(number, VerifyEvery))
        {
            Verify(state);
            Verified++;
        }

        if (RecoverEvery > 0 && number >= _nextRecovery)
        {
            // Long scripts would mean nothing but recoveries.
            _nextRecovery = number + RecoverEvery + (number / (20 * Proof.Effort));
            Recover(state, depth: 1);
        }
    }

    private void Recover(CrashState state, int depth)
    {
        var disk = state.Files.Kill();
        var found = 0;
        Enumerate(disk, () => OpenAndClose(state, disk), () => state.Allowed, state.Path, seeds: 1, after =>
        {
            Verify(after);
            Verified++;
            if (depth == 1 && Is(found++, RecoverAgainEvery))
            {
                Recover(after, depth: 2);
            }
        });
    }

    private static bool Is(int number, int every) => every > 0 && number % every == Math.Abs(Proof.Seed % every);

    private void Enumerate(
        SimulatedFileSystem files, Action run, Func<IReadOnlyList<CrashContent>> allowed, CrashPath before, int seeds,
        Action<CrashState> found)
    {
        // Whatever the program makes of an exception in the middle of its call: this one counts.
        XunitException? failure = null;
        files.Mutating = () => CollectOnce(files.MutatingCalls);
        try
        {
            run();
            CollectOnce(files.MutatingCalls + 1);
        }
        catch (Exception) when (failure is not null)
        {
            throw failure;
        }
        finally
        {
            files.Mutating = null;
        }

        if (failure is not null)
        {
            throw failure;
        }

        void CollectOnce(int call)
        {
            try
            {
                Collect(call);
            }
            catch (XunitException e)
            {
                failure ??= e;
                throw;
            }
        }

        void Collect(int call)
        {
            var (contents, at) = (allowed(), LastCall(files));
            var policies = Policies(call, seeds).ToList();
            var count = Math.Min(PoliciesPerCall, policies.Count);
            for (var i = 0; i < count; i++)
            {
                var (policy, seed) = policies[count == policies.Count ? i : ((call * count) + i) % policies.Count];
                CrashStep step = new(call, policy, seed);
                CrashState state = new(step.Leave(files), contents, before.Then(step), at);
                if (_seen.Add(state.Digest()))
                {
                    found(state);
                }
            }
        }
    }

    private static SimulatedCall LastCall(SimulatedFileSystem files) =>
        files.Trace.Count == 0 ? default : files.Trace[^1];
}
