using System.Collections;

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// Rows in order. As many as the budget holds are sorted by LINQ to Objects itself; beyond it each such portion is put
/// aside as a run, and the runs are merged by the same comparers on the way out. Stable. Immutable; each enumeration
/// has a share of its own.
/// </summary>
internal sealed class SpilledOrder<T>(
    QueryMemory memory, SpillSite site, IEnumerable<T> source, IReadOnlyList<OrderLevel<T>> levels)
    : IOrderedEnumerable<T>
{
    /// <summary>What sorting a row takes besides the row, in bytes: its key, its place.</summary>
    private const int SortBytes = 48;

    /// <inheritdoc/>
    public IOrderedEnumerable<T> CreateOrderedEnumerable<TKey>(
        Func<T, TKey> keySelector, IComparer<TKey>? comparer, bool descending) =>
        new SpilledOrder<T>(
            memory, site, source, [.. levels, new OrderLevel<T, TKey>(keySelector, comparer, descending)]);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        using var share = memory.Open(site.Operator);
        if (RowStore<T>.TryCreate(share) is not { } store)
        {
            foreach (var row in Sort(source))
            {
                yield return row;
            }

            yield break;
        }

        var runs = new OrderedRuns<T>(share, store, levels);
        var portion = new List<T>();
        var bytes = 0L;
        foreach (var row in source)
        {
            portion.Add(row);
            bytes += SortBytes + store.Measure(row);
            share.Hold(bytes);
            if (share.IsBeyond(bytes))
            {
                runs.Add(Sort(portion));
                portion.Clear();
                bytes = 0;
            }
        }

        var rest = Sort(portion);
        foreach (var row in runs.IsEmpty ? rest : runs.Merge(rest))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<T> Sort(IEnumerable<T> rows)
    {
        var sorted = levels[0].Sort(rows);
        return levels.Skip(1).Aggregate(sorted, static (rows, level) => level.SortFurther(rows));
    }
}
