using System.Collections.Immutable;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Creates the sorted collections of the framework. Their own default would compare strings by the machine's culture:
/// texts that it calls equal would be lost, and the order would depend on where a document is read.
/// </summary>
internal static class SortedCollections
{
    /// <summary>Creates sorted sets of exactly this type; null for every other type.</summary>
    public static Func<IEnumerable<T>, TSet>? ForSet<TSet, T>()
    {
        if (typeof(TSet) == typeof(SortedSet<T>))
        {
            return static items => (TSet)(object)new SortedSet<T>(items, OrderOf<T>());
        }

        return typeof(TSet) == typeof(ImmutableSortedSet<T>)
            ? static items => (TSet)(object)ImmutableSortedSet.CreateRange(OrderOf<T>(), items)
            : null;
    }

    /// <summary>Creates sorted dictionaries of exactly this type; null for every other type.</summary>
    public static Func<IEnumerable<KeyValuePair<TKey, TValue>>, TMap>? ForMap<TMap, TKey, TValue>()
        where TKey : notnull
    {
        if (typeof(TMap) == typeof(SortedDictionary<TKey, TValue>))
        {
            return static items => Fill<TMap, TKey, TValue>(new SortedDictionary<TKey, TValue>(OrderOf<TKey>()), items);
        }

        if (typeof(TMap) == typeof(SortedList<TKey, TValue>))
        {
            return static items => Fill<TMap, TKey, TValue>(new SortedList<TKey, TValue>(OrderOf<TKey>()), items);
        }

        return typeof(TMap) == typeof(ImmutableSortedDictionary<TKey, TValue>)
            ? static items => (TMap)(object)ImmutableSortedDictionary.CreateRange(OrderOf<TKey>(), items)
            : null;
    }

    private static TMap Fill<TMap, TKey, TValue>(
        IDictionary<TKey, TValue> map, IEnumerable<KeyValuePair<TKey, TValue>> items)
    {
        foreach (var (key, value) in items)
        {
            map.Add(key, value);
        }

        return (TMap)map;
    }

    // A type of the application that says how it compares keeps its say.
    private static IComparer<T> OrderOf<T>() =>
        typeof(IComparable<T>).IsAssignableFrom(typeof(T)) && typeof(T) != typeof(string)
            && !typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(typeof(T))
            ? Comparer<T>.Default
            : KeyCodecs.Comparer<T>();
}
