using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>
/// The one writer: private copies of pages, published together at commit. Belongs to no thread; one call at a time.
/// </summary>
internal sealed partial class Transaction : PageWriter, IDisposable
{
    private readonly Engine _engine;
    private readonly long _sequence;
    private readonly long _readLsn;
    private Exception? _doom;
    private long _changeCount;
    private long _pageCount;
    private int _state;
    private int _busyThread;
    private bool _hasWritten;

    /// <summary>Begins; the engine has given the writer's place to the caller.</summary>
    public Transaction(Engine engine, long sequence, long readLsn)
    {
        (_engine, _sequence, _readLsn) = (engine, sequence, readLsn);
    }

    /// <summary>Rolls back a transaction that was forgotten.</summary>
    ~Transaction()
    {
        if (!IsClosed)
        {
            Engine.Abandon(this);
        }
    }

    private enum State
    {
        Active,
        Closed,
    }

    /// <inheritdoc/>
    public override long Sequence => _sequence;

    /// <inheritdoc/>
    public override long ChangeCount => _changeCount;

    /// <inheritdoc/>
    public override long PageCount
    {
        get
        {
            if (_pageCount == 0)
            {
                using var root = Read(PagePos.Root);
                _pageCount = Layout.At<RootPageLayout>(root.Payload, 0).PageCount;
            }

            return _pageCount;
        }
    }

    /// <summary>Whether an earlier statement failed half-way: only rollback is possible.</summary>
    public bool IsDoomed => _doom is not null;

    /// <summary>Whether it was committed, rolled back or disposed.</summary>
    public bool IsClosed => Volatile.Read(ref _state) != (int)State.Active;

    /// <summary>Whether a page was changed.</summary>
    public bool HasWritten => _hasWritten;

    /// <summary>Log position of what the transaction could read when it began.</summary>
    public long ReadLsn => _readLsn;

    /// <summary>The engine it belongs to.</summary>
    public Engine Engine => _engine;

    /// <summary>Whether a caller holds it across calls of its own.</summary>
    public bool IsExplicit { get; init; }

    /// <inheritdoc/>
    public override PinnedPage Read(PagePos position)
    {
        ThrowUnlessUsable();
        return _engine.Pool.Read(position, _sequence);
    }

    /// <inheritdoc/>
    public override WritablePage Write(PagePos position)
    {
        PrepareChange();
        return _engine.Pool.Write(position);
    }

    /// <inheritdoc/>
    public override void Doom(Exception cause) => _doom ??= Rules.Holds(Rule.DoomAfterFailure) ? cause : null;

    /// <summary>Publishes the changes and waits as the database's durability says.</summary>
    public void Commit()
    {
        var lsn = AppendOrRollback();
        _engine.WaitCommitted(lsn);
    }

    /// <summary>As <see cref="Commit"/>, without blocking a thread while another commit is being flushed.</summary>
    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var lsn = AppendOrRollback();
        return _engine.WaitCommittedAsync(lsn, cancellationToken);
    }

    /// <summary>Drops the changes. Does nothing when the transaction is over.</summary>
    /// <exception cref="TransactionException">Another thread is writing through it.</exception>
    public void Rollback()
    {
        if (!TryRollback() && !IsClosed)
        {
            throw Overlap();
        }
    }

    /// <summary>Drops the changes unless a call of another thread is running.</summary>
    /// <returns>Whether the transaction was rolled back by this call.</returns>
    public bool TryRollback()
    {
        // A call of this thread that failed may still be on the stack; it touches no page any more.
        var busy = Interlocked.CompareExchange(ref _busyThread, Environment.CurrentManagedThreadId, 0);
        if ((busy != 0 && busy != Environment.CurrentManagedThreadId) || !TryClose())
        {
            return false;
        }

        _engine.RollBack();
        return true;
    }

    /// <summary>Rolls back unless it was committed.</summary>
    public void Dispose()
    {
        Rollback();
        GC.SuppressFinalize(this);
    }

    /// <summary>Marks the start of a call that writes; two at a time are a mistake of the caller.</summary>
    /// <param name="evenDoomed">Whether the call can undo what doomed the transaction.</param>
    /// <exception cref="TransactionException">Another call is running, or the transaction is over or
    /// doomed.</exception>
    public void EnterCall(bool evenDoomed = false)
    {
        if (evenDoomed && !IsClosed)
        {
            _engine.ThrowIfFailed();
        }
        else
        {
            ThrowUnlessUsable();
        }

        if (Interlocked.CompareExchange(ref _busyThread, Environment.CurrentManagedThreadId, 0) != 0
            && Rules.Holds(Rule.OneCallAtATime))
        {
            throw Overlap();
        }
    }

    /// <summary>Marks the end of a call that writes.</summary>
    public void ExitCall() => Volatile.Write(ref _busyThread, 0);

    /// <summary>Refuses when the transaction is over, doomed, or being written by another thread.</summary>
    public void ThrowUnlessReadable()
    {
        ThrowUnlessUsable();
        var busy = Volatile.Read(ref _busyThread);
        if (busy != 0 && busy != Environment.CurrentManagedThreadId)
        {
            throw Overlap();
        }
    }

    /// <inheritdoc/>
    public override void ThrowUnlessOpen() => ThrowUnlessUsable();

    /// <summary>Claims the end of the transaction; false when it is over already.</summary>
    public bool TryClose() =>
        Interlocked.CompareExchange(ref _state, (int)State.Closed, (int)State.Active) == (int)State.Active;

    private static TransactionException Overlap() =>
        new(TransactionFailure.Overlap, "Another call is running in this transaction. Await one call before the next.");

    // The call flag is kept: no other call may begin any more.
    private long AppendOrRollback()
    {
        EnterCall();
        if (!TryClose())
        {
            throw Closed();
        }

        return _engine.Append(this);
    }

    private void PrepareChange()
    {
        ThrowUnlessUsable();
        _changeCount++;
        if (!_hasWritten)
        {
            _engine.StartWriting(this);
            _hasWritten = true;
        }
    }

    private void ThrowUnlessUsable()
    {
        if (_state != (int)State.Active)
        {
            throw Closed();
        }

        if (_doom is not null)
        {
            throw new TransactionException(
                TransactionFailure.Doomed,
                "An earlier statement of this transaction failed half-way, so it can only be rolled back: "
                + _doom.Message,
                _doom);
        }
    }

    private static TransactionException Closed() =>
        new(
            TransactionFailure.Closed,
            "The transaction has been committed, rolled back or disposed. Begin another one.");
}
