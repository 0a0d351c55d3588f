using System.Diagnostics;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// Runs the cases of families one after the other on a thread of its own, which is watched: a case that does not end is
/// told like any other failure.
/// </summary>
/// <remarks>
/// VMEM_DAMAGE=base/family/number with the same VMEM_SEED runs that case alone. A case that ends the process leaves its
/// name in the file that VMEM_DAMAGE_TRACE names.
/// </remarks>
internal sealed class DamageRun(IReadOnlyList<DamageFamily> families)
{
    private const int MostFailures = 25;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);
    private static readonly string? s_only = Environment.GetEnvironmentVariable("VMEM_DAMAGE");
    private static readonly string? s_trace = Environment.GetEnvironmentVariable("VMEM_DAMAGE_TRACE");

    // By what is common to failures of one cause.
    private readonly Dictionary<string, string> _failures = [];
    private readonly DamageVerifier _verifier = new();
    private long _started;
    private string _case = "";
    private long _count;
    private Exception? _error;

    /// <summary>Runs them all, counts them for a test, and fails if something does not hold.</summary>
    public void Run(string test, Action<string>? report = null)
    {
        var start = Environment.CpuUsage.TotalTime;
        Volatile.Write(ref _started, Stopwatch.GetTimestamp());
        var thread = new Thread(RunAll) { IsBackground = true, Name = test };
        thread.Start();
        while (!thread.Join(TimeSpan.FromSeconds(1)))
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _started)) > s_longest)
            {
                Assert.Fail($"It does not end: {Volatile.Read(ref _case)}");
            }
        }

        // Of the whole process: what one case costs when nothing else runs.
        var spent = Environment.CpuUsage.TotalTime - start;
        report?.Invoke(FormattableString.Invariant(
            $"{_count} cases, {spent.TotalSeconds:F1} s, {spent.TotalMilliseconds / Math.Max(1, _count):F3} ms each"));
        Assert.True(_error is null, $"{_case}: {_error}");
        Assert.True(_failures.Count == 0, string.Join("\n\n", _failures.Values));
        Proof.Count(ProofKind.Corruption, _count, test);
    }

    // The first lines without numbers: of an exception, its type and where it was thrown.
    private static string CauseOf(string problem)
    {
        var lines = problem.Split('\n').Where(line => line.StartsWith("   at Abc.VMem.Db.", StringComparison.Ordinal));
        var place = string.Join('\n', lines.Take(2));
        var text = problem.Split('\n')[0];
        return place.Length > 0 ? place : new string([.. text.Where(letter => !char.IsAsciiDigit(letter))]);
    }

    private void RunAll()
    {
        try
        {
            foreach (var family in families)
            {
                for (var index = 0L; index < family.Count && _failures.Count < MostFailures; index++)
                {
                    RunOne(family, index);
                }
            }
        }
        catch (Exception error)
        {
            _error = error;
        }
    }

    private void RunOne(DamageFamily family, long index)
    {
        Volatile.Write(ref _started, Stopwatch.GetTimestamp());
        if (s_only is not null && s_only != FormattableString.Invariant($"{family.Name}/{index}"))
        {
            return;
        }

        var name = FormattableString.Invariant($"VMEM_DAMAGE={family.Name}/{index} VMEM_SEED={Proof.Seed}");
        Volatile.Write(ref _case, name);
        if (s_trace is not null)
        {
            File.WriteAllText(s_trace, name);
        }

        var problem = _verifier.Run(family, index, out var story);
        _count++;
        if (problem is not null)
        {
            _failures.TryAdd(CauseOf(problem), $"{name}: {story}\n{problem}");
        }
    }
}
