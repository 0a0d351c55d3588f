using System.Diagnostics;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>The one writer's place, and the way of a commit.</summary>
internal sealed partial class Engine
{
    // From so many fresh pages on, a commit writes them home instead of into the log.
    private const int DirectThreshold = 256;

    private static readonly AsyncLocal<FlowMark?> s_flow = new();

    private readonly SemaphoreSlim _writer = new(Rules.Places(Rule.OneWriter), Rules.Places(Rule.OneWriter));
    private Holder? _holder;
    private FlowMark? _currentFlow;
    private long _commits;

    [ThreadStatic]
    private static Snapshot? t_snapshot;

    /// <summary>Where a caller began, for the message of whoever waits for it in vain.</summary>
    public static string Origin(string member, int line) => FormattableString.Invariant($"{member}, line {line}");

    /// <summary>Takes the writer's place, waiting for it, and begins.</summary>
    /// <param name="origin">
    /// Where a caller began that holds it across calls of its own (a wait in the same flow is then a mistake); null
    /// when one
    /// call begins and commits.
    /// </param>
    /// <exception cref="TransactionException">The place did not come free in time, or never could.</exception>
    public Transaction BeginTransaction(string? origin = null)
    {
        ThrowIfUnusable();
        if (!_writer.Wait(0))
        {
            ThrowIfOwnFlow();
            if (!_writer.Wait(_options.WriterTimeout))
            {
                throw WriterTimeout();
            }
        }

        return Begin(origin, origin is null ? null : MarkFlow());
    }

    /// <summary>As <see cref="BeginTransaction"/>, without blocking a thread.</summary>
    public ValueTask<Transaction> BeginTransactionAsync(string? origin, CancellationToken cancellationToken)
    {
        ThrowIfUnusable();

        // The mark is set here, outside the async method, so that it reaches the caller's flow.
        if (_writer.CurrentCount == 0)
        {
            ThrowIfOwnFlow();
        }

        return Wait(origin is null ? null : MarkFlow());

        async ValueTask<Transaction> Wait(FlowMark? flow)
        {
            if (!await _writer.WaitAsync(_options.WriterTimeout, cancellationToken).ConfigureAwait(false))
            {
                throw WriterTimeout();
            }

            return Begin(origin, flow);
        }
    }

    /// <summary>A snapshot for one operation; gives it back with <see cref="ReturnSnapshot"/>.</summary>
    public Snapshot RentSnapshot()
    {
        var snapshot = t_snapshot;
        if (snapshot is null || snapshot.Engine != this)
        {
            snapshot = new Snapshot(this);
        }

        t_snapshot = null;
        snapshot.Begin();
        return snapshot;
    }

    /// <summary>Ends a snapshot of <see cref="RentSnapshot"/>.</summary>
    public static void ReturnSnapshot(Snapshot snapshot)
    {
        snapshot.End();
        t_snapshot = snapshot;
    }

    /// <summary>A snapshot that its owner disposes.</summary>
    public Snapshot BeginSnapshot()
    {
        var snapshot = new Snapshot(this);
        snapshot.Begin();
        return snapshot;
    }

    /// <summary>Extends the pool by one page; the file has room for it before anyone can refer to it.</summary>
    internal PagePos GrowPool(Transaction transaction)
    {
        using var root = transaction.Write(PagePos.Root);
        ref var layout = ref Layout.At<RootPageLayout>(root.Payload, 0);
        try
        {
            if (Rules.Holds(Rule.ReserveBeforeUse))
            {
                _file.Reserve(layout.PageCount + 1);
            }
        }
        catch (IOException e)
        {
            throw StorageFull(e);
        }

        var position = new PagePos(layout.PageCount);
        layout.PageCount++;
        _highWater = Math.Max(_highWater, layout.PageCount);
        return position;
    }

    /// <summary>Puts a closed transaction's changes into the log, and gives the writer's place free.</summary>
    /// <returns>The log position that its commit waits for.</returns>
    internal long Append(Transaction transaction)
    {
        var lsn = Rules.Holds(Rule.EmptyCommitWaits) ? transaction.ReadLsn : 0;
        try
        {
            ThrowIfFailed();
            if (transaction.HasWritten)
            {
                lsn = AppendPages(transaction.Sequence);
                Interlocked.Increment(ref _commits);
            }
        }
        catch
        {
            RollBack();
            throw;
        }

        if (transaction.HasWritten)
        {
            ReleaseWriter();
        }
        else
        {
            RollBack();
        }

        return lsn;
    }

    internal void WaitCommitted(long lsn)
    {
        if (!_log.IsStarted || lsn == 0 || !Rules.Holds(Rule.CommitWaits))
        {
            return;
        }

        try
        {
            if (_options.Durability == Durability.Full)
            {
                _log.Flush(lsn);
            }
            else
            {
                _log.Write(lsn);
            }
        }
        catch (DatabaseFailedException e)
        {
            throw OutcomeUnknown(e);
        }

        AfterCommit();
    }

