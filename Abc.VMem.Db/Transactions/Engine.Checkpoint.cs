using System.Runtime.ExceptionServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Checkpoints, the background thread, and closing.</summary>
internal sealed partial class Engine
{
    private const long CheckpointBytesMin = 4L << 20;
    private const long CheckpointBytesMax = 256L << 20;

    private readonly Lock _checkpointLock = new();
    private Maintenance? _maintenance;
    private long _checkpoints;

    /// <summary>Log size that asks for a checkpoint: grows with the data file.</summary>
    private long CheckpointThreshold =>
        _options.CheckpointBytes > 0
            ? _options.CheckpointBytes
            : Math.Clamp(_file.PageCapacity * Page.Size, CheckpointBytesMin, CheckpointBytesMax);

    /// <summary>
    /// Brings every commit home, so that the log may start again. Readers and the writer go on meanwhile.
    /// </summary>
    public void Checkpoint()
    {
        ThrowIfUnusable();
        lock (Rules.Lock(Rule.CheckpointLock, _checkpointLock))
        {
            // It may have been closed meanwhile.
            ThrowIfUnusable();

            // Before a session's first change everything is at home. The log must not go on either: page 0 may still
            // say that the file was closed, and then only the log that begins where it was closed is taken for its own.
            if (!_log.IsStarted || !Volatile.Read(ref _isRootLogged))
            {
                return;
            }

            try
            {
                // A segment left over from a checkpoint that did not end is finished first.
                if (!_log.HasOldSegment)
                {
                    _log.TrySwitch(_options.LogSegmentBytes);
                }
            }
            catch (IOException e)
            {
                throw StorageFull(e);
            }

            Pool.WriteHome(_log.FirstSequence, default);
            Yields.At(Point.Checkpoint);
            if (Rules.Holds(Rule.CheckpointFlush))
            {
                Pool.FlushHome();
            }

            _log.RetireOld(Math.Max(_options.LogSegmentBytes, CheckpointThreshold));
            Interlocked.Increment(ref _checkpoints);
        }
    }

