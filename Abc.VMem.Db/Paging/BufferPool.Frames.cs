using System.Diagnostics;

namespace Abc.VMem.Db.Paging;

/// <summary>Frames: taking a free one, and making one free by eviction.</summary>
internal sealed unsafe partial class BufferPool
{
    [Flags]
    private enum Obstacles
    {
        None = 0,

        /// <summary>A committed version waits for the log to be flushed.</summary>
        Log = 1,

        /// <summary>
        /// A version stays because a snapshot needs it, or needs what home holds in its place, and it can't be spilled.
        /// </summary>
        Snapshot = 2,

        /// <summary>A page of the transaction, or of an operation, can't be spilled.</summary>
        Disk = 4,
    }

    // Pins of operations go away by themselves; a program's pointers often don't: whoever waits is their owner.
    private static readonly TimeSpan MappingPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceWithPointers = TimeSpan.FromSeconds(1);

    // So often at least, on a machine that stands still for longer than that.
    private const int LeastRounds = 200;

    private readonly Lock _clockLock = new();
    private int _clockHand;

    /// <summary>A frame that nobody else knows. Never called with a stripe's lock held.</summary>
    /// <exception cref="LimitExceededException">Every page is pinned, or belongs to the running
    /// transaction.</exception>
    private int ObtainFrame()
    {
        var index = TryTakeFree();
        if (index < 0)
        {
            index = EvictPatiently();
        }

        Debug.Assert(_mapped <= _frameCount, "The cap on mapped pages is broken.");
        Debug.Assert(_frames[index].Position == Frame.NoPosition);
        return index;
    }

    private int TryTakeFree()
    {
        lock (Rules.Lock(Rule.CapLock, _freeLock))
        {
            int index;
            if (_freeCount > 0)
            {
                index = _freeStack[--_freeCount];
            }
            else if (_untouched < _frameCount)
            {
                index = _untouched++;
                _frames[index].Position = Frame.NoPosition;
            }
            else
            {
                return -1;
            }

            _mapped++;
            _peakMapped = Math.Max(_peakMapped, _mapped);
            return index;
        }
    }

    /// <summary>Gives a frame back that is linked nowhere.</summary>
    private void ReleaseFrame(int index)
    {
        ref var frame = ref _frames[index];
        Debug.Assert(frame.Position == Frame.NoPosition);
        frame.Flags = 0;
        lock (Rules.Lock(Rule.CapLock, _freeLock))
        {
            _freeStack[_freeCount++] = index;
            _mapped--;
        }
    }

