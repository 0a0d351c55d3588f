using System.Diagnostics;

namespace Abc.VMem.Db.Paging;

/// <summary>The end of the running transaction: its pages go to the log and become versions, or are dropped.</summary>
internal sealed unsafe partial class BufferPool
{
    /// <summary>From here to the end of the commit no page of the transaction leaves memory.</summary>
    internal void SealPrivate()
    {
        lock (_privateLock)
        {
            _isSealed = Rules.Holds(Rule.CommitDoor);
        }

        Yields.At(Point.Seal);
        var wait = default(SpinWait);
        while (Volatile.Read(ref _sendingAway) != 0 && Rules.Holds(Rule.CommitDoorWaits))
        {
            wait.SpinOnce();
        }
    }

    /// <summary>Sends the fresh pages home, at commit, sealed.</summary>
    internal void SendFreshHome()
    {
        for (var link = _firstPrivate; link != 0;)
        {
            var index = link - 1;
            ref var frame = ref _frames[index];
            link = frame.NextPrivate;
            if (frame.Has(Frame.Direct) || frame.Position >= _freshFrom)
            {
                lock (Rules.Lock(Rule.DirectStripe, Stripe(frame.Position)))
                {
                    WriteDirect(index);
                }
            }
        }
    }

    /// <summary>
    /// Pages of the transaction that the log must carry, at commit, sealed, the fresh ones sent home or not.
    /// </summary>
    internal long CountLogged()
    {
        var count = 0L;
        for (var link = _firstPrivate; link != 0; link = _frames[link - 1].NextPrivate)
        {
            count += _frames[link - 1].Has(Frame.Direct) ? 0 : 1;
        }

        if (_hasSpilledPrivate)
        {
            VisitSpilledPrivate((_, _) => count++);
        }

        return count;
    }

    /// <summary>
    /// Hands every private page that the log must carry to a visitor, with the version it replaces (empty: not
    /// mapped).
    /// </summary>
    internal void VisitPrivate(PrivatePageVisitor visit)
    {
        VisitMappedPrivate(visit);
        if (!_hasSpilledPrivate)
        {
            return;
        }

        var page = new byte[Page.Size];
        VisitSpilledPrivate((index, slot) =>
        {
            _spill.ReadPage(index, in slot, page);
            visit(page, default);
        });
    }

    private void VisitMappedPrivate(PrivatePageVisitor visit)
    {
        for (var link = _firstPrivate; link != 0; link = _frames[link - 1].NextPrivate)
        {
            var index = link - 1;
            if (_frames[index].Has(Frame.Direct))
            {
                continue;
            }

            var old = PinBase(_frames[index].Position);
            try
            {
                visit(Bytes(index), old < 0 ? default : Bytes(old));
            }
            finally
            {
                if (old >= 0)
                {
                    Unpin(old);
                }
            }
        }
    }

    /// <summary>
    /// The transaction's pages become committed versions. Readers see them when the sequence number is visible.
    /// </summary>
    internal void CommitPrivate()
    {
        lock (_privateLock)
        {
            while (_firstPrivate != 0)
            {
                var index = _firstPrivate - 1;
                RemovePrivate(index, _frames[index].Position);
                Interlocked.And(ref _frames[index].Flags, ~(Frame.Private | Frame.Direct));
            }
        }

        _isSweepDue |= _hasSpilledPrivate;
        Volatile.Write(ref _privateSequence, -1);
    }

    /// <summary>Drops the transaction's pages; what they replaced is the newest version again.</summary>
    internal void AbortPrivate()
    {
        SealPrivate();
        while (true)
        {
            long position;
            lock (_privateLock)
            {
                if (_firstPrivate == 0)
                {
                    break;
                }

                position = _frames[_firstPrivate - 1].Position;
            }

            lock (Rules.Lock(Rule.AbortStripe, Stripe(position)))
            {
                DropOwn(position);
            }
        }

        try
        {
            DropSpilledPrivate();
            AssertNothingEndsHere();
        }
        finally
        {
            Volatile.Write(ref _privateSequence, -1);
        }
    }

    [Conditional("DEBUG")]
    private void AssertNothingEndsHere()
    {
        for (var index = 0; index < _untouched && _frameCount <= 1024; index++)
        {
            Debug.Assert(
                _frames[index].Position == Frame.NoPosition || _frames[index].To != _privateSequence,
                "A version still ends at an aborted transaction.");
        }
    }

    /// <summary>Pins the mapped version that the transaction's copy replaces, or -1.</summary>
    private int PinBase(long position)
    {
        lock (Stripe(position))
        {
            for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
            {
                if (_frames[link - 1].Position == position && _frames[link - 1].To == _privateSequence)
                {
                    Interlocked.Increment(ref _frames[link - 1].Pins);
                    return link - 1;
                }
            }

            return -1;
        }
    }
}

/// <summary>Sees one page of a committing transaction and the version it replaces.</summary>
internal delegate void PrivatePageVisitor(ReadOnlySpan<byte> page, ReadOnlySpan<byte> replaced);
