using System.IO.Hashing;
using System.Text;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Crash;

/// <summary>A disk after a power loss, and what may be on it.</summary>
/// <param name="Files">The disk.</param>
/// <param name="States">What it may hold: the state at <paramref name="From"/> or a later one.</param>
/// <param name="From">The last acknowledged state.</param>
/// <param name="Story">How it came to be, for messages.</param>
internal sealed record CrashState<TState>(
    SimulatedFileSystem Files, IReadOnlyList<TState> States, int From, string Story)
{
    /// <summary>Tells states apart by what is on the disk and what is allowed.</summary>
    public UInt128 Digest()
    {
        var hash = new XxHash128();
        hash.Append(BitConverter.GetBytes(From));
        hash.Append(BitConverter.GetBytes(States.Count));
        foreach (var path in Files.Paths)
        {
            var bytes = Files.ReadAll(path);
            hash.Append(Encoding.UTF8.GetBytes(path));
            hash.Append(BitConverter.GetBytes(bytes.Length));
            hash.Append(bytes);
        }

        return hash.GetCurrentHashAsUInt128();
    }
}

/// <summary>Finds the states.</summary>
internal static class CrashStates
{
    /// <summary>Random policies are tried with so many seeds.</summary>
    private const int RandomSeeds = 3;

    /// <summary>
    /// Runs something on a disk and collects the states that a power loss can leave at every changing call on the way,
    /// and after the last one, each only once.
    /// </summary>
    /// <param name="files">The disk that it runs on.</param>
    /// <param name="run">What runs.</param>
    /// <param name="allowed">The states allowed at the moment, and the last acknowledged one.</param>
    /// <param name="story">What comes before, for messages.</param>
    /// <param name="inTurn">Whether each call is met by one policy, the next one in turn, instead of by all.</param>
    public static List<CrashState<TState>> Enumerate<TState>(
        SimulatedFileSystem files, Action run, Func<(IReadOnlyList<TState> States, int From)> allowed, string story,
        bool inTurn = false)
    {
        var found = new List<CrashState<TState>>();
        var seen = new HashSet<UInt128>();
        files.Mutating = Collect;
        try
        {
            run();
            Collect();
        }
        finally
        {
            files.Mutating = null;
        }

        return found;

        void Collect()
        {
            var (states, from) = allowed();
            var call = files.Trace.Count == 0 ? "start" : files.Trace[^1];
            var policies = Policies(files.MutatingCalls).ToList();
            foreach (var (policy, seed) in inTurn ? [policies[files.MutatingCalls % policies.Count]] : policies)
            {
                var state = new CrashState<TState>(
                    files.Crash(policy, seed), [.. states], from, $"{story} | {call} | {policy} seed {seed}");
                if (seen.Add(state.Digest()))
                {
                    found.Add(state);
                }
            }
        }
    }

    private static IEnumerable<(CrashPolicy Policy, int Seed)> Policies(int call)
    {
        foreach (var policy in CrashPolicies.All)
        {
            var isRandom = policy is CrashPolicy.Random or CrashPolicy.Prefix or CrashPolicy.Reordered
                or CrashPolicy.Torn or CrashPolicy.TornHead;
            for (var i = 0; i < (isRandom ? RandomSeeds : 1); i++)
            {
                yield return (policy, (call * 31) + i);
            }
        }
    }
}
