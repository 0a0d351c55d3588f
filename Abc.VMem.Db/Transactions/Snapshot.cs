using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Pages as of the newest commit that was visible when the snapshot began. Never waits. Thread-safe for reading.
/// </summary>
internal sealed class Snapshot : PageReader, IDisposable
{
    private readonly Engine _engine;
    private int _slot = -1;
    private long _pageCount;

    /// <summary>Prepares a snapshot; <see cref="Begin"/> starts it.</summary>
    public Snapshot(Engine engine)
    {
        _engine = engine;
    }

    /// <summary>Gives back what a forgotten snapshot holds.</summary>
    ~Snapshot() => End(canWork: false);

    /// <summary>The engine it belongs to.</summary>
    public Engine Engine => _engine;

    /// <summary>Sequence number that it reads at.</summary>
    public long Sequence { get; private set; }

    /// <inheritdoc/>
    public override long ChangeCount => 0;

    /// <inheritdoc/>
    public override long PageCount
    {
        get
        {
            var count = Volatile.Read(ref _pageCount);
            if (count == 0)
            {
                using var root = Read(PagePos.Root);
                count = Layout.At<RootPageLayout>(root.Payload, 0).PageCount;
                Volatile.Write(ref _pageCount, count);
            }

            return count;
        }
    }

    /// <summary>Registers at the newest visible commit.</summary>
    public void Begin()
    {
        _engine.Pool.AddReference();
        try
        {
            _slot = _engine.RegisterSnapshot(out var sequence);
            Sequence = sequence;
            _pageCount = 0;
        }
        catch
        {
            _engine.Pool.ReleaseReference();
            throw;
        }
    }

    /// <summary>Ends the registration; the object can begin again.</summary>
    public void End() => End(canWork: true);

    private void End(bool canWork)
    {
        var slot = Interlocked.Exchange(ref _slot, -1);
        if (slot >= 0)
        {
            _engine.Snapshots.Release(slot);
            try
            {
                if (_engine.Pool.SpilledVersions > 0 && Sequence < _engine.VisibleSequence
                    && !_engine.Snapshots.AnyIn(0, Sequence + 1))
                {
                    _engine.SnapshotEnded(canWork);
                }
            }
            finally
            {
                _engine.Pool.ReleaseReference();
            }
        }
    }

    /// <inheritdoc/>
    public override PinnedPage Read(PagePos position)
    {
        var slot = _slot;
        if (slot < 0 || _engine.Snapshots.IsTooOld(slot))
        {
            throw Refusal(slot);
        }

        try
        {
            var page = _engine.Pool.Read(position, Sequence);
            if (!Rules.Holds(Rule.TooOldSecondLook) || (_slot == slot && !_engine.Snapshots.IsTooOld(slot)))
            {
                return page;
            }

            // Its state gave way while the page was being found: what was found may be of another moment.
            page.Dispose();
            throw Refusal(_slot);
        }
        catch (Exception e) when (e is CorruptDatabaseException or ObjectDisposedException
            && _engine.Snapshots.IsTooOld(slot))
        {
            throw Refusal(slot);
        }
    }

    /// <inheritdoc/>
    public override void ThrowUnlessOpen()
    {
        if (_slot < 0 || _engine.IsClosed)
        {
            throw Refusal(_slot);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private Exception Refusal(int slot) =>
        slot < 0
            ? new TransactionException(TransactionFailure.Closed, "The snapshot has been disposed. Begin another one.")
            : _engine.IsClosed
                ? new ObjectDisposedException(nameof(Snapshot), "The database has been closed.")
                : new TransactionException(
                    TransactionFailure.SnapshotTooOld,
                    "The snapshot is too old: its state had to give way to the cap on memory. Begin another one, keep "
                    + "snapshots shorter, or raise MaxMappedPages.");
}
