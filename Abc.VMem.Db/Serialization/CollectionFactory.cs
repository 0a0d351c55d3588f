using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection.Emit;

namespace Abc.VMem.Db.Serialization;

/// <summary>Ways to create collections from what was read.</summary>
internal static class CollectionFactory
{
    private static readonly Dictionary<Type, Type> ImmutableCreators = new()
    {
        [typeof(ImmutableArray<>)] = typeof(ImmutableArray),
        [typeof(ImmutableList<>)] = typeof(ImmutableList),
        [typeof(IImmutableList<>)] = typeof(ImmutableList),
        [typeof(ImmutableHashSet<>)] = typeof(ImmutableHashSet),
        [typeof(IImmutableSet<>)] = typeof(ImmutableHashSet),
        [typeof(ImmutableQueue<>)] = typeof(ImmutableQueue),
        [typeof(IImmutableQueue<>)] = typeof(ImmutableQueue),
        [typeof(ImmutableStack<>)] = typeof(ImmutableStack),
        [typeof(IImmutableStack<>)] = typeof(ImmutableStack),
        [typeof(ImmutableDictionary<,>)] = typeof(ImmutableDictionary),
        [typeof(IImmutableDictionary<,>)] = typeof(ImmutableDictionary),
    };

    // Collections that are enumerated last in, first out: created from the reverse they enumerate alike again.
    private static readonly HashSet<Type> Reversed =
    [
        typeof(Stack<>), typeof(ConcurrentStack<>), typeof(ConcurrentBag<>), typeof(ImmutableStack<>),
        typeof(IImmutableStack<>),
    ];

    /// <summary>Creates lists and sets of a type from their elements; null when there is no way.</summary>
    public static Func<T[], TList>? ForList<TList, T>()
        where TList : IEnumerable<T>
    {
        var type = typeof(TList);
        if (type.IsAssignableFrom(typeof(List<T>)))
        {
            return static items => (TList)(object)new List<T>(items);
        }

        if (type.IsAssignableFrom(typeof(HashSet<T>)))
        {
            return static items => (TList)(object)new HashSet<T>(items);
        }

        if (type == typeof(ReadOnlyObservableCollection<T>))
        {
            return static items => (TList)(object)new ReadOnlyObservableCollection<T>([.. items]);
        }

        if (type.IsAssignableFrom(typeof(FrozenSet<T>)) || type == typeof(FrozenSet<T>))
        {
            return static items => (TList)(object)items.ToFrozenSet();
        }

        var create = CreatorOf<IEnumerable<T>, TList>(type, [typeof(T)]) ?? SortedCollections.ForSet<TList, T>();
        if (create is null && CanAdd<TList, T>(type))
        {
            return static items => Fill<TList, T>(items);
        }

        create ??= Constructor<IEnumerable<T>, TList>(type);
        if (create is null)
        {
            return Constructor<T[], TList>(type);
        }

        return type.IsGenericType && Reversed.Contains(type.GetGenericTypeDefinition())
            ? items => create(Enumerable.Reverse(items))
            : items => create(items);
    }

    /// <summary>Creates dictionaries of a type; null when there is no way.</summary>
    public static Func<Dictionary<TKey, TValue>, TMap>? ForMap<TMap, TKey, TValue>()
        where TKey : notnull
        where TMap : IEnumerable<KeyValuePair<TKey, TValue>>
    {
        var type = typeof(TMap);
        if (type == typeof(FrozenDictionary<TKey, TValue>))
        {
            return static map => (TMap)(object)map.ToFrozenDictionary();
        }

        var create = CreatorOf<IEnumerable<KeyValuePair<TKey, TValue>>, TMap>(type, [typeof(TKey), typeof(TValue)])
            ?? SortedCollections.ForMap<TMap, TKey, TValue>();
        if (create is not null)
        {
            return map => create(map);
        }

        if (CanAdd<TMap, KeyValuePair<TKey, TValue>>(type))
        {
            return static map => Fill<TMap, KeyValuePair<TKey, TValue>>(map);
        }

        return Constructor<Dictionary<TKey, TValue>, TMap>(type);
    }

    private static bool CanAdd<TList, T>(Type type) =>
        type is { IsClass: true, IsAbstract: false } && type.GetConstructor(Type.EmptyTypes) is not null
        && typeof(ICollection<T>).IsAssignableFrom(typeof(TList));

    private static TList Fill<TList, T>(IEnumerable<T> items)
    {
        var list = Activator.CreateInstance<TList>();
        var target = (ICollection<T>)list!;
        foreach (var item in items)
        {
            target.Add(item);
        }

        return list;
    }

    // ImmutableX.CreateRange<…>(IEnumerable<…>) for immutable collections and their interfaces.
    private static Func<TItems, TResult>? CreatorOf<TItems, TResult>(Type type, Type[] arguments)
    {
        if (!type.IsGenericType || !ImmutableCreators.TryGetValue(type.GetGenericTypeDefinition(), out var creator))
        {
            return null;
        }

        return creator.GetMethods()
            .Where(m => m.Name == "CreateRange" && m.GetGenericArguments().Length == arguments.Length)
            .Select(m => m.MakeGenericMethod(arguments))
            .First(m => m.GetParameters() is [var only] && only.ParameterType == typeof(TItems))
            .CreateDelegate<Func<TItems, TResult>>();
    }

    // The public constructor with one parameter that takes the items.
    private static Func<TItems, TResult>? Constructor<TItems, TResult>(Type type)
    {
        var constructor = type.IsAbstract ? null : type.GetConstructors()
            .Where(c => c.GetParameters() is [var only] && only.ParameterType != typeof(object)
                && only.ParameterType.IsAssignableFrom(typeof(TItems)))
            .MinBy(c => c.GetParameters()[0].ParameterType == typeof(TItems) ? 0 : 1);
        if (constructor is null)
        {
            return null;
        }

        var method = new DynamicMethod("Create", typeof(TResult), [typeof(TItems)], true);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<TItems, TResult>>();
    }
}
