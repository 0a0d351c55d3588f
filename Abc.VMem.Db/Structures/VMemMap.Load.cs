using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db;

/// <summary>Loading many entries at once.</summary>
public sealed partial class VMemMap
{
    /// <summary>
    /// Adds entries, in one transaction where none is given; those whose keys are there are left as they are.
    /// </summary>
    /// <param name="entries">
    /// The entries, any number of them in any order; those in ascending order of their keys, above all that are there,
    /// go fastest. What does not fit in memory is sorted in temporary pages. Each one's bytes are taken before the next
    /// one is asked for. They may be read from this map, which then reads without what is added, or from others.
    /// </param>
    /// <param name="progress">Receives progress, on the loading thread, while the writer's place is taken.</param>
    /// <param name="cancellationToken">Stops the call; nothing was changed then.</param>
    /// <returns>How many were added.</returns>
    /// <exception cref="LimitExceededException">A key or value is too long; nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TransactionException">The map can't be written now; the reason says why.</exception>
    /// <remarks>When the sequence throws, nothing was changed, also in a given transaction, which can go on.</remarks>
    public long InsertRange(
        IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> entries,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Load(entries, AddBytes, LoadRule.Keep, LoadWatch.For(progress, cancellationToken));

    /// <summary>As <see cref="InsertRange"/>, without blocking a thread while it waits for the writer's
    /// place.</summary>
    /// <inheritdoc cref="InsertRange"/>
    public ValueTask<long> InsertRangeAsync(
        IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> entries,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        LoadAsync(entries, AddBytes, LoadRule.Keep, LoadWatch.For(progress, cancellationToken), cancellationToken);

    /// <summary>
    /// Adds or replaces entries, in one transaction where none is given; of those with the same key the last one stays.
    /// </summary>
    /// <returns>How many keys were not there before.</returns>
    /// <inheritdoc cref="InsertRange" path="/param"/>
    /// <inheritdoc cref="InsertRange" path="/exception"/>
    /// <inheritdoc cref="InsertRange" path="/remarks"/>
    public long PutRange(
        IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> entries,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Load(entries, AddBytes, LoadRule.Replace, LoadWatch.For(progress, cancellationToken));

    /// <summary>As <see cref="PutRange"/>, without blocking a thread while it waits for the writer's place.</summary>
    /// <inheritdoc cref="PutRange"/>
    public ValueTask<long> PutRangeAsync(
        IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> entries,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        LoadAsync(entries, AddBytes, LoadRule.Replace, LoadWatch.For(progress, cancellationToken), cancellationToken);

    /// <summary>Loads entries of any type; returns how many keys were not there.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="add">Encodes one and adds it.</param>
    /// <param name="rule">What becomes of keys that are there.</param>
    /// <param name="watch">Is told of the progress.</param>
    internal long Load<TEntry>(
        IEnumerable<TEntry> entries, Action<TEntry, MapLoad> add, LoadRule rule, LoadWatch watch)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var pages = _scope.EnterWrite();
        try
        {
            var added = LoadAll(pages, entries, add, rule, watch);
            _scope.ExitWrite(pages);
            return added;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    /// <inheritdoc cref="Load"/>
    internal async ValueTask<long> LoadAsync<TEntry>(
        IEnumerable<TEntry> entries,
        Action<TEntry, MapLoad> add,
        LoadRule rule,
        LoadWatch watch,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var pages = await _scope.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var added = LoadAll(pages, entries, add, rule, watch);
            await _scope.ExitWriteAsync(pages, cancellationToken).ConfigureAwait(false);
            return added;
        }
        catch
        {
            _scope.AbandonWrite(pages);
            throw;
        }
    }

    private static void AddBytes(KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> entry, MapLoad load) =>
        load.Add(entry.Key.Span, entry.Value.Span);

    private long LoadAll<TEntry>(
        PageWriter pages, IEnumerable<TEntry> entries, Action<TEntry, MapLoad> add, LoadRule rule, LoadWatch watch)
    {
        var added = 0L;
        WholeChange.Run(_scope, pages, () =>
        {
            using var work = _scope.TakeWork(out var budget);
            using var space = new TemporarySpace(_scope);
            var sorter = new RunSorter(() => space.Pages, budget, budget, newestFirst: rule == LoadRule.Replace);
            MapLoad? load = null;
            foreach (var entry in entries)
            {
                watch.Read();
                load ??= new MapLoad(pages, Locator.FindOrCreate(pages), sorter, rule, duplicate: null, watch);
                add(entry, load);
            }

            added = load?.Complete() ?? 0;
            watch.Report();
        });
        return added;
    }
}
