namespace Abc.VMem.Db.Paging;

/// <summary>
/// Temporary pages: in frames like any other, spilled when these are short, part of no version, log or file. Their
/// positions are beyond any file's, and say where they are in the temporary file.
/// </summary>
internal sealed unsafe partial class BufferPool
{
    /// <summary>First position of a temporary page; a file of that many pages would have 2^60 bytes.</summary>
    internal const long TemporaryBase = 1L << 48;

    /// <summary>Positions that are reserved together.</summary>
    internal const int TemporaryRow = SpillFile.GroupSlots;

    // No snapshot has it: a damaged link to such a position leads nowhere.
    private const long TemporarySequence = 0;
    private const long TemporaryEnd = 1;

    private int _temporaryPages;

    /// <summary>Temporary pages that have not been freed.</summary>
    internal int TemporaryPageCount => Volatile.Read(ref _temporaryPages);

    /// <summary>Reserves a row of positions; returns the first.</summary>
    internal long ReserveTemporary() => TemporaryBase + _spill.TakeTemporaryGroup();

    /// <summary>Gives a row back, all of its pages freed.</summary>
    internal void ReturnTemporary(long first) => _spill.ReturnTemporaryGroup(SlotOf(first));

    /// <summary>Pins a new page of zeros at a reserved position.</summary>
    internal WritablePage AddTemporary(long position)
    {
        var index = ObtainFrame();
        Bytes(index).Clear();
        Header(index).Position = new PagePos(position);
        lock (Stripe(position))
        {
            Link(index, position, TemporarySequence, TemporaryEnd, Frame.Dirty | Frame.Temporary);
        }

        Interlocked.Increment(ref _temporaryPages);
        return new WritablePage(this, index, Data(index));
    }

    /// <summary>Pins a page to read it.</summary>
    /// <exception cref="ObjectDisposedException">The pool has been closed.</exception>
    internal PinnedPage ReadTemporary(long position)
    {
        ThrowIfClosed();
        return Read(new PagePos(position), TemporarySequence);
    }

    /// <summary>Pins a page to change it.</summary>
    /// <inheritdoc cref="ReadTemporary" path="/exception"/>
    internal WritablePage WriteTemporary(long position)
    {
        ThrowIfClosed();
        var index = Pin(position, TemporarySequence);
        if (_frames[index].Has(Frame.Spilled))
        {
            Interlocked.And(ref _frames[index].Flags, ~Frame.Spilled);
        }

        return new WritablePage(this, index, Data(index));
    }

    /// <summary>Frees a page that is in use.</summary>
    internal void FreeTemporary(long position)
    {
        lock (Stripe(position))
        {
            var index = FindVersion(position, TemporarySequence);
            if (index >= 0)
            {
                DropFrame(index);
            }

            _spill.DropTemporary(SlotOf(position));
        }

        Interlocked.Decrement(ref _temporaryPages);
    }

    private static int SlotOf(long position) => (int)(position - TemporaryBase);

    // Under the stripe's lock.
    private bool TrySpillTemporary(int index)
    {
        ref var frame = ref _frames[index];
        if (!frame.Has(Frame.Spilled))
        {
            if (!_spill.TryWriteTemporary(SlotOf(frame.Position), Bytes(index)))
            {
                return false;
            }

            Interlocked.Or(ref frame.Flags, Frame.Spilled);
        }

        return true;
    }

    // Under the stripe's lock.
    private void LoadTemporary(long position, int index)
    {
        _spill.ReadTemporary(SlotOf(position), Bytes(index));
        Link(index, position, TemporarySequence, TemporaryEnd, Frame.Dirty | Frame.Spilled | Frame.Temporary);
    }

    private void ThrowIfClosed()
    {
        if (_spill.IsClosed)
        {
            throw new ObjectDisposedException(null, "The database has been closed, and its temporary pages with it.");
        }
    }

    /// <summary>Removes the temporary file when nothing is in it.</summary>
    internal void RemoveSpillIfEmpty() => _spill.RemoveFileIfEmpty();
}
