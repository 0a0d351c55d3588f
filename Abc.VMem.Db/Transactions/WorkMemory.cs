namespace Abc.VMem.Db.Transactions;

/// <summary>
/// Memory that the operations of one pool share for what they sort and collect; beyond it they put it into temporary
/// pages. Thread-safe.
/// </summary>
/// <remarks>
/// Nobody waits for it: an operation gets at most half of what is left, so that the next one gets something too, and at
/// least <see cref="MinGrantBytes"/>. The total is exceeded only while so many run at once that each has this least.
/// </remarks>
internal sealed class WorkMemory(long totalBytes)
{
    /// <summary>What every operation is given, whatever the others have: a few pages.</summary>
    public const long MinGrantBytes = 16 << 10;

    private long _takenBytes;

    /// <summary>All of it.</summary>
    public long TotalBytes { get; } = totalBytes;

    /// <summary>Most that one operation gets.</summary>
    public long LargestGrantBytes => Math.Max(TotalBytes / 2, MinGrantBytes);

    /// <summary>What is in use now.</summary>
    public long TakenBytes => Interlocked.Read(ref _takenBytes);

    /// <summary>Takes a share, to be given back by disposing it.</summary>
    /// <param name="wantedBytes">Most that the operation can use.</param>
    public WorkGrant Take(long wantedBytes = long.MaxValue)
    {
        var taken = Interlocked.Read(ref _takenBytes);
        while (true)
        {
            var share = Math.Max((TotalBytes - taken) / 2, MinGrantBytes);
            var bytes = Math.Clamp(wantedBytes, MinGrantBytes, share);
            var found = Interlocked.CompareExchange(ref _takenBytes, taken + bytes, taken);
            if (found == taken)
            {
                return new(this, bytes);
            }

            taken = found;
        }
    }

    /// <summary>Takes the share that one operation gets.</summary>
    /// <param name="bytes">How much it is.</param>
    public WorkGrant Take(out long bytes)
    {
        var grant = Take();
        bytes = grant.Bytes;
        return grant;
    }

    internal void Return(long bytes) => Interlocked.Add(ref _takenBytes, -bytes);
}
