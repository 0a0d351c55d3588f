using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Paging;

/// <summary>Finding a page's version for a sequence number, and loading it.</summary>
internal sealed unsafe partial class BufferPool
{
    private const int MaxOptimisticSteps = 16;

    /// <summary>Pins the version of a page that S sees, for reading.</summary>
    /// <exception cref="CorruptDatabaseException">No such page, a damaged one, or no version that S sees.</exception>
    internal PinnedPage Read(PagePos position, long sequence)
    {
        var frame = Pin(position.Value, sequence);
        return new PinnedPage(this, frame, Data(frame));
    }

    /// <summary>Pins the version that S sees; the caller unpins.</summary>
    internal int Pin(long position, long sequence)
    {
        var index = PinMapped(position, sequence);
        if (index >= 0)
        {
            MyCounter.Hits++;
            return index;
        }

        return PinOrLoad(position, sequence);
    }

    /// <summary>
    /// Finds and pins without a lock. The chain may change under the walk: a wrong turn only leads to no answer, and
    /// the
    /// frame is looked at again once it is pinned and can't change.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PinMapped(long position, long sequence)
    {
        var link = Volatile.Read(ref _buckets[Bucket(position)]);
        for (var steps = 0; link != 0 && steps < MaxOptimisticSteps; steps++)
        {
            ref var frame = ref _frames[link - 1];
            if (frame.Serves(position, sequence))
            {
                return TryPin(link - 1, position, sequence) ? link - 1 : -1;
            }

            link = Volatile.Read(ref frame.Next);
        }

        return -1;
    }

    private bool TryPin(int index, long position, long sequence)
    {
        ref var frame = ref _frames[index];
        Yields.At(Point.Pin);
        if ((Interlocked.Increment(ref frame.Pins) > 0 || !Rules.Holds(Rule.PinOfEvicted))
            && (frame.Serves(position, sequence) || !Rules.Holds(Rule.PinSecondLook)))
        {
            if (frame.KeepCount < 3)
            {
                frame.KeepCount++;
            }

            return true;
        }

        UndoPin(index);
        return false;
    }

    // A pin that came too late may be the last one on a frame that was orphaned meanwhile.
    private void UndoPin(int index)
    {
        if (Interlocked.Decrement(ref _frames[index].Pins) == 0 && _frames[index].Has(Frame.Orphan))
        {
            ReclaimOrphan(index);
        }
    }

    private int PinOrLoad(long position, long sequence)
    {
        if (position < 0)
        {
            throw new CorruptDatabaseException("page", position, "a position", "a link to nowhere", _file.Path);
        }

        var stripe = Stripe(position);
        Yields.At(Point.Load);
        lock (Rules.Lock(Rule.FindStripe, stripe))
        {
            var found = PinLinked(position, sequence);
            if (found >= 0)
            {
                MyCounter.Hits++;
                return found;
            }
        }

        // A frame is obtained before the stripe's lock: nothing evicts under one.
        var spare = ObtainFrame();
        try
        {
            lock (Rules.Lock(Rule.LoadStripe, stripe))
            {
                var found = PinLinked(position, sequence);
                if (found < 0)
                {
                    MyCounter.Misses++;
                    Load(position, sequence, spare);
                    (found, spare) = (spare, -1);
                }

                return found;
            }
        }
        finally
        {
            if (spare >= 0)
            {
                ReleaseFrame(spare);
            }
        }
    }

    // Under the stripe's lock no linked frame is being evicted.
    private int PinLinked(long position, long sequence)
    {
        var index = FindLinked(position, sequence);
        if (index >= 0)
        {
            Interlocked.Increment(ref _frames[index].Pins);
        }

        return index;
    }

    private int FindLinked(long position, long sequence)
    {
        for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
        {
            if (_frames[link - 1].Serves(position, sequence))
            {
                return link - 1;
            }
        }

        return -1;
    }

