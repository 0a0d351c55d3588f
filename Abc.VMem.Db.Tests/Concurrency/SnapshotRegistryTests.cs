using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>
/// The agreement between who registers a snapshot and who drops what no snapshot sees: one writes its number and then
/// looks at the visible one, the other looks at the numbers after the visible one has moved on. Without the second
/// look, or without the fence before it, both go wrong together now and then.
/// </summary>
[Trait(Proof.Trait, Proof.Kind)]
public sealed class SnapshotRegistryTests
{
    private readonly SnapshotRegistry _registry = new();
    private long[] _dropped = [];
    private long _visible;

    [Fact]
    public async Task Register_WhileCommitsDropTheirPast_IsNeverAtADroppedState()
    {
        var commits = Proof.Scale(1_000_000);
        _dropped = new long[commits + 1];
        using var yields = await ForcedYields.Begin(Proof.Seed);
        var reader = Task.Factory.StartNew(() => Read(commits), TaskCreationOptions.LongRunning);
        for (var commit = 1L; commit <= commits && !reader.IsFaulted; commit++)
        {
            Interlocked.Exchange(ref _visible, commit);
            if (!_registry.AnyIn(commit - 1, commit))
            {
                Volatile.Write(ref _dropped[commit - 1], 1);
            }
        }

        Volatile.Write(ref _visible, commits + 1L);
        Proof.Count(ProofKind.HistoryOperation, await reader, nameof(SnapshotRegistryTests));
    }

    private long Read(int commits)
    {
        var count = 0L;
        while (true)
        {
            var slot = _registry.Register(ref _visible, out var sequence);
            if (sequence > commits)
            {
                return count;
            }

            for (var looks = 0; looks < 20; looks++)
            {
                Assert.True(Volatile.Read(ref _dropped[sequence]) == 0, $"the state at {sequence} was dropped");
            }

            _registry.Release(slot);
            count++;
        }
    }
}
