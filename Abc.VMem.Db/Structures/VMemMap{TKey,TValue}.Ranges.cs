using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Changing many entries of a typed map at once.</summary>
public sealed partial class VMemMap<TKey, TValue>
{
    /// <summary>
    /// Adds entries, in one transaction where none is given; those whose keys are there are left as they are.
    /// </summary>
    /// <param name="entries">
    /// The entries, any number of them in any order; those in ascending order of their keys, above all that are there,
    /// go fastest. What does not fit in memory is sorted in temporary pages. They may be read from this map, which then
    /// reads without what is added, or from others.
    /// </param>
    /// <returns>How many were added.</returns>
    /// <exception cref="LimitExceededException">A key or value is too long; nothing was changed.</exception>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    /// <remarks>When the sequence throws, nothing was changed, also in a given transaction, which can go on.</remarks>
    public long InsertRange(IEnumerable<KeyValuePair<TKey, TValue>> entries) => InsertRange(entries, progress: null);

    /// <inheritdoc cref="InsertRange(IEnumerable{KeyValuePair{TKey, TValue}})"/>
    /// <param name="entries">The entries.</param>
    /// <param name="progress">Receives progress, on the loading thread, while the writer's place is taken.</param>
    /// <param name="cancellationToken">Stops the call; nothing was changed then.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public long InsertRange(
        IEnumerable<KeyValuePair<TKey, TValue>> entries,
        IProgress<LoadProgress>? progress,
        CancellationToken cancellationToken = default) =>
        _bytes.Load(entries, AddEncoded, LoadRule.Keep, LoadWatch.For(progress, cancellationToken));

    /// <summary>As InsertRange, without blocking a thread while it waits for the writer's place.</summary>
    /// <inheritdoc cref="InsertRange(IEnumerable{KeyValuePair{TKey, TValue}})"/>
    public ValueTask<long> InsertRangeAsync(
        IEnumerable<KeyValuePair<TKey, TValue>> entries, CancellationToken cancellationToken = default) =>
        InsertRangeAsync(entries, progress: null, cancellationToken);

    /// <inheritdoc
    /// cref="InsertRange(IEnumerable{KeyValuePair{TKey, TValue}}, IProgress{LoadProgress}, CancellationToken)"/>
    public ValueTask<long> InsertRangeAsync(
        IEnumerable<KeyValuePair<TKey, TValue>> entries,
        IProgress<LoadProgress>? progress,
        CancellationToken cancellationToken = default) =>
        _bytes.LoadAsync(
            entries, AddEncoded, LoadRule.Keep, LoadWatch.For(progress, cancellationToken), cancellationToken);

    /// <summary>
    /// Adds or replaces entries, in one transaction where none is given; of those with the same key the last one stays.
    /// </summary>
    /// <inheritdoc cref="InsertRange(IEnumerable{KeyValuePair{TKey, TValue}})" path="/remarks"/>
    /// <inheritdoc cref="InsertRange(IEnumerable{KeyValuePair{TKey, TValue}})" path="/exception"/>
    /// <param name="entries">The entries, as for InsertRange.</param>
    /// <param name="progress">Receives progress, on the loading thread, while the writer's place is taken.</param>
    /// <param name="cancellationToken">Stops the call; nothing was changed then.</param>
    /// <returns>How many keys were not there before.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public long PutRange(
        IEnumerable<KeyValuePair<TKey, TValue>> entries,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        _bytes.Load(entries, AddEncoded, LoadRule.Replace, LoadWatch.For(progress, cancellationToken));

    /// <summary>As <see cref="PutRange"/>, without blocking a thread while it waits for the writer's place.</summary>
    /// <inheritdoc cref="PutRange"/>
    public ValueTask<long> PutRangeAsync(
        IEnumerable<KeyValuePair<TKey, TValue>> entries,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        _bytes.LoadAsync(
            entries, AddEncoded, LoadRule.Replace, LoadWatch.For(progress, cancellationToken), cancellationToken);

    /// <summary>
    /// Removes the entries whose keys are at least the first and below the second. Cheap: whole pages go back at once.
    /// </summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    public long RemoveRange(TKey from, TKey to) => _bytes.RemoveRange(Encode(from), Encode(to));

    /// <summary>As <see cref="RemoveRange"/>, without blocking a thread.</summary>
    public ValueTask<long> RemoveRangeAsync(TKey from, TKey to, CancellationToken cancellationToken = default) =>
        _bytes.RemoveRangeAsync(Encode(from), Encode(to), cancellationToken);

    private void AddEncoded(KeyValuePair<TKey, TValue> entry, MapLoad load)
    {
        using var buffers = MapBuffers.Rent();
        Encode(entry.Key, entry.Value, buffers);
        load.Add(buffers.Key.Span, buffers.Written.WrittenSpan);
    }
}
