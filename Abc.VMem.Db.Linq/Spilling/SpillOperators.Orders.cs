namespace Abc.VMem.Db.Linq.Spilling;

internal static partial class SpillOperators
{
    /// <summary>Sorts rows by a key; ThenBy goes on from there by itself.</summary>
    public static IOrderedEnumerable<T> OrderBy<T, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<T> source,
        Func<T, TKey> keySelector,
        IComparer<TKey>? comparer) =>
        Order(memory, site, source, new OrderLevel<T, TKey>(keySelector, comparer, descending: false));

    /// <summary>Sorts rows by a key, backwards.</summary>
    public static IOrderedEnumerable<T> OrderByDescending<T, TKey>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<T> source,
        Func<T, TKey> keySelector,
        IComparer<TKey>? comparer) =>
        Order(memory, site, source, new OrderLevel<T, TKey>(keySelector, comparer, descending: true));

    /// <summary>Sorts rows.</summary>
    public static IOrderedEnumerable<T> Order<T>(
        QueryMemory memory, SpillSite site, IEnumerable<T> source, IComparer<T>? comparer) =>
        OrderBy(memory, site, source, static row => row, comparer);

    /// <summary>Sorts rows, backwards.</summary>
    public static IOrderedEnumerable<T> OrderDescending<T>(
        QueryMemory memory, SpillSite site, IEnumerable<T> source, IComparer<T>? comparer) =>
        OrderByDescending(memory, site, source, static row => row, comparer);

    /// <summary>Turns the order round.</summary>
    public static IEnumerable<T> Reverse<T>(QueryMemory memory, SpillSite site, IEnumerable<T> source)
    {
        return site.Types.Refusal(typeof(T)) is null ? Backwards() : source.Reverse();

        // The last row first: the greatest number first.
        IEnumerable<T> Backwards() => OrderByDescending(memory, site, source.Index(), static row => row.Index, null)
            .Select(static row => row.Item);
    }

    private static IOrderedEnumerable<T> Order<T>(
        QueryMemory memory, SpillSite site, IEnumerable<T> source, OrderLevel<T> level) =>
        site.Types.Refusal(typeof(T)) is null
            ? new SpilledOrder<T>(memory, site, source, [level])
            : level.Sort(source);
}
