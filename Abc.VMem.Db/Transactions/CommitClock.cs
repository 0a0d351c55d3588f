namespace Abc.VMem.Db.Transactions;

/// <summary>How far commits have come: issued ≥ appended ≥ visible, and appended ≥ durable. Each only grows.</summary>
internal sealed class CommitClock
{
    private long _appended;
    private long _durable;
    private long _visible;

    /// <summary>Starts after the last commit that the file holds.</summary>
    public CommitClock(long last)
    {
        (Issued, _appended, _durable, _visible) = (last, last, last, last);
    }

    /// <summary>Last sequence number given to a transaction; used by the writer only. Never given twice.</summary>
    public long Issued { get; set; }

    /// <summary>Last commit in the log's buffer.</summary>
    public long Appended
    {
        get => Volatile.Read(ref _appended);
        set => Volatile.Write(ref _appended, value);
    }

    /// <summary>Last commit on the disk.</summary>
    public long Durable => Volatile.Read(ref _durable);

    /// <summary>Last commit that new snapshots see.</summary>
    public ref long Visible => ref _visible;

    /// <summary>Moves durable forward.</summary>
    public void SetDurable(long sequence) => Raise(ref _durable, sequence);

    /// <summary>Moves visible forward: this publishes the commits up to it.</summary>
    public void Publish(long sequence) => Raise(ref _visible, sequence);

    private static void Raise(ref long value, long target)
    {
        var seen = Volatile.Read(ref value);
        while (seen < target)
        {
            var found = Interlocked.CompareExchange(ref value, target, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
