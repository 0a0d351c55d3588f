namespace Abc.VMem.Db.Paging;

/// <summary>Redoing commits at open: one version a page, one thread, before anyone else sees the pool.</summary>
internal sealed unsafe partial class BufferPool
{
    /// <summary>Pins a page that the log changes, for writing.</summary>
    /// <param name="position">The page.</param>
    /// <param name="baseSequence">The version that the change is made to; 0 = a page of zeros, home is not
    /// read.</param>
    /// <param name="sequence">The version that the change makes.</param>
    /// <exception cref="CorruptDatabaseException">The page is not of that version.</exception>
    internal WritablePage WriteRecovered(PagePos position, long baseSequence, long sequence)
    {
        var index = FindAny(position.Value);
        if (index >= 0)
        {
            Interlocked.Increment(ref _frames[index].Pins);
        }
        else
        {
            index = ObtainFrame();
            if (baseSequence != 0)
            {
                _file.Read(position, Bytes(index));
            }

            Link(index, position.Value, baseSequence, Frame.Unbounded, Frame.Dirty);
        }

        if (baseSequence == 0)
        {
            Bytes(index).Clear();
        }
        else if (Header(index).Sequence != baseSequence && Rules.Holds(Rule.RecordNamesBase))
        {
            throw new CorruptDatabaseException(
                "log record",
                position.Value,
                FormattableString.Invariant($"a page of version {baseSequence}"),
                FormattableString.Invariant($"version {Header(index).Sequence}"),
                _file.Path);
        }

        ref var header = ref Header(index);
        (header.Sequence, header.Position) = (sequence, position);
        _frames[index].From = sequence;
        Interlocked.Or(ref _frames[index].Flags, Frame.Dirty);
        return new WritablePage(this, index, Data(index));
    }

    /// <summary>Forgets pages from a position on: the file ends before them.</summary>
    internal void DropFrom(long position)
    {
        for (var index = 0; index < _untouched; index++)
        {
            if (_frames[index].Position >= position)
            {
                lock (Stripe(_frames[index].Position))
                {
                    Unlink(index);
                }

                ReleaseFrame(index);
            }
        }
    }

    private int FindAny(long position)
    {
        for (var link = _buckets[Bucket(position)]; link != 0; link = _frames[link - 1].Next)
        {
            if (_frames[link - 1].Position == position)
            {
                return link - 1;
            }
        }

        return -1;
    }
}
