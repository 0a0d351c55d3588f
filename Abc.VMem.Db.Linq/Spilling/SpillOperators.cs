namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// Operators of LINQ to Objects that must hold rows: the same results in the same order, but what goes beyond the
/// query's budget is put aside in temporary pages. Each has the parameters of its model, a comparer always among them,
/// behind the memory and what is known of its place; it hands over to its model where rows or keys can't be put aside.
/// </summary>
internal static partial class SpillOperators
{
    /// <summary>Groups rows by key.</summary>
    public static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TSource> source,
        Func<TSource, TKey> keySelector,
        IEqualityComparer<TKey>? comparer) =>
        GroupBy(memory, site, source, keySelector, static row => row, comparer);

    /// <summary>Groups elements of rows by key.</summary>
    public static IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TSource> source,
        Func<TSource, TKey> keySelector,
        Func<TSource, TElement> elementSelector,
        IEqualityComparer<TKey>? comparer)
    {
        var lookup = SpillLookup<TKey, TElement>.TryCreate(memory, site, comparer);
        if (lookup is not null)
        {
            foreach (var row in source)
            {
                lookup.Add(keySelector(row), elementSelector(row));
            }

            lookup.Complete();
        }

        foreach (var group in lookup?.Groups() ?? source.GroupBy(keySelector, elementSelector, comparer))
        {
            yield return group;
        }
    }

    /// <summary>Makes one row of each group.</summary>
    public static IEnumerable<TResult> GroupBy<TSource, TKey, TResult>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TSource> source,
        Func<TSource, TKey> keySelector,
        Func<TKey, IEnumerable<TSource>, TResult> resultSelector,
        IEqualityComparer<TKey>? comparer) =>
        GroupBy(memory, site, source, keySelector, static row => row, comparer)
            .Select(group => resultSelector(group.Key, group));

    /// <summary>Makes one row of each group of elements.</summary>
    public static IEnumerable<TResult> GroupBy<TSource, TKey, TElement, TResult>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TSource> source,
        Func<TSource, TKey> keySelector,
        Func<TSource, TElement> elementSelector,
        Func<TKey, IEnumerable<TElement>, TResult> resultSelector,
        IEqualityComparer<TKey>? comparer) =>
        GroupBy(memory, site, source, keySelector, elementSelector, comparer)
            .Select(group => resultSelector(group.Key, group));

    /// <summary>Counts rows by key.</summary>
    public static IEnumerable<KeyValuePair<TKey, int>> CountBy<TSource, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TSource> source,
        Func<TSource, TKey> keySelector,
        IEqualityComparer<TKey>? comparer)
        where TKey : notnull =>
        AggregateBy(memory, site, source, keySelector, 0, static (count, _) => checked(count + 1), comparer);

    /// <summary>Folds the rows of each key.</summary>
    public static IEnumerable<KeyValuePair<TKey, TAccumulate>> AggregateBy<TSource, TKey, TAccumulate>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TSource> source,
        Func<TSource, TKey> keySelector,
        TAccumulate seed,
        Func<TAccumulate, TSource, TAccumulate> func,
        IEqualityComparer<TKey>? comparer)
        where TKey : notnull =>
        AggregateBy(memory, site, source, keySelector, _ => seed, func, comparer);

    /// <summary>Folds the rows of each key, from a start that depends on it.</summary>
    /// <remarks>
    /// As many keys as fit have their values in memory; the rows of later keys are grouped, and folded at the end. That
    /// keeps the order of the keys, since each of these came after all of those.
    /// </remarks>
    public static IEnumerable<KeyValuePair<TKey, TAccumulate>> AggregateBy<TSource, TKey, TAccumulate>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TSource> source,
        Func<TSource, TKey> keySelector,
        Func<TKey, TAccumulate> seedSelector,
        Func<TAccumulate, TSource, TAccumulate> func,
        IEqualityComparer<TKey>? comparer)
        where TKey : notnull
    {
        var later = SpillLookup<TKey, TSource>.TryCreate(memory, site, comparer);
        if (later is null)
        {
            foreach (var pair in source.AggregateBy(keySelector, seedSelector, func, comparer))
            {
                yield return pair;
            }

            yield break;
        }

        var values = later.OpenValues<TAccumulate>();
        foreach (var row in source)
        {
            var key = keySelector(row);
            if (!values.TryFold(key, seedSelector, func, row))
            {
                later.Add(key, row);
            }
        }

        later.Complete();
        foreach (var pair in values.Pairs.Concat(later.Groups().Select(Fold)))
        {
            yield return pair;
        }

        KeyValuePair<TKey, TAccumulate> Fold(IGrouping<TKey, TSource> group) =>
            new(group.Key, group.Aggregate(seedSelector(group.Key), func));
    }
}
