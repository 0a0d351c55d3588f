namespace Abc.VMem.Db.Collections;

/// <summary>
/// Hands out numbers for keys before the writer's place is taken, so that documents can be encoded outside of it. They
/// are guesses: one at or below the stored high-water mark is replaced by the statement. Thread-safe.
/// </summary>
internal sealed class IdentityAllocator
{
    private long _last;

    /// <summary>A number that nobody else got.</summary>
    public long Next() => Interlocked.Increment(ref _last);

    /// <summary>Notes the highest number that is taken.</summary>
    public void Raise(long number)
    {
        for (var last = Interlocked.Read(ref _last); last < number; last = Interlocked.Read(ref _last))
        {
            Interlocked.CompareExchange(ref _last, number, last);
        }
    }

    /// <summary>
    /// Takes back the numbers first..last when nobody got a later one: a failed statement then leaves no gap.
    /// </summary>
    public void GiveBack(long first, long last) => Interlocked.CompareExchange(ref _last, first - 1, last);

    /// <summary>Starts again, for a collection that was dropped.</summary>
    public void Reset() => Interlocked.Exchange(ref _last, 0);
}
