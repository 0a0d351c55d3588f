using System.Diagnostics;

namespace Abc.VMem.Db.Paging;

/// <summary>
/// What the pool keeps in the spill log: old versions that snapshots need, rewritten pages of the running transaction,
/// committed ones on their way home, temporary pages.
/// </summary>
/// <remarks>
/// Of one position, a slot whose successor is not known is newer than home or equal to it: whoever writes home first
/// ends the older slots. So a slot that is found for S needs no look at home.
/// </remarks>
internal sealed unsafe partial class BufferPool
{
    private const int SweepAtLeast = 1024;

    private readonly Lock _sweepLock = new();
    private int _sweepAt = SweepAtLeast;
    private volatile bool _isSweepDue;

    /// <summary>Pages in the spill log, temporary ones included.</summary>
    internal int SpilledPages => _spill.Count;

    /// <summary>Versions in the spill log.</summary>
    internal int SpilledVersions => _spill.Versions;

    /// <summary>Bytes of the temporary file.</summary>
    internal long SpillBytes => _spill.FileBytes;

    /// <summary>Most bytes of the temporary file before the oldest snapshot gives way; null = no limit.</summary>
    internal long? SpillQuota { get; init; }

    /// <summary>Whether a commit left pages in the spill log that may go home now.</summary>
    internal bool IsSweepDue => _isSweepDue;

    /// <summary>
    /// Looks at everything that is spilled: gives back what nobody needs, sends home what is committed and may go.
    /// Never with a stripe's lock held.
    /// </summary>
    /// <returns>Pages that could not go home because what is there could not be kept for a snapshot.</returns>
    internal int SweepSpill()
    {
        _isSweepDue = false;
        if (_spill.Versions == 0)
        {
            _spill.RemoveFileIfEmpty();
            return 0;
        }

        var blocked = 0;
        Span<SpillSlot> slots = stackalloc SpillSlot[SpillFile.GroupSlots];
        lock (_sweepLock)
        {
            for (var group = 0; group < _spill.GroupCount; group++)
            {
                var first = _spill.ReadGroup(group, slots);
                for (var i = 0; i < slots.Length; i++)
                {
                    if (slots[i].Kind != SpillKind.Free)
                    {
                        blocked += TrySweep(first + i, in slots[i]) ? 0 : 1;
                    }
                }
            }

            _sweepAt = Math.Max(SweepAtLeast, 2 * _spill.Versions);
            _spill.RemoveFileIfEmpty();
        }

        return blocked;
    }

    /// <summary>Keeps the temporary file at most twice as large as it must be, and within its quota.</summary>
    private void TendSpill()
    {
        if (_spill.Versions >= Volatile.Read(ref _sweepAt))
        {
            lock (_sweepLock)
            {
                // Another one may just have done it.
                if (_spill.Versions >= _sweepAt)
                {
                    SweepSpill();
                }
            }
        }

        while (IsOverQuota && _snapshots.MarkOldestTooOld(_host.VisibleSequence))
        {
            SweepSpill();
        }
    }

    // What a transaction spills is its own, and not given back when a snapshot ends.
    private bool IsOverQuota => SpillQuota is { } quota && _spill.OldVersions * (long)Page.Size > quota;

    private bool TrySweep(int index, in SpillSlot seen)
    {
        Yields.At(Point.Sweep);
        lock (Rules.Lock(Rule.SweepStripe, Stripe(seen.Position)))
        {
            if (!IsStill(index, in seen, out var slot) || IsOfTransaction(in slot))
            {
                return true;
            }

            var to = slot.To != 0 ? slot.To : NextVersion(slot.Position, slot.From);
            if (slot.Kind == SpillKind.Undo || (to <= _host.AppendedSequence && !IsNeeded(slot.From, to)))
            {
                RemoveSlot(index, in slot);
                return true;
            }

            if (to <= _host.AppendedSequence && Rules.Holds(Rule.SweepOnlyNewest))
            {
                EndSlot(index, slot, to);
                return true;
            }

            return !MayGoHome(slot.From) || TrySendHome(index, in slot) == HomeWrite.Done;
        }
    }

    private HomeWrite TrySendHome(int index, in SpillSlot slot)
    {
        var mapped = FindVersion(slot.Position, slot.From);
        if (mapped >= 0)
        {
            return TryWriteHome(mapped);
        }

        Span<byte> page = stackalloc byte[Page.Size];
        _spill.ReadPage(index, in slot, page);
        return TryWriteHome(slot.Position, slot.From, page);
    }

