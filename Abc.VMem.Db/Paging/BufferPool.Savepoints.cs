namespace Abc.VMem.Db.Paging;

/// <summary>
/// Savepoints of the running transaction. The first change of a private page after a savepoint keeps the page as it was
/// in the spill log; rolling back puts it there again.
/// </summary>
internal sealed unsafe partial class BufferPool
{
    private volatile bool _hasSpilledPrivate;

    // Those that can be rolled back to, oldest first, each with the pool's page count then; and the newest of them.
    private readonly List<(int Number, long PageCount)> _savepoints = [];
    private int _savepoint;
    private long _savepointPageCount;
    private int _lastSavepoint;

    /// <summary>Sets a savepoint.</summary>
    /// <param name="pageCount">Pages of the pool now: those behind are not to be kept.</param>
    /// <returns>Its number, greater than those before.</returns>
    internal int BeginSavepoint(long pageCount)
    {
        _savepoints.Add((++_lastSavepoint, pageCount));
        ContinueSavepoints(_savepoints.Count);
        return _savepoint;
    }

    /// <summary>Forgets a savepoint, and later ones.</summary>
    /// <exception cref="ArgumentException">It is over.</exception>
    internal void ReleaseSavepoint(int savepoint) => ContinueSavepoints(IndexOf(savepoint));

    /// <summary>Puts the transaction's pages back as they were at a savepoint, which goes on.</summary>
    /// <exception cref="ArgumentException">The savepoint is over.</exception>
    internal void RollBackTo(int savepoint)
    {
        var place = IndexOf(savepoint);
        var pageCount = _savepoints[place].PageCount;
        SealPrivate();
        try
        {
            RestoreAll(savepoint, pageCount);
        }
        finally
        {
            lock (_privateLock)
            {
                _isSealed = false;
            }
        }

        ContinueSavepoints(place + 1);
        _spill.RemoveFileIfEmpty();
    }

    private void RestoreAll(int savepoint, long pageCount)
    {
        for (var index = 0; index < Volatile.Read(ref _untouched); index++)
        {
            var position = Volatile.Read(ref _frames[index].Position);
            if (position != Frame.NoPosition && _frames[index].Has(Frame.Private))
            {
                RestoreLocked(position, savepoint, pageCount);
            }
        }

        VisitSpilled((_, slot) => RestoreLocked(slot.Position, savepoint, pageCount));
    }

    // Goes on with the first ones only.
    private void ContinueSavepoints(int count)
    {
        _savepoints.RemoveRange(count, _savepoints.Count - count);
        (_savepoint, _savepointPageCount) = count == 0 ? default : _savepoints[^1];
    }

    private int IndexOf(int savepoint)
    {
        var index = _savepoints.FindIndex(saved => saved.Number == savepoint);
        return index >= 0
            ? index
            : throw new ArgumentException(
                "The savepoint is over: the transaction was rolled back to an earlier one.", nameof(savepoint));
    }

    private void RestoreLocked(long position, int savepoint, long pageCount)
    {
        lock (Stripe(position))
        {
            Restore(position, savepoint, pageCount);
        }
    }

    // Private pages are in a frame or spilled, or, fresh ones, at home; undos are spilled.
    private void Restore(long position, int savepoint, long pageCount)
    {
        var isFresh = position >= _freshFrom;
        var mapped = FindVersion(position, _privateSequence);
        var version = _spill.TryFindExact(position, _privateSequence, out var index, out var slot) ? index : -1;
        var wasThere = isFresh ? position < pageCount : BornAt(mapped, in slot) < savepoint;
        var undo = FindUndo(position, savepoint);
        if (wasThere && undo < 0)
        {
            return;
        }

        if (mapped >= 0)
        {
            DropFrame(mapped);
        }

        if (version >= 0)
        {
            RemoveSlot(version, in slot);
        }

        if (wasThere)
        {
            PutBack(undo, isFresh);
        }

        DropUndos(position, wasThere ? savepoint : 0);
        if (!wasThere)
        {
            Reopen(position);
        }
    }

    private int BornAt(int mapped, in SpillSlot slot)
    {
        var born = mapped >= 0 ? _frames[mapped].Born : slot.Born;
        return Rules.Holds(Rule.UndoBorn) ? born : 0;
    }

    private void PutBack(int undo, bool isFresh)
    {
        var slot = _spill[undo];
        if (!isFresh)
        {
            (slot.Kind, slot.Savepoint) = (SpillKind.Version, 0);
            _spill.Describe(undo, slot);
            return;
        }

        Span<byte> page = stackalloc byte[Page.Size];
        _spill.ReadPage(undo, in slot, page);
        Layout.At<PageHeader>(page, 0).Flags |= PageHeader.DirectFlag;
        WriteThrough(slot.Position, page);
        _directEnd = Math.Max(_directEnd, slot.Position + 1);
        _spill.Remove(undo, slot.Position);
    }

