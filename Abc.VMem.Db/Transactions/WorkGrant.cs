namespace Abc.VMem.Db.Transactions;

/// <summary>
/// An operation's share of the memory for sorting and collecting. Dispose gives it back, once; not thread-safe.
/// </summary>
internal sealed class WorkGrant : IDisposable
{
    private WorkMemory? _memory;

    internal WorkGrant(WorkMemory memory, long bytes) => (_memory, Bytes) = (memory, bytes);

    /// <summary>Gives back the share of an operation that was abandoned, as an enumeration nobody ended.</summary>
    ~WorkGrant() => _memory?.Return(Bytes);

    /// <summary>Bytes that the operation may use.</summary>
    public long Bytes { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory?.Return(Bytes);
        _memory = null;
        GC.SuppressFinalize(this);
    }
}
