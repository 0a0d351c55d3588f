using System.Diagnostics;

namespace Abc.VMem.Db.Paging;

/// <summary>Pages of the one running transaction: private copies, and fresh pages that may go straight home.</summary>
internal sealed unsafe partial class BufferPool
{
    private readonly Lock _privateLock = new();
    private long _privateSequence = -1;
    private long _freshFrom = long.MaxValue;
    private int _firstPrivate;
    private int _privateCount;
    private int _freshCount;
    private int _sendingAway;
    private long _directEnd;
    private bool _isSealed;

    /// <summary>Mapped fresh pages of the running transaction.</summary>
    internal int FreshCount => _freshCount;

    /// <summary>Whether a page of the running transaction has gone, or must go, straight home.</summary>
    internal bool AnyDirect => _directEnd != 0;

    /// <summary>Starts the transaction.</summary>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="freshFrom">Positions from here on were never used: their pages may go straight home.</param>
    internal void BeginPrivate(long sequence, long freshFrom)
    {
        Debug.Assert(_privateCount == 0 && _freshCount == 0);
        lock (_privateLock)
        {
            (_freshFrom, _directEnd, _isSealed) = (freshFrom, 0, false);
        }

        ContinueSavepoints(0);
        (_lastSavepoint, _hasSpilledPrivate) = (0, false);

        Volatile.Write(ref _privateSequence, sequence);
    }

    /// <summary>
    /// First position beyond the pool's old end: from here on pages are fresh in the running, or last, transaction.
    /// </summary>
    internal long FreshFrom => _freshFrom;

    /// <summary>Pins the transaction's own copy of a page, making it at first use.</summary>
    internal WritablePage Write(PagePos position)
    {
        var sequence = _privateSequence;
        var index = Pin(position.Value, sequence);
        if (_frames[index].From != sequence)
        {
            index = CopyPrivate(position.Value, index);
        }
        else
        {
            BeforeRewrite(index);
        }

        return new WritablePage(this, index, Data(index));
    }

    /// <summary>
    /// Pins a zeroed page of the transaction at a position that nothing refers to; its old content is not read.
    /// </summary>
    /// <param name="position">The position.</param>
    /// <param name="isReused">Whether the position comes from the free list.</param>
    internal WritablePage WriteNew(PagePos position, bool isReused)
    {
        var sequence = _privateSequence;
        var index = PinOwn(position.Value, sequence);
        if (index < 0 && isReused && _savepoint > 0 && HasOwnElsewhere(position.Value))
        {
            // Freed and taken again since a savepoint, which must have it as it was.
            index = Pin(position.Value, sequence);
            Debug.Assert(_frames[index].From == sequence, "A page of the transaction is nowhere.");
        }

        if (index >= 0)
        {
            BeforeRewrite(index);
        }
        else
        {
            // A fresh position that was freed again and is not mapped has been home: only home may be rewritten then.
            var isFresh = position.Value >= _freshFrom;
            var wasHome = isFresh && (isReused || position.Value < _directEnd) && Rules.Holds(Rule.DirectStaysHome);
            index = ObtainFrame();
            Supersede(position.Value, index, Frame.Dirty | Frame.Private | (wasHome ? Frame.Direct : 0));
        }

        Bytes(index).Clear();
        Header(index).Sequence = sequence;
        Header(index).Position = position;
        return new WritablePage(this, index, Data(index));
    }

    private void DropOwn(long position)
    {
        var index = FindOwn(position, _privateSequence);
        if (index >= 0)
        {
            DropFrame(index);
        }

        Reopen(position);
    }

    // What the transaction had replaced is the newest version again.
    private void Reopen(long position)
    {
        for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
        {
            if (_frames[link - 1].Position == position && _frames[link - 1].To == _privateSequence
                && Rules.Holds(Rule.AbortReopens))
            {
                Volatile.Write(ref _frames[link - 1].To, Frame.Unbounded);
            }
        }
    }

    /// <summary>Takes a frame out; it is free now, or when its last pin is gone. Under the stripe's lock.</summary>
    private void DropFrame(int index)
    {
        if (!TryDropFrame(index))
        {
            Unlink(index);
            Interlocked.Or(ref _frames[index].Flags, Frame.Orphan);
            Interlocked.Increment(ref _frames[index].Pins);
            Unpin(index);
        }
    }

    /// <summary>Takes a frame out and frees it unless it is pinned. Under the stripe's lock.</summary>
    private bool TryDropFrame(int index)
    {
        ref var frame = ref _frames[index];
        if (!TryCloseFrame(ref frame, Rule.DropUnpinned))
        {
            return false;
        }

        Unlink(index);
        Yields.At(Point.Recycle);
        Interlocked.Add(ref frame.Pins, -Frame.Evicting);
        ReleaseFrame(index);
        return true;
    }

    private int CopyPrivate(long position, int old)
    {
        try
        {
            var index = ObtainFrame();
            Bytes(old).CopyTo(Bytes(index));
            Header(index).Sequence = _privateSequence;
            Header(index).Flags = Rules.Holds(Rule.DirectMarkEnds) ? default : Header(index).Flags;
            Yields.At(Point.Supersede);
            Supersede(position, index, Frame.Dirty | Frame.Private);
            return index;
        }
        finally
        {
            Unpin(old);
        }
    }

