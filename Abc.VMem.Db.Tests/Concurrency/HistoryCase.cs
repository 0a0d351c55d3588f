using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Tests.Concurrency;

/// <summary>One way to run a history.</summary>
/// <param name="Cap">Mapped pages, at most.</param>
/// <param name="Committers">Tasks that want the writer's place; every second one awaits.</param>
/// <param name="Readers">Threads with a snapshot each.</param>
/// <param name="Commits">Transactions of each committer.</param>
/// <param name="Durability">What they wait for.</param>
/// <param name="IsSlow">Whether files take time, and let others in between.</param>
/// <param name="HasBackground">Whether the engine has its own thread.</param>
internal sealed record HistoryCase(
    int Cap,
    int Committers,
    int Readers,
    int Commits,
    Durability Durability = Durability.Full,
    bool IsSlow = true,
    bool HasBackground = true)
{
    /// <summary>Few bytes, so that segments switch and checkpoints run all the time.</summary>
    public EngineOptions Options => new()
    {
        MaxMappedPages = Cap,
        Durability = Durability,
        RelaxedFlushInterval = TimeSpan.FromMilliseconds(5),
        LogSegmentBytes = 64 << 10,
        CheckpointBytes = 128 << 10,
        BackgroundWork = HasBackground,
    };
}