    internal async ValueTask WaitCommittedAsync(long lsn, CancellationToken cancellationToken)
    {
        if (!_log.IsStarted || lsn == 0 || !Rules.Holds(Rule.CommitWaits))
        {
            return;
        }

        try
        {
            await _log.WaitAsync(lsn, _options.Durability == Durability.Full, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DatabaseFailedException or OperationCanceledException)
        {
            throw OutcomeUnknown(e);
        }

        AfterCommit();
    }

    /// <summary>Drops a closed transaction's changes, and gives the writer's place free.</summary>
    internal void RollBack()
    {
        try
        {
            AbortPages();
        }
        finally
        {
            ReleaseWriter();
        }
    }

    // No commit names a position that the transaction added, no frame holds one and no write to one is under way any
    // more: the next transaction may send them home before its commit, as this one did. So a bulk load that failed can
    // be tried again.
    private void AbortPages()
    {
        try
        {
            Pool.AbortPrivate();
        }
        finally
        {
            _highWater = Pool.FreshFrom;
        }
    }

    /// <summary>Called by the finalizer of a forgotten transaction: the work is done elsewhere.</summary>
    internal static void Abandon(Transaction transaction) =>
        ThreadPool.UnsafeQueueUserWorkItem(static forgotten => forgotten.Rollback(), transaction, preferLocal: false);

    private Transaction Begin(string? origin, FlowMark? flow)
    {
        try
        {
            ThrowIfUnusable();
            var sequence = ++_clock.Issued;
            if (!Rules.Holds(Rule.SequenceOnce))
            {
                sequence = _clock.Appended + 1;
            }

            Pool.AddReference();
            Pool.BeginPrivate(sequence, Rules.Holds(Rule.CutHighWater) ? _highWater : RootPageCount());
            _currentFlow = flow;
            var transaction = new Transaction(this, sequence, _log.AppendedLsn) { IsExplicit = origin is not null };
            _holder = origin is null ? null : new Holder(origin, Stopwatch.GetTimestamp(), new(transaction));
            return transaction;
        }
        catch
        {
            _writer.Release();
            throw;
        }
    }

    private void ReleaseWriter()
    {
        (_holder, _currentFlow) = (null, null);
        Pool.ReleaseReference();
        _writer.Release();
    }

    private long AppendPages(long sequence)
    {
        Pool.SealPrivate();
        if (Pool.AnyDirect || Pool.FreshCount >= DirectThreshold)
        {
            // Pages that the log does not carry are on the disk before a record that needs them can be.
            Pool.SendFreshHome();
            if (Rules.Holds(Rule.DirectFlush))
            {
                Pool.FlushHome();
            }
        }

        if (_log.HasOldSegment && _log.UsedBytes > 2 * CheckpointThreshold)
        {
            Checkpoint();
        }

        var room = _log.RoomFor(Pool.CountLogged());
        for (var checkpoints = 0; ;)
        {
            var lsn = _log.TryAppend(Pool, sequence, room);
            if (lsn >= 0)
            {
                return lsn;
            }

            try
            {
                _log.MakeRoom(room, CheckpointThreshold, _options.LogSegmentBytes);
            }
            catch (IOException) when (checkpoints++ < 2)
            {
                // A full disk, much of it the log's: what is at home needs no log. A first checkpoint may only finish
                // what an earlier switch began.
                Checkpoint();
            }
            catch (IOException e)
            {
                throw StorageFull(e);
            }
        }
    }

    private void ThrowIfOwnFlow()
    {
        if (s_flow.Value is { } mark && ReferenceEquals(mark, _currentFlow))
        {
            throw new TransactionException(
                TransactionFailure.SelfDeadlock,
                "This call would wait for a transaction that its own caller holds open. Use the collections and maps "
                + "of that transaction (tx.GetCollection, tx.GetMap), or commit it first.");
        }
    }

    private static FlowMark MarkFlow()
    {
        var mark = new FlowMark();
        s_flow.Value = mark;
        return mark;
    }

    private TransactionException WriterTimeout()
    {
        var holder = _holder;
        var since = holder is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(holder.StartedAt);
        return new TransactionException(
            TransactionFailure.WriterTimeout,
            FormattableString.Invariant($"Another transaction holds the writer's place for {since.TotalSeconds:F1} s, ")
            + "longer than WriterTimeout. "
            + "Commit or dispose it." + (holder?.Origin is { } origin ? " It began at " + origin + "." : ""));
    }

    private static TransactionException OutcomeUnknown(Exception cause) =>
        new(
            TransactionFailure.OutcomeUnknown,
            "The commit was written, but it is not known whether it is durable. Look for its effect before you "
            + "repeat it.",
            cause);

    /// <summary>
    /// Who has the writer's place across calls. Weak: a transaction that is forgotten must be found to be so.
    /// </summary>
    private sealed record Holder(string Origin, long StartedAt, WeakReference<Transaction> Transaction);

    /// <summary>Identity of a flow of calls that holds a transaction open.</summary>
    private sealed class FlowMark
    {
    }
}
