using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Transactions;

/// <summary>Bringing the buffer to the disk: the first waiter leads and does it for all.</summary>
internal sealed partial class Log
{
    private const int Sector = 512;

    /// <summary>Returns when everything before a log position is durable and visible.</summary>
    public void Flush(long lsn)
    {
        if (DurableLsn < lsn)
        {
            _gate.Wait();
            try
            {
                LeadUnlessDone(lsn, flush: true);
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    /// <summary>Returns when the operating system has everything before a log position, and it is visible.</summary>
    public void Write(long lsn)
    {
        if (Volatile.Read(ref _writtenLsn) < lsn)
        {
            _gate.Wait();
            try
            {
                LeadUnlessDone(lsn, flush: false);
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    /// <summary>
    /// <see cref="Flush"/> or <see cref="Write(long)"/> without blocking a thread while another one leads.
    /// </summary>
    public async ValueTask WaitAsync(long lsn, bool flush, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref flush ? ref _durableLsn : ref _writtenLsn) < lsn)
        {
            await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                LeadUnlessDone(lsn, flush);
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    /// <summary>
    /// Gives the segment room for a commit: by switching to the other one when this one is past its threshold and the
    /// other is retired, else by growing; on a full disk by switching to one that has the room already. Failing that
    /// fails the transaction that asked, nothing else.
    /// </summary>
    public void MakeRoom(long bytes, long threshold, long segmentBytes)
    {
        _gate.Wait();
        try
        {
            lock (_append)
            {
                if (HasRoom(bytes))
                {
                    return;
                }
            }

            if (UsedBytes >= threshold && Other.State == SegmentState.Retired)
            {
                SwitchUnderGate(segmentBytes);
            }

            try
            {
                GrowUnderGate(bytes, threshold, segmentBytes);
            }
            catch (IOException) when (
                Other.State == SegmentState.Retired && Other.Capacity >= LogSegment.FirstOffset + bytes + MarkerRoom)
            {
                SwitchUnderGate(Other.Capacity);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Goes over to the other segment; false when that one is still needed.</summary>
    public bool TrySwitch(long segmentBytes)
    {
        _gate.Wait();
        try
        {
            if (Other.State == SegmentState.Live)
            {
                return false;
            }

            SwitchUnderGate(segmentBytes);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// First sequence number of the segment in use: everything older is in the other one, or at home.
    /// </summary>
    public long FirstSequence => Active.Header.FirstSequence;

    /// <summary>
    /// Declares the other segment dead, everything in it being at home, and waits until a record that says so is
    /// durable:
    /// only then may the segment be used again.
    /// </summary>
    public void RetireOld(long keepBytes)
    {
        long lsn;
        lock (_append)
        {
            _oldestLive = Active.Header.Generation;
            lsn = AppendMark(default);
        }

        if (Rules.Holds(Rule.MarkerBeforeReuse))
        {
            Flush(lsn);
        }

        lock (_append)
        {
            Other.State = SegmentState.Retired;
            try
            {
                Other.CutTo(keepBytes);
            }
            catch (Exception e) when (IsStorageError(e))
            {
                throw _fail(e);
            }
        }
    }

    /// <summary>Closes and deletes both files.</summary>
    public void Delete()
    {
        foreach (var segment in _segments)
        {
            segment.Delete();
        }

        IsStarted = false;
    }

    private void LeadUnlessDone(long lsn, bool flush)
    {
        if (Volatile.Read(ref flush ? ref _durableLsn : ref _writtenLsn) >= lsn)
        {
            return;
        }

        // What an earlier failure may have lost is not made good by a flush that succeeds.
        _throwIfFailed();
        try
        {
            Lead(flush);
        }
        catch (Exception e) when (IsStorageError(e))
        {
            throw _fail(e);
        }
    }

    private void Lead(bool flush)
    {
        byte[] batch;
        int count;
        long offset, lsn, sequence;
        LogSegment segment;
        lock (_append)
        {
            (batch, count, offset) = (_filling, _filled, _offset);
            (lsn, sequence, segment) = (_appendedLsn, _clock.Appended, Active);
            (_filling, _draining) = (_draining, _filling);
            _filled = 0;
            _offset = offset + count;
            if (flush && Rules.Holds(Rule.DurableIsNotRewritten))
            {
                // What is durable is never written again: the next batch starts in a block of its own.
                _offset = AlignUp(_offset);
            }
        }

        Yields.At(Point.LogWrite);
        if (!Rules.Holds(Rule.PublishAfterDurable))
        {
            _clock.Publish(sequence);
        }

        if (count > 0)
        {
            segment.Write(Padded(batch, count, offset, flush), offset);
        }

        if (flush)
        {
            if (Rules.Holds(Rule.LogFlush))
            {
                segment.Flush();
            }

            Yields.At(Point.Publish);
            Volatile.Write(ref _durableLsn, lsn);
            _clock.SetDurable(sequence);
        }

        Volatile.Write(ref _writtenLsn, lsn);
        _clock.Publish(sequence);
    }

    // Whole sectors cost no read in the device; zeros after the last chunk say nothing.
    private static ReadOnlySpan<byte> Padded(byte[] batch, int count, long offset, bool pad)
    {
        var toSector = (int)(-(offset + count) & (Sector - 1));
        var padded = pad ? Math.Min(batch.Length, count + toSector) : count;
        batch.AsSpan(count, padded - count).Clear();
        return batch.AsSpan(0, padded);
    }

    private void GrowUnderGate(long bytes, long threshold, long segmentBytes)
    {
        lock (_append)
        {
            var needed = AlignUp(_offset + _filled) + bytes + Reserved;
            if (needed > Active.Capacity)
            {
                var doubled = Math.Min(2 * Active.Capacity, Math.Max(threshold, Active.Capacity + segmentBytes));
                Active.Reserve(AlignUp(Math.Max(needed, doubled)));
            }
        }
    }

    // On a full disk little must do: commits that need more ask for it, and a checkpoint gives back the other's.
    private static void ReserveIfPossible(LogSegment segment, long bytes)
    {
        try
        {
            segment.Reserve(bytes);
        }
        catch (IOException)
        {
            segment.Reserve(SpareBytes);
        }
    }

    private void FlushOld()
    {
        if (Rules.Holds(Rule.SwitchFlushesOld))
        {
            Active.Flush();
        }
    }

    private void SwitchUnderGate(long segmentBytes)
    {
        _throwIfFailed();
        ReserveIfPossible(Other, Math.Max(segmentBytes, Other.Capacity));
        try
        {
            Lead(flush: Rules.Holds(Rule.SwitchFlushesOld));
            Yields.At(Point.Switch);
            lock (_append)
            {
                // Commits that came in since: every record of the old segment is durable before the new header is
                // written.
                if (_durableLsn < _appendedLsn && Rules.Holds(Rule.SwitchTakesLate))
                {
                    Drain();
                    FlushOld();
                    _durableLsn = _writtenLsn = _appendedLsn;
                    _clock.SetDurable(_clock.Appended);
                    _clock.Publish(_clock.Appended);
                }

                _active = 1 - _active;
                BeginSegment(Active, Other.Header.Generation + 1, _appendedLsn, _lastDigest);
            }
        }
        catch (Exception e) when (IsStorageError(e))
        {
            throw _fail(e);
        }
    }
}