    /// <summary>
    /// Closes: refuses new work, rolls back what is open, brings everything home and deletes the log.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        var (hasWriter, hadFailed) = (false, _failure is not null);
        ExceptionDispatchInfo? lost = null;
        try
        {
            // The writer first: it may be starting the maintenance thread.
            if (Rules.Holds(Rule.CloseWaitsForWriter))
            {
                lost = EndOpenTransaction();
                hasWriter = true;
            }

            _maintenance?.Dispose();
            Snapshots.MarkTooOld(0, long.MaxValue);
            if (_failure is null && !IsReadOnly)
            {
                CloseCleanly();
            }

            // It failed only now: whoever closes is the first to hear of it.
            if (!hadFailed)
            {
                lost?.Throw();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fail(e);
        }
        finally
        {
            // Not under a checkpoint that is at work: it walks through the pool's frames.
            lock (_checkpointLock)
            {
                _log.Dispose();
                _file.Dispose();
                Pool.Close();
            }

            // Whoever still waits for the writer's place wakes up, one after the other, and is refused.
            if (hasWriter)
            {
                _writer.Release();
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void CloseCleanly()
    {
        lock (_checkpointLock)
        {
            if (!_log.IsStarted)
            {
                // Nothing was changed: the file is as clean as it was found.
                DeleteDeadLog();
                return;
            }

            if (Rules.Holds(Rule.CloseFlushesLog))
            {
                FlushLog();
            }

            Pool.WriteHome(long.MaxValue, default);
            if (Rules.Holds(Rule.CloseCuts))
            {
                _file.Cut(RootPageCount());
            }

            if (Rules.Holds(Rule.CloseFlushesHome))
            {
                Pool.FlushHome();
            }

            // Page 0 is written once more: it must be in the log in case that write is torn.
            if (Rules.Holds(Rule.RootInLogAtClose))
            {
                LogRoot(_clock.Appended);
            }

            MarkCleanAndDeleteLog();
        }
    }

    private void MarkCleanAndDeleteLog()
    {
        var mark = new HomeMark
        {
            Clean = 1,
            LastSequence = _clock.Appended,
            LastLsn = _log.AppendedLsn,
            Generation = _log.Generation,
        };
        if (Rules.Holds(Rule.MarkBeforeDeletion))
        {
            Pool.StampHome(mark);
            _log.Delete();
        }
        else
        {
            _log.Delete();
            Pool.StampHome(mark);
        }

        if (Rules.Holds(Rule.CloseSync))
        {
            _files.SyncDirectory(_path);
        }
    }

    // An implicit transaction ends by itself; one that a caller holds open is rolled back. A rollback that needs the
    // temporary file may find the disk gone: the writer's place is free all the same, and what failed is given back.
    private ExceptionDispatchInfo? EndOpenTransaction()
    {
        ExceptionDispatchInfo? lost = null;
        while (!_writer.Wait(TimeSpan.FromMilliseconds(50)))
        {
            // Not while one of its calls runs: that one ends first.
            if (_holder is { } holder && holder.Transaction.TryGetTarget(out var held))
            {
                try
                {
                    held.TryRollback();
                }
                catch (DatabaseFailedException e)
                {
                    lost = ExceptionDispatchInfo.Capture(e);
                }
            }
        }

        return lost;
    }

    private void AfterCommit()
    {
        if (Pool.IsSweepDue && !IsClosed)
        {
            SweepUnasked();
        }

        if (_log.UsedBytes < CheckpointThreshold || IsClosed)
        {
            return;
        }

        if (_maintenance is { } maintenance)
        {
            maintenance.RequestCheckpoint();
        }
        else if (!_options.BackgroundWork)
        {
            CheckpointUnasked();
        }
    }

    /// <summary>A checkpoint that no one waits for. Its failure is not that of a commit that went well.</summary>
    private void CheckpointUnasked()
    {
        try
        {
            Checkpoint();
        }
        catch (TransactionException e) when (e.Reason == TransactionFailure.StorageFull)
        {
            // Nothing is lost: the log stays longer, and the commit that finds no room for itself says so.
        }
        catch (VMemDbException e)
        {
            // Thrown to the user by the next call.
            Fail(e);
        }
    }

    private void StartMaintenance()
    {
        if (_options.BackgroundWork && _maintenance is null)
        {
            _maintenance = new Maintenance(this, _options);
        }
    }

    /// <summary>
    /// Log flushes on a timer, a mark when idle, and checkpoints when asked; on the maintenance thread, or by a test in
    /// its place.
    /// </summary>
    internal void Maintain(bool checkpoint, bool sweep)
    {
        if (IsClosed || _failure is not null)
        {
            return;
        }

        if (sweep)
        {
            SweepUnasked();
        }

        if (checkpoint)
        {
            CheckpointUnasked();
        }
        else if (_log.DurableLsn < _log.AppendedLsn)
        {
            FlushLog();
            SweepUnasked();
        }
        else if (_idleMarkLsn != _log.AppendedLsn)
        {
            // Claims that everything before it is durable: damage there is then told from a torn tail.
            _idleMarkLsn = _log.AppendMark(default);
            _log.Flush(_idleMarkLsn);
        }

        if (!checkpoint && _options.AutoTruncate)
        {
            TruncateUnasked();
        }
    }

    private long _idleMarkLsn;

    /// <summary>The one background thread.</summary>
    private sealed class Maintenance : IDisposable
    {
        private readonly Engine _engine;
        private readonly AutoResetEvent _wake = new(false);
        private readonly Thread _thread;
        private readonly TimeSpan _interval;
        private volatile bool _stop;
        private volatile bool _checkpoint;
        private volatile bool _sweep;

        public Maintenance(Engine engine, EngineOptions options)
        {
            _engine = engine;
            _interval = options.Durability == Durability.Relaxed
                ? options.RelaxedFlushInterval
                : TimeSpan.FromSeconds(1);
            _thread = new Thread(Run) { IsBackground = true, Name = "Abc.VMem.Db maintenance" };
            _thread.Start();
        }

        public void RequestCheckpoint()
        {
            if (!_checkpoint)
            {
                _checkpoint = true;
                Wake();
            }
        }

        public void RequestSweep()
        {
            if (!_sweep)
            {
                _sweep = true;
                Wake();
            }
        }

        public void Dispose()
        {
            _stop = true;
            _wake.Set();
            _thread.Join();
            _wake.Dispose();
        }

        private void Wake()
        {
            try
            {
                _wake.Set();
            }
            catch (ObjectDisposedException)
            {
                // Closing came first, and does all that could be asked for.
            }
        }

        private void Run()
        {
            while (!_stop)
            {
                _wake.WaitOne(_interval);
                if (_stop)
                {
                    return;
                }

                try
                {
                    var sweep = _sweep;
                    _sweep = false;
                    _engine.Maintain(_checkpoint, sweep);
                }
                catch (ObjectDisposedException) when (_engine.IsClosed)
                {
                    // Closing came first, and brings everything home itself.
                }
                catch (Exception e)
                {
                    // Thrown to the user by the next call.
                    _engine.Fail(e);
                }

                _checkpoint = false;
            }
        }
    }
}
