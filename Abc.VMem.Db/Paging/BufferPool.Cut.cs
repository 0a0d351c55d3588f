namespace Abc.VMem.Db.Paging;

/// <summary>Cutting the file while it is in use.</summary>
internal sealed unsafe partial class BufferPool
{
    // Pins of readers that only look at a frame go away at once.
    private const int CutPatience = 100;

    /// <summary>
    /// Cuts the file to a page count, if no frame of the rest is pinned. The caller knows that nobody can ask for a
    /// page of the rest any more, now or at an earlier moment, that no log record that is still live names one, and
    /// that neither a transaction nor a checkpoint runs.
    /// </summary>
    /// <remarks>
    /// Whoever follows a damaged link may try to read there. So reads are refused first; then no frame that was
    /// dropped comes back. A version that stayed would look like the newest one once the file has grown again.
    /// </remarks>
    internal bool TryCut(long pageCount)
    {
        var before = _file.LimitTo(pageCount);
        if (pageCount >= before || (Rules.Holds(Rule.CutDropsFrames) && !TryDropFrames(pageCount)))
        {
            _file.LimitTo(before);
            return false;
        }

        if (Rules.Holds(Rule.CutDropsSlots))
        {
            DropSlots(pageCount);
        }

        try
        {
            _file.Cut(pageCount);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _host.Fail(e);
        }

        return true;
    }

    private bool TryDropFrames(long pageCount)
    {
        for (var index = 0; index < Volatile.Read(ref _untouched); index++)
        {
            for (var tries = 0; !TryDrop(index, pageCount); tries++)
            {
                if (tries == CutPatience)
                {
                    return false;
                }

                Thread.Yield();
            }
        }

        return true;
    }

    private bool TryDrop(int index, long pageCount)
    {
        ref var frame = ref _frames[index];
        var position = Volatile.Read(ref frame.Position);
        if (!IsCut(position, pageCount))
        {
            return true;
        }

        lock (Stripe(position))
        {
            return frame.Position == position && TryDropFrame(index);
        }
    }

    // The newest versions of free pages; no snapshot needs an older one.
    private void DropSlots(long pageCount)
    {
        Span<SpillSlot> slots = stackalloc SpillSlot[SpillFile.GroupSlots];
        lock (_sweepLock)
        {
            for (var group = 0; group < _spill.GroupCount; group++)
            {
                var first = _spill.ReadGroup(group, slots);
                for (var i = 0; i < slots.Length; i++)
                {
                    if (slots[i].Kind != SpillKind.Free && IsCut(slots[i].Position, pageCount))
                    {
                        DropSeen(first + i, in slots[i]);
                    }
                }
            }
        }
    }

    private static bool IsCut(long position, long pageCount) => position >= pageCount && position < TemporaryBase;
}