    /// <summary>
    /// Reads a page's version, spilled or at home, into a free frame, links and pins it. Under the stripe's lock.
    /// </summary>
    private void Load(long position, long sequence, int index)
    {
        if (position >= TemporaryBase && sequence == TemporarySequence)
        {
            LoadTemporary(position, index);
            return;
        }

        if (TryLoadSpilled(position, sequence, index, out var next))
        {
            AssertDisjoint(position);
            return;
        }

        _file.Read(new PagePos(position), Bytes(index));
        var from = Header(index).Sequence;
        var to = Rules.Holds(Rule.LoadedEnd) ? NextMapped(position, from, next) : Frame.Unbounded;
        if (from > sequence || to <= sequence)
        {
            throw new CorruptDatabaseException(
                "page version",
                position,
                FormattableString.Invariant($"the version at {sequence}"),
                FormattableString.Invariant($"the one from {from}"),
                _file.Path);
        }

        var isPrivate = from == _privateSequence && Rules.Holds(Rule.LoadedIsPrivate);
        var flags = isPrivate ? Frame.Private | Frame.Direct : 0;
        Link(index, position, from, to, flags);
        _frames[index].KeepCount = Header(index).Level > 0 ? 3 : 0;
        AssertDisjoint(position);
    }

    // The version for S: no two mapped versions of a page may serve the same one.
    [Conditional("DEBUG")]
    private void AssertDisjoint(long position)
    {
        for (var x = _buckets[Bucket(position)]; x != 0; x = _frames[x - 1].Next)
        {
            for (var y = _frames[x - 1].Next; y != 0; y = _frames[y - 1].Next)
            {
                ref var a = ref _frames[x - 1];
                ref var b = ref _frames[y - 1];
                Debug.Assert(
                    a.Position != position || b.Position != position || a.To <= b.From || b.To <= a.From,
                    "Two versions of a page serve the same sequence number.");
            }
        }
    }

    /// <summary>The smallest sequence number of a mapped or spilled version above the given one.</summary>
    private long NextVersion(long position, long from) =>
        _spill.NextVersion(position, from, NextMapped(position, from, Frame.Unbounded));

    /// <summary>
    /// The smallest sequence number of a mapped version above the given one and below a limit, or the limit.
    /// </summary>
    private long NextMapped(long position, long from, long next)
    {
        for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
        {
            ref var frame = ref _frames[link - 1];
            if (frame.Position == position && frame.From > from && frame.From < next)
            {
                next = frame.From;
            }
        }

        return next;
    }

    /// <summary>Puts a filled frame at the head of its chain, pinned once. Under the stripe's lock.</summary>
    private void Link(int index, long position, long from, long to, int flags)
    {
        ref var frame = ref _frames[index];
        Debug.Assert(frame.Position == Frame.NoPosition);
        frame.From = from;
        frame.To = to;
        frame.Flags = flags;
        frame.KeepCount = 1;
        (frame.Born, frame.Saved) = (0, 0);
        Interlocked.Increment(ref frame.Pins);
        if ((flags & Frame.Private) != 0)
        {
            AddPrivate(index, position);
        }

        ref var bucket = ref _buckets[Bucket(position)];
        frame.Next = bucket;
        Volatile.Write(ref frame.Position, position);
        Volatile.Write(ref bucket, index + 1);
    }

    /// <summary>Takes a frame out of its chain. Under the stripe's lock.</summary>
    private void Unlink(int index)
    {
        ref var frame = ref _frames[index];
        ref var link = ref _buckets[Bucket(frame.Position)];
        while (link != index + 1)
        {
            Debug.Assert(link != 0, "A frame was not in its chain.");
            link = ref _frames[link - 1].Next;
        }

        if (frame.Has(Frame.Private))
        {
            RemovePrivate(index, frame.Position);
        }

        Volatile.Write(ref frame.Position, Frame.NoPosition);
        Volatile.Write(ref link, frame.Next);
    }
}