    // Seen without a lock; a slot that is in use is described where its chain can be walked.
    private bool IsStill(int index, in SpillSlot seen, out SpillSlot slot)
    {
        for (var link = _spill.First(seen.Position); link != 0; link = slot.Next)
        {
            slot = _spill[link - 1];
            if (link == index + 1)
            {
                return slot.IsSame(in seen);
            }
        }

        slot = default;
        return false;
    }

    private void DropSeen(int index, in SpillSlot seen)
    {
        lock (Stripe(seen.Position))
        {
            if (IsStill(index, in seen, out var slot))
            {
                RemoveSlot(index, in slot);
                Reopen(slot.Position);
            }
        }
    }

    private bool IsOfTransaction(in SpillSlot slot) => slot.From == Volatile.Read(ref _privateSequence);

    /// <summary>Spills a frame's version; false when the disk has no room. Under the stripe's lock.</summary>
    private bool TrySpill(int index)
    {
        ref var frame = ref _frames[index];
        if (!frame.Has(Frame.Spilled))
        {
            var slot = new SpillSlot
            {
                Kind = SpillKind.Version,
                Position = frame.Position,
                From = frame.From,
                To = frame.To <= _host.AppendedSequence ? frame.To : 0,
                Born = frame.Born,
                Saved = frame.Saved,
            };
            if (!_spill.TryPut(slot, Bytes(index)))
            {
                return false;
            }

            Interlocked.Or(ref frame.Flags, Frame.Spilled);
            Yields.At(Point.Spill);
        }

        return true;
    }

    private bool TryPutVersion(long position, long from, long to, ReadOnlySpan<byte> page) =>
        _spill.TryPut(
            new SpillSlot { Kind = SpillKind.Version, Position = position, From = from, To = to }, page);

    /// <summary>Loads the version for S from the spill log; false when it is not there. Under its stripe.</summary>
    /// <param name="position">The page.</param>
    /// <param name="sequence">S.</param>
    /// <param name="index">The frame.</param>
    /// <param name="next">The smallest sequence number above S of a spilled version.</param>
    private bool TryLoadSpilled(long position, long sequence, int index, out long next)
    {
        if (!_spill.TryFind(position, sequence, out var at, out var slot, out next)
            || (slot.To != 0 && slot.To <= sequence && Rules.Holds(Rule.SpillEnds)))
        {
            return false;
        }

        _spill.ReadPage(at, in slot, Bytes(index));
        var isEndKnown = slot.To != 0 || !Rules.Holds(Rule.LoadedSlotEnd);
        var to = isEndKnown ? EndOf(in slot) : NextMapped(position, slot.From, next);
        Debug.Assert(to > sequence, "A spilled version has a successor that S sees, which is nowhere.");
        var isPrivate = slot.From == _privateSequence && Rules.Holds(Rule.LoadedSlotIsPrivate);
        var flags = Frame.Spilled | (isPrivate ? Frame.Private : 0)
            | (Rules.Holds(Rule.LoadedSlotIsDirty) ? Frame.Dirty : 0);
        Link(index, position, slot.From, to, flags);
        (_frames[index].Born, _frames[index].Saved) = (slot.Born, slot.Saved);
        return true;
    }

    private static long EndOf(in SpillSlot slot) => slot.To != 0 ? slot.To : Frame.Unbounded;

    /// <summary>Gives all slots older than a version, that is about to be at home, their end.</summary>
    private void EndSpilledBefore(long position, long from)
    {
        for (var link = _spill.First(position); link != 0;)
        {
            var slot = _spill[link - 1];
            if (slot.Position == position && slot.Kind == SpillKind.Version && slot.From < from && slot.To == 0)
            {
                EndSlot(link - 1, slot, NextVersion(position, slot.From));
            }

            link = slot.Next;
        }
    }

    private void EndSlot(int index, SpillSlot slot, long to)
    {
        Debug.Assert(to <= _host.AppendedSequence, "A version's end is final only when its successor is committed.");
        if (slot.To == 0)
        {
            _spill.End(index, slot, to);
        }
    }

    private void DropSpilled(long position, long from)
    {
        if (_spill.TryFindExact(position, from, out var index, out var slot))
        {
            RemoveSlot(index, in slot);
        }
    }

    private void RemoveSlot(int index, in SpillSlot slot)
    {
        var frame = slot.Kind == SpillKind.Version ? FindVersion(slot.Position, slot.From) : -1;
        if (frame >= 0)
        {
            Interlocked.And(ref _frames[frame].Flags, ~Frame.Spilled);
        }

        _spill.Remove(index, slot.Position);
    }
}
