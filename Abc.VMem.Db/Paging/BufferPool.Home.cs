using System.Diagnostics;

namespace Abc.VMem.Db.Paging;

/// <summary>Writing versions home. Every home write goes through <see cref="TryWriteHome"/>, the home guard.</summary>
internal sealed unsafe partial class BufferPool
{
    private readonly Lock _flushLock = new();

    private enum HomeWrite
    {
        /// <summary>Home holds the version, or a newer one.</summary>
        Done,

        /// <summary>A snapshot needs the page that home holds now, and there was no frame to keep it in.</summary>
        Blocked,
    }

    /// <summary>
    /// Sends home every committed newest version older than a sequence number, in position order. For checkpoints.
    /// </summary>
    internal void WriteHome(long below, CancellationToken cancellationToken)
    {
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
        lock (_flushLock)
        {
            _host.ThrowIfFailed();
            Guarded(_file.Flush);
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
        && !frame.Has(Frame.Private)
        && frame.From < below
        && frame.To > _host.AppendedSequence;

    private void WriteHomeKeepingOld(int index, long below)
    {
        ref var frame = ref _frames[index];
        while (true)
        {
            var spare = _snapshots.AnyIn(0, below) ? TryObtainSpare() : -1;
            var position = Volatile.Read(ref frame.Position);
            if (position == Frame.NoPosition)
            {
                ReturnSpare(spare);
                return;
            }

            var outcome = HomeWrite.Done;
            var spareUsed = false;
            lock (Stripe(position))
            {
                if (frame.Position == position && IsCheckpointWork(in frame, below))
                {
                    outcome = TryWriteHome(index, spare);
                    spareUsed = spare >= 0 && _frames[spare].Position != Frame.NoPosition;
                }
            }

            ReturnSpare(spareUsed ? -1 : spare);
            if (outcome == HomeWrite.Done)
            {
                return;
            }

            _snapshots.MarkOldestTooOld(_host.VisibleSequence + 1);
        }
    }

    private int TryObtainSpare()
    {
        lock (_clockLock)
        {
            var index = TryTakeFree();
            return index >= 0 ? index : Sweep(out _);
        }
    }

    private void ReturnSpare(int spare)
    {
        if (spare >= 0)
        {
            ReleaseFrame(spare);
        }
    }

    private bool MayGoHome(long from) => from <= _host.DurableSequence && from <= _host.VisibleSequence;

    /// <summary>
    /// The home guard. Writes a committed version home unless home has a newer one; keeps the page that is there now
    /// when a
    /// snapshot may still read it. Under the stripe's lock, which every home read takes too.
    /// </summary>
    /// <param name="index">The version; durable and visible.</param>
    /// <param name="spare">A free frame to keep the old page in, or -1.</param>
    private HomeWrite TryWriteHome(int index, int spare)
    {
        ref var frame = ref _frames[index];
        Debug.Assert(MayGoHome(frame.From) && !frame.Has(Frame.Private));
        var isNewest = frame.To > _host.AppendedSequence;
        if (!isNewest || _snapshots.AnyIn(0, frame.From))
        {
            Span<byte> home = stackalloc byte[Page.Size];
            var old = HomeSequence(frame.Position, home);
            if (old >= frame.From)
            {
                // Equal: this is the version at home. Greater: a newer one went home first and must stay.
                if (old == frame.From)
                {
                    Interlocked.And(ref frame.Flags, ~Frame.Dirty);
                    return HomeWrite.Done;
                }

                return IsNeeded(in frame) ? HomeWrite.Blocked : HomeWrite.Done;
            }

            if (old > 0 && !KeepOld(frame.Position, old, home, spare))
            {
                return HomeWrite.Blocked;
            }
        }

        Guarded(static state => state.Pool._file.Write(new PagePos(state.Position), state.Pool.Bytes(state.Index)),
            (Pool: this, frame.Position, Index: index));
        MarkOthersDirty(frame.Position, index);
        Interlocked.And(ref frame.Flags, ~Frame.Dirty);
        return HomeWrite.Done;
    }

    // 0 when no valid page was ever written there: nothing to keep.
    private long HomeSequence(long position, Span<byte> page) =>
        _file.TryRead(new PagePos(position), page) ? Layout.At<PageHeader>((ReadOnlySpan<byte>)page, 0).Sequence : 0;

    /// <summary>
    /// Whether no snapshot loses the page at home: none needs it, it is mapped, or it was put into the spare frame.
    /// </summary>
    private bool KeepOld(long position, long old, ReadOnlySpan<byte> home, int spare)
    {
        var to = NextVersion(position, old);
        if (!_snapshots.AnyIn(old, to))
        {
            return true;
        }

        // Mapped and equal to home: it becomes dirty below, so it can't be dropped any more while it is needed.
        for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
        {
            if (_frames[link - 1].Position == position && _frames[link - 1].From == old)
            {
                return true;
            }
        }

        if (spare < 0)
        {
            return false;
        }

        home.CopyTo(Bytes(spare));
        Link(spare, position, old, to, Frame.Dirty);
        Unpin(spare);
        return true;
    }

    private void MarkOthersDirty(long position, int written)
    {
        for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
        {
            if (link - 1 != written && _frames[link - 1].Position == position)
            {
                Interlocked.Or(ref _frames[link - 1].Flags, Frame.Dirty);
            }
        }
    }

    private void Guarded(Action io) => Guarded(static action => action(), io);

    private void Guarded<TState>(Action<TState> io, TState state)
    {
        try
        {
            io(state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _host.Fail(e);
        }
    }
}
