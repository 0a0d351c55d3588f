namespace Abc.VMem.Db.Paging;

/// <summary>A snapshot that pointers keep open between them: the last one ends it. Thread-safe.</summary>
internal sealed class SharedSnapshot(IDisposable snapshot)
{
    private int _users = 1;

    /// <summary>Adds a user; only for one that is a user already.</summary>
    public void Share() => Interlocked.Increment(ref _users);

    /// <summary>Ends one use.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            snapshot.Dispose();
        }
    }
}
