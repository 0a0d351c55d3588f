namespace Abc.VMem.Db.Structures;

/// <summary>Counts the steps of a load, reports them now and then, and stops it when it is cancelled.</summary>
internal sealed class LoadWatch(Action<LoadProgress>? report, CancellationToken cancellationToken)
{
    private const int ReportEvery = 1024;

    private long _read;
    private long _written;
    private long _found;

    /// <summary>Steps that can't be cancelled and report to nobody.</summary>
    public static LoadWatch None => new(null, CancellationToken.None);

    /// <summary>A watch for a caller's progress.</summary>
    public static LoadWatch For(IProgress<LoadProgress>? progress, CancellationToken cancellationToken) =>
        new(progress is null ? null : progress.Report, cancellationToken);

    /// <summary>Notes that an item was taken from the source.</summary>
    /// <exception cref="OperationCanceledException">The load is cancelled.</exception>
    public void Read()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (++_read % ReportEvery == 1)
        {
            Report();
        }
    }

    /// <summary>Notes entries that will have to be written.</summary>
    public void Found(long count) => _found += count;

    /// <summary>Notes that an entry was written, or needed no writing.</summary>
    /// <exception cref="OperationCanceledException">The load is cancelled.</exception>
    public void Wrote()
    {
        if (++_written % ReportEvery == 0)
        {
            Step();
        }
    }

    /// <summary>Notes entries that were found and written at once.</summary>
    public void Stored(long count) => (_found, _written) = (_found + count, _written + count);

    /// <summary>Work goes on that the numbers do not show.</summary>
    /// <exception cref="OperationCanceledException">The load is cancelled.</exception>
    public void Step()
    {
        cancellationToken.ThrowIfCancellationRequested();
        Report();
    }

    /// <summary>Reports the numbers as they are.</summary>
    public void Report() => report?.Invoke(new(_read, _written, _found));
}
