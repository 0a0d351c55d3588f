using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Transactions;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// The committed state of one moment, pages and structures as they were, whatever is written meanwhile. It only reads,
/// waits for nobody and blocks nobody. Thread-safe; dispose it soon, since it keeps old versions alive.
/// </summary>
public sealed class PoolSnapshot : PageSource, IDisposable
{
    private readonly Snapshot _snapshot;

    internal PoolSnapshot(Snapshot snapshot) => _snapshot = snapshot;

    /// <summary>Pins a page to read it.</summary>
    /// <param name="address">What the pointer points to.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pool has no such page, or the page no such byte.</exception>
    /// <exception cref="TransactionException">The snapshot is over, or too old.</exception>
    public PagePtr Read(PageAddress address) => ProgramPages.Read(_snapshot, address);

    /// <summary>Pins a page to read its payload.</summary>
    /// <inheritdoc cref="Read(PageAddress)" path="/exception"/>
    public PagePtr Read(PagePos position) => Read(ProgramPages.PayloadOf(position));

    /// <summary>Ends the snapshot.</summary>
    public void Dispose() => _snapshot.Dispose();

    internal override PageReader EnterRead() => _snapshot;

    internal override void ExitRead(PageReader reader)
    {
    }
}
