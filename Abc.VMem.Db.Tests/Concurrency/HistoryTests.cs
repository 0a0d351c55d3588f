using Abc.VMem.Db.Tests.Support;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>Histories at the smallest caps: versions leave memory and come back all the time.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class SmallHistoryTests
{
    [Theory]
    [InlineData(16, 8, 8, true, true)]
    [InlineData(16, 2, 24, true, false)]
    [InlineData(20, 4, 12, false, true)]
    [InlineData(32, 8, 64, true, true)]
    public Task Commits_AndReadersAtOnce_AreOneHistory(
        int cap, int committers, int readers, bool isSlow, bool hasBackground) =>
        Histories.Run(
            new HistoryCase(cap, committers, readers, 240 / committers, IsSlow: isSlow, HasBackground: hasBackground),
            nameof(SmallHistoryTests));
}

/// <summary>Histories with every durability, at caps where all is mapped and where it is not.</summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class DurabilityHistoryTests
{
    [Theory]
    [InlineData(16384, 8, 8, Durability.Full)]
    [InlineData(16384, 4, 16, Durability.None)]
    [InlineData(24, 8, 8, Durability.Relaxed)]
    [InlineData(64, 8, 8, Durability.None)]
    [InlineData(16, 4, 8, Durability.None)]
    public Task Commits_AndReadersAtOnce_AreOneHistory(int cap, int committers, int readers, Durability durability) =>
        Histories.Run(
            new HistoryCase(cap, committers, readers, 400 / committers, durability), nameof(DurabilityHistoryTests));
}

/// <summary>Runs a case as often as the effort says, each time from another seed.</summary>
internal static class Histories
{
    public static async Task Run(HistoryCase @case, string test)
    {
        for (var i = 0; i < Proof.Effort; i++)
        {
            var seed = Proof.Seed + i;
            using var yields = await ForcedYields.Begin(seed);
            using var run = new HistoryRun(@case, seed);
            Proof.Count(ProofKind.HistoryOperation, await run.Run(), test);
        }
    }
}
