namespace Abc.VMem.Db.Paging;

/// <summary>
/// Temporary pages: in frames like any other, spilled when these are short, part of no version, log or file. Their
/// positions are beyond any file's and never used twice.
/// </summary>
internal sealed unsafe partial class BufferPool
{
    /// <summary>First position of a temporary page; a file of that many pages would have 2^60 bytes.</summary>
    internal const long TemporaryBase = 1L << 48;

    private long _temporaryEnd = TemporaryBase;
    private int _temporaryPages;

    /// <summary>Temporary pages that have not been freed.</summary>
    internal int TemporaryPageCount => Volatile.Read(ref _temporaryPages);

    /// <summary>Reserves a row of positions.</summary>
    internal long ReserveTemporary(int count) => Interlocked.Add(ref _temporaryEnd, count) - count;

    /// <summary>Pins a new page of zeros at a reserved position.</summary>
    internal WritablePage AddTemporary(long position)
    {
        var index = ObtainFrame();
        Bytes(index).Clear();
        Header(index).Position = new PagePos(position);
        lock (Stripe(position))
        {
            Link(index, position, from: 0, Frame.Unbounded, Frame.Dirty | Frame.Temporary);
        }

        Interlocked.Increment(ref _temporaryPages);
        return new WritablePage(this, index, Data(index));
    }

    /// <summary>Pins a page to read it.</summary>
    /// <exception cref="ObjectDisposedException">The pool has been closed.</exception>
    internal PinnedPage ReadTemporary(long position)
    {
        ThrowIfClosed();
        return Read(new PagePos(position), sequence: 0);
    }

    /// <summary>Pins a page to change it.</summary>
    /// <inheritdoc cref="ReadTemporary" path="/exception"/>
    internal WritablePage WriteTemporary(long position)
    {
        ThrowIfClosed();
        var index = Pin(position, sequence: 0);
        if (_frames[index].Has(Frame.Spilled))
        {
            Interlocked.And(ref _frames[index].Flags, ~Frame.Spilled);
        }

        return new WritablePage(this, index, Data(index));
    }

    /// <summary>Frees a page; false when it was free already.</summary>
    internal bool FreeTemporary(long position)
    {
        lock (Stripe(position))
        {
            var index = FindVersion(position, from: 0);
            if (index >= 0)
            {
                DropFrame(index);
            }

            var isSpilled = _spill.TryFindExact(position, from: 0, out var slot, out _);
            if (isSpilled)
            {
                _spill.Remove(slot, position);
            }

            if (index < 0 && !isSpilled)
            {
                return false;
            }
        }

        Interlocked.Decrement(ref _temporaryPages);
        return true;
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
