using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Protocol;

/// <summary>The engine walks through its protocol at random, as the model in docs/model does.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class RandomTraceTests
{
    private const int Walks = 60;
    private const int Steps = 200;

    /// <summary>A failure names the seed of its walk, which is that of a walk alone.</summary>
    [Fact]
    public void Steps_AtRandom_KeepEverySnapshotAndEveryCommit()
    {
        var crashes = 0;
        var walks = Proof.Scale(Walks);
        for (var i = 0; i < walks; i++)
        {
            using var trace = new RandomTrace((Proof.Seed * 100_000) + i);
            trace.Walk(Steps);
            crashes += trace.Crashes;
        }

        Proof.Count(
            ProofKind.ModelOperation,
            (long)walks * Steps,
            nameof(Steps_AtRandom_KeepEverySnapshotAndEveryCommit));
        Assert.True(crashes > walks);
    }
}