    // Readers hold no pin while they wait here.
    private int EvictPatiently()
    {
        AssertNoStripeIsHeld();
        TendSpill();
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; ; round++)
        {
            var obstacles = Obstacles.None;
            lock (Rules.Lock(Rule.ClockLock, _clockLock))
            {
                var index = TryTakeFree();
                if (index < 0)
                {
                    index = EvictOne(out obstacles);
                }

                if (index >= 0)
                {
                    return index;
                }
            }

            if (_isSealed && Volatile.Read(ref _privateSequence) >= 0)
            {
                // A commit, or a rollback, is at work: it ends by itself, however long the disk takes.
                started = Stopwatch.GetTimestamp();
            }
            else if (round >= LeastRounds && obstacles.HasFlag(Obstacles.Disk))
            {
                throw NoRoomToSpill();
            }

            var patience = PointerCount == 0 ? MappingPatience : PatienceWithPointers;
            if (round >= LeastRounds && Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new LimitExceededException(
                    "No mapping capacity: mapped pages",
                    _frameCount,
                    _frameCount + 1L,
                    "Every page is pinned. Dispose page pointers and cursors, or raise MaxMappedPages.");
            }

            Backoff(round);
        }
    }

    private static void Backoff(int round)
    {
        if (round < 64)
        {
            Thread.Yield();
        }
        else
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>
    /// Frees one frame by the means that costs least; the frame stays counted as mapped. -1 when none can be.
    /// </summary>
    private int EvictOne(out Obstacles obstacles)
    {
        var index = Sweep(out obstacles);
        if (index < 0 && obstacles.HasFlag(Obstacles.Log))
        {
            _host.FlushLog();
            index = Sweep(out obstacles);
        }

        // Old versions that snapshots still need are in the way: the oldest snapshot gives way.
        while (index < 0 && obstacles.HasFlag(Obstacles.Snapshot)
            && _snapshots.MarkOldestTooOld(_host.VisibleSequence))
        {
            index = Sweep(out obstacles);
        }

        return index;
    }

    private TransactionException NoRoomToSpill() =>
        new(
            TransactionFailure.StorageFull,
            "The work does not fit into the mapped pages, and the temporary file beside the database can't take it: "
            + _spill.LastFailure?.Message + " Free some disk space, commit in smaller parts, or raise MaxMappedPages.",
            _spill.LastFailure);

    /// <summary>Turns the clock until a frame can be freed, at most until every keep count has run down.</summary>
    private int Sweep(out Obstacles obstacles)
    {
        obstacles = Obstacles.None;
        for (var steps = 0L; steps < 5L * _frameCount; steps++)
        {
            var index = _clockHand;
            _clockHand = index + 1 == _frameCount ? 0 : index + 1;
            ref var frame = ref _frames[index];
            if (frame.Pins != 0 || Volatile.Read(ref frame.Position) == Frame.NoPosition)
            {
                continue;
            }

            if (frame.KeepCount > 0)
            {
                frame.KeepCount--;
            }
            else if (TryEvict(index, ref obstacles))
            {
                return index;
            }
        }

        return -1;
    }

    private bool TryEvict(int index, ref Obstacles obstacles)
    {
        ref var frame = ref _frames[index];
        var position = Volatile.Read(ref frame.Position);
        if (position == Frame.NoPosition)
        {
            return false;
        }

        Yields.At(Point.Evict);
        lock (Rules.Lock(Rule.EvictStripe, Stripe(position)))
        {
            if (frame.Position != position || !TryCloseFrame(ref frame, Rule.EvictUnpinned))
            {
                return false;
            }

            try
            {
                var isPrivate = frame.Has(Frame.Private);
                if (!(isPrivate ? TrySendAway(index, ref obstacles) : TryGiveUp(index, ref obstacles)))
                {
                    return false;
                }

                Unlink(index);
                Yields.At(Point.Recycle);
                if (isPrivate)
                {
                    EndSendAway();
                }

                return true;
            }
            finally
            {
                Interlocked.Add(ref frame.Pins, -Frame.Evicting);
            }
        }
    }

    // Keeps new pins out of a frame that has none.
    private static bool TryCloseFrame(ref Frame frame, Rule rule)
    {
        if (!Rules.Holds(rule))
        {
            Interlocked.Add(ref frame.Pins, Frame.Evicting);
            return true;
        }

        return Interlocked.CompareExchange(ref frame.Pins, Frame.Evicting, 0) == 0;
    }

    /// <summary>
    /// Whether a version that is not private may leave memory, after it was written home or spilled where it must be
    /// kept.
    /// </summary>
    private bool TryGiveUp(int index, ref Obstacles obstacles)
    {
        ref var frame = ref _frames[index];
        if (!frame.Has(Frame.Dirty) || frame.Has(Frame.Spilled))
        {
            return true;
        }

        if (frame.Has(Frame.Temporary))
        {
            var isSpilled = TrySpillTemporary(index);
            obstacles |= isSpilled ? 0 : Obstacles.Disk;
            return isSpilled;
        }

        if (!IsNeeded(in frame))
        {
            return true;
        }

        if (frame.To <= _host.AppendedSequence && Rules.Holds(Rule.EvictOnlyNewest))
        {
            var isSpilled = !Rules.Holds(Rule.SpillBeforeDrop) || TrySpill(index);
            obstacles |= isSpilled ? 0 : Obstacles.Snapshot;
            return isSpilled;
        }

        if (!MayGoHome(frame.From))
        {
            obstacles |= Obstacles.Log;
            return false;
        }

        if (TryWriteHome(index) == HomeWrite.Blocked)
        {
            obstacles |= Obstacles.Snapshot;
            return false;
        }

        return true;
    }

    /// <summary>
    /// Whether someone, now or later, reads this version: it is the newest one, or a snapshot stands in its interval.
    /// </summary>
    private bool IsNeeded(in Frame frame) => IsNeeded(frame.From, frame.To);

    // Order matters: visible first, then the registrations (see SnapshotRegistry).
    private bool IsNeeded(long from, long to)
    {
        var superseding = Rules.Holds(Rule.NeededUntilVisible) ? _host.VisibleSequence : _host.AppendedSequence;
        Yields.At(Point.Judge);
        return to > superseding || (_snapshots.AnyIn(from, to) && Rules.Holds(Rule.NeededBySnapshots));
    }

    // Deadlock rules: a frame is obtained before a stripe's lock, and no second stripe's lock is taken under one.
    [Conditional("DEBUG")]
    private void AssertNoStripeIsHeld()
    {
        foreach (var stripe in _stripes)
        {
            Debug.Assert(!stripe.IsHeldByCurrentThread, "A stripe's lock is held.");
        }
    }

    private void ReclaimOrphan(int index)
    {
        ref var frame = ref _frames[index];
        if (Interlocked.CompareExchange(ref frame.Pins, Frame.Evicting, 0) == 0)
        {
            var mine = (Interlocked.And(ref frame.Flags, ~Frame.Orphan) & Frame.Orphan) != 0;
            Interlocked.Add(ref frame.Pins, -Frame.Evicting);
            if (mine)
            {
                ReleaseFrame(index);
            }
        }
    }
}
