namespace Abc.VMem.Db.Paging;

/// <summary>What is at home: page 0's mark, and whether a page's copy there is whole.</summary>
internal sealed unsafe partial class BufferPool
{
    /// <summary>Writes page 0 home as it is there, with another mark, and flushes.</summary>
    internal void StampHome(HomeMark mark)
    {
        lock (Stripe(PagePos.Root.Value))
        {
            Span<byte> page = stackalloc byte[Page.Size];
            _file.Read(PagePos.Root, page);
            _file.Mark = mark;
            try
            {
                _file.Write(PagePos.Root, page);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw _host.Fail(e);
            }
        }

        if (Rules.Holds(Rule.MarkFlush))
        {
            FlushHome();
        }
    }

    /// <summary>Verifies the copy of a page at home, unless its newest version has yet to go there.</summary>
    /// <exception cref="CorruptDatabaseException">The copy is damaged.</exception>
    internal void CheckHome(PagePos position)
    {
        Span<byte> page = stackalloc byte[Page.Size];
        lock (Stripe(position.Value))
        {
            for (var link = _buckets[Bucket(position.Value)]; link != 0; link = _frames[link - 1].Next)
            {
                ref var frame = ref _frames[link - 1];
                if (frame.Position == position.Value && frame.Has(Frame.Dirty) && frame.To > _host.VisibleSequence)
                {
                    return;
                }
            }

            if (!IsAheadOfHome(position.Value))
            {
                _file.Read(position, page);
            }
        }
    }

    // A spilled version without a successor may be one that home has never had.
    private bool IsAheadOfHome(long position)
    {
        var visible = _host.VisibleSequence;
        return _spill.TryFind(position, visible, out _, out var slot) && (slot.To == 0 || slot.To > visible);
    }
}
