namespace Abc.VMem.Db.Linq.Spilling;

/// <remarks>Rows stream; what is held is the set of keys.</remarks>
internal static partial class SpillOperators
{
    /// <summary>Drops repeated rows.</summary>
    public static IEnumerable<T> Distinct<T>(
        QueryMemory memory, SpillSite site, IEnumerable<T> source, IEqualityComparer<T>? comparer) =>
        CanHold(site, comparer)
            ? AddedOf(memory, site, [], source, static row => row, comparer)
            : source.Distinct(comparer);

    /// <summary>Drops rows whose key was there.</summary>
    public static IEnumerable<T> DistinctBy<T, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<T> source,
        Func<T, TKey> keySelector,
        IEqualityComparer<TKey>? comparer) =>
        CanHold(site, comparer)
            ? AddedOf(memory, site, [], source, keySelector, comparer)
            : source.DistinctBy(keySelector, comparer);

    /// <summary>Rows of both, without repeated ones.</summary>
    public static IEnumerable<T> Union<T>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<T> first,
        IEnumerable<T> second,
        IEqualityComparer<T>? comparer) =>
        CanHold(site, comparer) && second is not null
            ? AddedOf(memory, site, [], first.Concat(second), static row => row, comparer)
            : first.Union(second!, comparer);

    /// <summary>Rows of both, without those whose key was there.</summary>
    public static IEnumerable<T> UnionBy<T, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<T> first,
        IEnumerable<T> second,
        Func<T, TKey> keySelector,
        IEqualityComparer<TKey>? comparer) =>
        CanHold(site, comparer) && second is not null
            ? AddedOf(memory, site, [], first.Concat(second), keySelector, comparer)
            : first.UnionBy(second!, keySelector, comparer);

    /// <summary>Rows that are not in the second, without repeated ones.</summary>
    public static IEnumerable<T> Except<T>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<T> first,
        IEnumerable<T> second,
        IEqualityComparer<T>? comparer) =>
        CanHold(site, comparer) && second is not null
            ? AddedOf(memory, site, second, first, static row => row, comparer)
            : first.Except(second!, comparer);

    /// <summary>Rows whose key is not in the second, without those whose key was there.</summary>
    public static IEnumerable<T> ExceptBy<T, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<T> first,
        IEnumerable<TKey> second,
        Func<T, TKey> keySelector,
        IEqualityComparer<TKey>? comparer) =>
        CanHold(site, comparer) && second is not null
            ? AddedOf(memory, site, second, first, keySelector, comparer)
            : first.ExceptBy(second!, keySelector, comparer);

    /// <summary>Rows that are in both, without repeated ones.</summary>
    public static IEnumerable<T> Intersect<T>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<T> first,
        IEnumerable<T> second,
        IEqualityComparer<T>? comparer) =>
        CanHold(site, comparer) && second is not null
            ? RemovedOf(memory, site, second, first, static row => row, comparer)
            : first.Intersect(second!, comparer);

    /// <summary>Rows whose key is in the second, one for each key.</summary>
    public static IEnumerable<T> IntersectBy<T, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<T> first,
        IEnumerable<TKey> second,
        Func<T, TKey> keySelector,
        IEqualityComparer<TKey>? comparer) =>
        CanHold(site, comparer) && second is not null
            ? RemovedOf(memory, site, second, first, keySelector, comparer)
            : first.IntersectBy(second!, keySelector, comparer);

    private static bool CanHold<TKey>(SpillSite site, IEqualityComparer<TKey>? comparer) =>
        site.Types.KeyRefusal(comparer) is null;

    /// <summary>The rows whose keys are new to a set, which begins with some keys.</summary>
    private static IEnumerable<T> AddedOf<T, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TKey> keys,
        IEnumerable<T> rows,
        Func<T, TKey> keySelector,
        IEqualityComparer<TKey>? comparer)
    {
        using var set = new KeySet<TKey>(memory, site, comparer);
        foreach (var key in keys)
        {
            set.Add(key);
        }

        foreach (var row in rows)
        {
            if (set.Add(keySelector(row)))
            {
                yield return row;
            }
        }
    }

    /// <summary>The rows whose keys are still in a set, and leave it.</summary>
    private static IEnumerable<T> RemovedOf<T, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TKey> keys,
        IEnumerable<T> rows,
        Func<T, TKey> keySelector,
        IEqualityComparer<TKey>? comparer)
    {
        using var set = new KeySet<TKey>(memory, site, comparer);
        foreach (var key in keys)
        {
            set.Add(key);
        }

        foreach (var row in rows)
        {
            if (set.Remove(keySelector(row)))
            {
                yield return row;
            }
        }
    }
}