    // The one kept first since the savepoint: what the page was then.
    private int FindUndo(long position, int savepoint)
    {
        var (found, oldest) = (-1, int.MaxValue);
        for (var link = _spill.First(position); link != 0;)
        {
            var slot = _spill[link - 1];
            if (IsUndo(in slot, position, savepoint) && (slot.Savepoint < oldest || !Rules.Holds(Rule.UndoOldest)))
            {
                (found, oldest) = (link - 1, slot.Savepoint);
            }

            link = slot.Next;
        }

        return found;
    }

    private void DropUndos(long position, int savepoint)
    {
        for (var link = _spill.First(position); link != 0;)
        {
            var slot = _spill[link - 1];
            if (IsUndo(in slot, position, savepoint))
            {
                _spill.Remove(link - 1, position);
            }

            link = slot.Next;
        }
    }

    // Of each savepoint that can be rolled back to, the oldest undo since is needed, and no other.
    private void DropUndosOfReleased(long position)
    {
        for (var link = _spill.First(position); link != 0;)
        {
            var slot = _spill[link - 1];
            if (IsUndo(in slot, position, 0) && !IsNeeded(in slot))
            {
                _spill.Remove(link - 1, position);
            }

            link = slot.Next;
        }
    }

    private bool IsNeeded(in SpillSlot undo)
    {
        foreach (var (number, _) in _savepoints)
        {
            if (Rules.Holds(Rule.UndoStaysNeeded)
                && number <= undo.Savepoint && _spill[FindUndo(undo.Position, number)].Savepoint == undo.Savepoint)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsUndo(in SpillSlot slot, long position, int savepoint) =>
        slot.Position == position && slot.Kind == SpillKind.Undo && slot.From == _privateSequence
        && slot.Savepoint >= savepoint;

    /// <summary>Before a pinned private page is changed: copies of it elsewhere are not equal any more.</summary>
    private void BeforeRewrite(int index)
    {
        ref var frame = ref _frames[index];
        if (frame.Saved < _savepoint && Rules.Holds(Rule.UndoIsKept))
        {
            KeepForSavepointPinned(index);
            frame.Saved = _savepoint;
        }

        if ((frame.Flags & (Frame.Spilled | Frame.Dirty)) != Frame.Dirty)
        {
            Interlocked.And(ref frame.Flags, Rules.Holds(Rule.RewriteForgetsSlot) ? ~Frame.Spilled : ~0);
            Interlocked.Or(ref frame.Flags, Frame.Dirty);
        }
    }

    private void KeepForSavepointPinned(int index)
    {
        try
        {
            lock (Stripe(_frames[index].Position))
            {
                KeepForSavepoint(index);
            }
        }
        catch
        {
            Unpin(index);
            throw;
        }
    }

    // A fresh page that was loaded from home does not say for which savepoint it was kept.
    private void KeepForSavepoint(int index)
    {
        ref var frame = ref _frames[index];
        var isFresh = frame.Position >= _freshFrom;
        if (isFresh && (frame.Position >= _savepointPageCount || FindUndo(frame.Position, _savepoint) >= 0))
        {
            return;
        }

        DropUndosOfReleased(frame.Position);
        _hasSpilledPrivate = true;
        var undo = new SpillSlot
        {
            Kind = SpillKind.Undo,
            Position = frame.Position,
            From = frame.From,
            Savepoint = _savepoint,
            Born = frame.Born,
            Saved = frame.Saved,
        };
        if (!_spill.TryPut(undo, Bytes(index)))
        {
            throw NoRoomToSpill();
        }
    }

    /// <summary>Visits the spilled pages of the running transaction, sealed, that are not mapped.</summary>
    private void VisitSpilledPrivate(SpillVisitor visit)
    {
        VisitSpilled((index, slot) =>
        {
            lock (Stripe(slot.Position))
            {
                if (slot.Kind != SpillKind.Version || FindVersion(slot.Position, slot.From) >= 0)
                {
                    return;
                }
            }

            visit(index, slot);
        });
    }

    // Sealed: no page of the transaction is spilled meanwhile.
    private void VisitSpilled(SpillVisitor visit)
    {
        var slots = new SpillSlot[SpillFile.GroupSlots];
        for (var group = 0; group < _spill.GroupCount; group++)
        {
            var first = _spill.ReadGroup(group, slots);
            for (var i = 0; i < slots.Length; i++)
            {
                if (slots[i].Kind != SpillKind.Free && slots[i].From == _privateSequence)
                {
                    visit(first + i, slots[i]);
                }
            }
        }
    }

    private void DropSpilledPrivate()
    {
        if (_hasSpilledPrivate && Rules.Holds(Rule.AbortDropsSpilled))
        {
            VisitSpilled((index, slot) => DropSeen(index, in slot));
            _spill.RemoveFileIfEmpty();
        }
    }

    private delegate void SpillVisitor(int index, SpillSlot slot);
}