    /// <summary>
    /// Links a private version and ends the interval of the one it replaces; an abort takes that back.
    /// </summary>
    private void Supersede(long position, int index, int flags)
    {
        lock (Rules.Lock(Rule.SupersedeStripe, Stripe(position)))
        {
            for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
            {
                if (_frames[link - 1].Position == position && _frames[link - 1].To == Frame.Unbounded
                    && Rules.Holds(Rule.SupersedeEndsOld))
                {
                    Volatile.Write(ref _frames[link - 1].To, _privateSequence);
                }
            }

            DropUnneeded(position);
            Link(index, position, _privateSequence, Frame.Unbounded, flags);
            (_frames[index].Born, _frames[index].Saved) = (_savepoint, _savepoint);
            _directEnd = (flags & Frame.Direct) != 0 ? Math.Max(_directEnd, position + 1) : _directEnd;
        }
    }

    /// <summary>
    /// Frees versions of a page that no one can read any more. A page that every commit changes would otherwise trail a
    /// version for each of them until the clock comes by. Under the stripe's lock.
    /// </summary>
    private void DropUnneeded(long position)
    {
        for (var link = _buckets[Bucket(position)]; link != 0;)
        {
            var index = link - 1;
            ref var frame = ref _frames[index];
            link = frame.Next;
            if (frame.Position == position && !IsNeeded(in frame))
            {
                TryDropFrame(index);
            }
        }
    }

    private int PinOwn(long position, long sequence)
    {
        lock (Stripe(position))
        {
            var index = FindOwn(position, sequence);
            if (index >= 0)
            {
                Interlocked.Increment(ref _frames[index].Pins);
            }

            return index;
        }
    }

    // A fresh page that is not mapped is at home, any other private one is spilled.
    private bool HasOwnElsewhere(long position)
    {
        if (position >= _freshFrom)
        {
            return position < _savepointPageCount;
        }

        lock (Stripe(position))
        {
            return _spill.TryFindExact(position, _privateSequence, out _, out _);
        }
    }

    private int FindOwn(long position, long sequence)
    {
        var index = FindLinked(position, sequence);
        return index >= 0 && _frames[index].From == sequence ? index : -1;
    }

    /// <summary>
    /// Eviction of a private page, not during a commit: a fresh one goes straight home, any other is spilled. Under the
    /// stripe's lock; the caller unlinks on success and then calls <see cref="EndSendAway"/>.
    /// </summary>
    private bool TrySendAway(int index, ref Obstacles obstacles)
    {
        lock (_privateLock)
        {
            if (_isSealed)
            {
                return false;
            }

            Interlocked.Increment(ref _sendingAway);
        }

        var isSent = false;
        try
        {
            isSent = TrySendAwayUnsealed(index);
            obstacles |= isSent ? 0 : Obstacles.Disk;
        }
        finally
        {
            if (!isSent)
            {
                EndSendAway();
            }
        }

        return isSent;
    }

    private bool TrySendAwayUnsealed(int index)
    {
        if (_frames[index].Position >= _freshFrom || !Rules.Holds(Rule.DirectOnlyFresh))
        {
            WriteDirect(index);
            return true;
        }

        _hasSpilledPrivate = true;
        return TrySpill(index);
    }

    private void EndSendAway() => Interlocked.Decrement(ref _sendingAway);

    private void WriteDirect(int index)
    {
        ref var frame = ref _frames[index];
        if (frame.Has(Frame.Dirty))
        {
            Header(index).Flags |= PageHeader.DirectFlag;
            WriteThrough(frame.Position, Bytes(index));
            Interlocked.And(ref frame.Flags, ~Frame.Dirty);
        }

        Interlocked.Or(ref frame.Flags, Frame.Direct);
        lock (_privateLock)
        {
            _directEnd = Math.Max(_directEnd, frame.Position + 1);
        }
    }

    private void AddPrivate(int index, long position)
    {
        lock (_privateLock)
        {
            ref var frame = ref _frames[index];
            (frame.PreviousPrivate, frame.NextPrivate) = (0, _firstPrivate);
            if (_firstPrivate != 0)
            {
                _frames[_firstPrivate - 1].PreviousPrivate = index + 1;
            }

            _firstPrivate = index + 1;
            _privateCount++;
            _freshCount += position >= _freshFrom ? 1 : 0;
        }
    }

    private void RemovePrivate(int index, long position)
    {
        lock (_privateLock)
        {
            ref var frame = ref _frames[index];
            if (frame.PreviousPrivate != 0)
            {
                _frames[frame.PreviousPrivate - 1].NextPrivate = frame.NextPrivate;
            }
            else
            {
                _firstPrivate = frame.NextPrivate;
            }

            if (frame.NextPrivate != 0)
            {
                _frames[frame.NextPrivate - 1].PreviousPrivate = frame.PreviousPrivate;
            }

            (frame.PreviousPrivate, frame.NextPrivate) = (0, 0);
            _privateCount--;
            _freshCount -= position >= _freshFrom ? 1 : 0;
        }
    }
}
