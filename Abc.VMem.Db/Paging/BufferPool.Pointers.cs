namespace Abc.VMem.Db.Paging;

/// <summary>Pointers in the hands of a program, and figures about pins.</summary>
internal sealed unsafe partial class BufferPool
{
    private int _pointers;

    /// <summary>Pointers of programs that have not been disposed.</summary>
    public int PointerCount => Volatile.Read(ref _pointers);

    /// <summary>Counts a pointer that took a pin over; the memory stays for as long as it lives.</summary>
    internal void AddPointer()
    {
        AddReference();
        Interlocked.Increment(ref _pointers);
    }

    /// <summary>Adds a pin to a frame that is pinned.</summary>
    internal void AddPin(int frame) => Interlocked.Increment(ref _frames[frame].Pins);

    /// <summary>Ends a pointer: its pin, and its hold on the memory.</summary>
    internal void ReleasePointer(int frame)
    {
        Unpin(frame);
        Interlocked.Decrement(ref _pointers);
        ReleaseReference();
    }

    /// <summary>
    /// Mapped pages with and without pins, and how often each kind was used since the clock last passed (0 to 3 a
    /// page). Approximate while others work; looks at every frame.
    /// </summary>
    public (int Pinned, int PinnedUses, int Unpinned, int UnpinnedUses) CountPins()
    {
        var (pinned, pinnedUses, unpinned, unpinnedUses) = (0, 0, 0, 0);
        for (var i = 0; i < _untouched; i++)
        {
            ref var frame = ref _frames[i];
            if (Volatile.Read(ref frame.Position) == Frame.NoPosition)
            {
                continue;
            }

            if (Volatile.Read(ref frame.Pins) > 0)
            {
                (pinned, pinnedUses) = (pinned + 1, pinnedUses + frame.KeepCount);
            }
            else
            {
                (unpinned, unpinnedUses) = (unpinned + 1, unpinnedUses + frame.KeepCount);
            }
        }

        return (pinned, pinnedUses, unpinned, unpinnedUses);
    }
}
