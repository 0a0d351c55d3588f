using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Models;

/// <summary>
/// Random operations on collections with indexes, maps, lists, a stack and a string, in transactions, under snapshots,
/// with power losses, at any cap; every result is compared with a model in memory. A failure is a short test in C#.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class ModelTests(ITestOutputHelper output)
{
    private const int Operations = 4_000;

    private static readonly int s_runs = Proof.Scale("VMEM_MODEL_RUNS", Proof.Scale(300));

    /// <summary>Only this run, when it is set: as a failure names it.</summary>
    private static readonly int s_only = Proof.Scale("VMEM_MODEL_RUN", -1);

    [Fact]
    public void RandomOperations_AtAnyCap_AgreeWithTheModel() =>
        Proofs(s_only >= 0 ? [s_only] : Enumerable.Range(0, s_runs), seed => new OperationGenerator(seed).Setup);

    /// <summary>With the threads of its own, a run is not replayed exactly; a script may then not fail again.</summary>
    [Fact]
    public void RandomOperations_WithBackgroundWork_AgreeWithTheModel() =>
        Proofs(
            Enumerable.Range(1_000_000, Proof.Scale(6)),
            seed => new OperationGenerator(seed).Setup with { Background = true });

    private void Proofs(IEnumerable<int> runs, Func<int, ModelSetup> setup)
    {
        var (compared, crashes, spilled, floor) = (0L, 0L, 0, 0);
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = 2 }, index =>
        {
            var seed = unchecked((Proof.Seed * 10_007) + index);
            var generator = new OperationGenerator(seed);
            var run = ModelReplay.Run(
                setup(seed),
                generator.Make(Operations),
                FormattableString.Invariant($"VMEM_SEED {Proof.Seed}, run {index}, generator seed {seed}"));
            Interlocked.Add(ref compared, run.Compared);
            Interlocked.Add(ref crashes, run.Crashes);
            Interlocked.Add(ref spilled, run.MostSpilled > 0 ? 1 : 0);
            Interlocked.Add(ref floor, generator.Setup.Pages == Db.Paging.Pool.MinMappedPages ? 1 : 0);
        });
        Proof.Count(ProofKind.ModelOperation, compared, nameof(ModelTests));
        output.WriteLine(FormattableString.Invariant(
            $"{compared} operations, {crashes} crashes, {spilled} runs spilled, {floor} began at the floor"));
        Assert.True(crashes > 0 && spilled > 0, "There was no crash, or nothing was spilled.");
    }
}
