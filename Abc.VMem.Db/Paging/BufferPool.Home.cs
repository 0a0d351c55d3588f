using System.Diagnostics;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// Writing versions home. Every home write goes through <see cref="TryWriteHome(long, long, Span{byte})"/>, the home
/// guard.
/// </summary>
internal sealed unsafe partial class BufferPool
{
    private readonly Lock _flushLock = new();

    private enum HomeWrite
    {
        /// <summary>Home holds the version, or a newer one.</summary>
        Done,

        /// <summary>A snapshot needs the page that home holds now, and it can't be spilled.</summary>
        Blocked,
    }

    /// <summary>
    /// Sends home every committed newest version older than a sequence number, in position order. For checkpoints.
    /// </summary>
    internal void WriteHome(long below, CancellationToken cancellationToken)
    {
        while (Rules.Holds(Rule.CheckpointSweeps) && SweepSpill() > 0)
        {
            EndOldestSnapshot();
        }

        var count = CollectDirty(below);
        var work = new Span<int>(_work, count);
        work.Sort((a, b) => _frames[a].SortKey.CompareTo(_frames[b].SortKey));
        foreach (var index in work)
        {
            cancellationToken.ThrowIfCancellationRequested();
            WriteHomeKeepingOld(index, below);
        }
    }

    /// <summary>
    /// Makes what went home durable. One at a time: the system reports a failed flush to one of its callers only, so
    /// the others must look whether there was one.
    /// </summary>
    internal void FlushHome()
    {
        lock (Rules.Lock(Rule.FlushLock, _flushLock))
        {
            if (Rules.Holds(Rule.NoFlushAfterFailure))
            {
                _host.ThrowIfFailed();
            }

            try
            {
                _file.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw _host.Fail(e);
            }
        }
    }

    private int CollectDirty(long below)
    {
        var count = 0;
        for (var index = 0; index < Volatile.Read(ref _untouched); index++)
        {
            if (IsCheckpointWork(in _frames[index], below))
            {
                // Frames change hands while the list is sorted: the order goes by what they hold now.
                _frames[index].SortKey = _frames[index].Position;
                _work[count++] = index;
            }
        }

        return count;
    }

    // A version superseded by a later commit need not go home: that commit's own record starts with the whole page.
    private bool IsCheckpointWork(in Frame frame, long below) =>
        Volatile.Read(in frame.Position) != Frame.NoPosition
        && frame.Has(Frame.Dirty)
        && !frame.Has(Frame.Private | Frame.Temporary)
        && frame.From < below
        && (frame.To > _host.AppendedSequence || !Rules.Holds(Rule.CheckpointOnlyNewest));

    private void WriteHomeKeepingOld(int index, long below)
    {
        ref var frame = ref _frames[index];
        while (true)
        {
            var position = Volatile.Read(ref frame.Position);
            if (position == Frame.NoPosition)
            {
                return;
            }

            lock (Rules.Lock(Rule.HomeStripe, Stripe(position)))
            {
                if (frame.Position != position || !IsCheckpointWork(in frame, below)
                    || TryWriteHome(index) == HomeWrite.Done)
                {
                    return;
                }
            }

            EndOldestSnapshot();
        }
    }

    // What it alone needs can't be kept any more. Snapshots at the newest commit need nothing old.
    private void EndOldestSnapshot() => _snapshots.MarkOldestTooOld(_host.VisibleSequence + 1);

    private bool MayGoHome(long from) =>
        (from <= _host.DurableSequence || !Rules.Holds(Rule.HomeOnlyDurable))
        && (from <= _host.VisibleSequence || !Rules.Holds(Rule.HomeOnlyVisible));

    private HomeWrite TryWriteHome(int index) =>
        TryWriteHome(_frames[index].Position, _frames[index].From, Bytes(index));

    /// <summary>
    /// The home guard. Writes a page's newest committed version home; keeps the page that is there now when a snapshot
    /// may still read it. Under the stripe's lock, which every home read takes too.
    /// </summary>
    /// <param name="position">The page.</param>
    /// <param name="from">The version; durable and visible.</param>
    /// <param name="page">Its bytes.</param>
    private HomeWrite TryWriteHome(long position, long from, Span<byte> page)
    {
        Debug.Assert(MayGoHome(from));
        if (_snapshots.AnyIn(0, from) && Rules.Holds(Rule.GuardKeepsOld))
        {
            Span<byte> home = stackalloc byte[Page.Size];
            var old = HomeSequence(position, home);
            Debug.Assert(old <= from, "Home is newer than the newest version.");
            if (old != from && old > 0 && !KeepOld(position, old, home))
            {
                return HomeWrite.Blocked;
            }
        }

        AssertKept(position, from);
        if (Rules.Holds(Rule.GuardEndsSlots))
        {
            EndSpilledBefore(position, from);
        }

        Yields.At(Point.HomeWrite);
        WriteThrough(position, page);
        SettleFrames(position, from);
        DropSpilled(position, from);
        return HomeWrite.Done;
    }

    // 0 when no valid page was ever written there: nothing to keep.
    private long HomeSequence(long position, Span<byte> page) =>
        _file.TryRead(new PagePos(position), page) ? Layout.At<PageHeader>((ReadOnlySpan<byte>)page, 0).Sequence : 0;

    /// <summary>
    /// Whether no snapshot loses the page at home: none needs it, it is mapped or spilled, or it was spilled now.
    /// </summary>
    private bool KeepOld(long position, long old, ReadOnlySpan<byte> home)
    {
        var to = NextVersion(position, old);
        if (!_snapshots.AnyIn(old, to))
        {
            return true;
        }

        // Mapped and equal to home: it becomes dirty below, so it can't be dropped any more while it is needed.
        return FindVersion(position, old) >= 0
            || _spill.TryFindExact(position, old, out _, out _)
            || TryPutVersion(position, old, to, home);
    }

    // The home guard: no snapshot may need what is at home now and find it neither mapped nor spilled.
    [Conditional("DEBUG")]
    private void AssertKept(long position, long from)
    {
        Span<byte> home = stackalloc byte[Page.Size];
        var old = HomeSequence(position, home);
        Debug.Assert(
            old == 0 || old >= from || !_snapshots.AnyIn(old, NextVersion(position, old))
            || FindVersion(position, old) >= 0 || _spill.TryFindExact(position, old, out _, out _),
            "A snapshot loses the page at home.");
    }

    private int FindVersion(long position, long from)
    {
        for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
        {
            if (_frames[link - 1].Position == position && _frames[link - 1].From == from)
            {
                return link - 1;
            }
        }

        return -1;
    }

    // The version that went home is clean now; no other one is any more.
    private void SettleFrames(long position, long written)
    {
        for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
        {
            ref var frame = ref _frames[link - 1];
            if (frame.Position == position && frame.From == written)
            {
                Interlocked.And(ref frame.Flags, ~(Frame.Dirty | Frame.Spilled));
            }
            else if (frame.Position == position && Rules.Holds(Rule.GuardMarksOthers))
            {
                Interlocked.Or(ref frame.Flags, Frame.Dirty);
            }
        }
    }

    private void WriteThrough(long position, Span<byte> page)
    {
        try
        {
            _file.Write(new PagePos(position), page);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _host.Fail(e);
        }
    }
}
