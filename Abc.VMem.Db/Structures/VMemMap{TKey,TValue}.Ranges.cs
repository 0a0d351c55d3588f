using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Changing many entries of a typed map at once.</summary>
public sealed partial class VMemMap<TKey, TValue>
{
    /// <summary>
    /// Adds entries, in one transaction where none is given; those whose keys are there are left as they are.
    /// </summary>
    /// <param name="entries">
    /// The entries, in any order; those in the order of their keys go fastest. They may be read from this map or from
    /// others. When the sequence throws, nothing stays added: a given transaction can then only be rolled back.
    /// </param>
    /// <returns>How many were added.</returns>
    /// <exception cref="LimitExceededException">
    /// A key or value is too long; or the keys lie so far apart in a large map that more pages than half of the pool's
    /// are rewritten: then add fewer at a time. Nothing stays added.
    /// </exception>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public long InsertRange(IEnumerable<KeyValuePair<TKey, TValue>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return _bytes.Change(entries, InsertAll);
    }

    /// <summary>As <see cref="InsertRange"/>, without blocking a thread.</summary>
    public ValueTask<long> InsertRangeAsync(
        IEnumerable<KeyValuePair<TKey, TValue>> entries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return _bytes.ChangeAsync(entries, InsertAll, cancellationToken);
    }

    /// <summary>
    /// Removes the entries whose keys are at least the first and below the second. Cheap: whole pages go back at once.
    /// </summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public long RemoveRange(TKey from, TKey to) => _bytes.RemoveRange(Encode(from), Encode(to));

    /// <summary>As <see cref="RemoveRange"/>, without blocking a thread.</summary>
    public ValueTask<long> RemoveRangeAsync(TKey from, TKey to, CancellationToken cancellationToken = default) =>
        _bytes.RemoveRangeAsync(Encode(from), Encode(to), cancellationToken);

    private long InsertAll(PageWriter pages, StateLocator locator, IEnumerable<KeyValuePair<TKey, TValue>> entries)
    {
        using var buffers = MapBuffers.Rent();
        var count = 0L;
        foreach (var (key, value) in entries)
        {
            buffers.Key.Clear();
            buffers.Written.ResetWrittenCount();
            Encode(key, value, buffers);
            BTree.CheckLimits(buffers.Key.Span.Length, buffers.Written.WrittenCount);
            if (BTree.Insert(pages, locator.FindOrCreate(pages), buffers.Key.Span, buffers.Written.WrittenSpan))
            {
                count++;
            }
        }

        return count;
    }
}
