namespace Abc.VMem.Db.Serialization;

/// <summary>Recognizes lists, sets and dictionaries.</summary>
internal static class CollectionCodecs
{
    /// <summary>The codec of a collection type; null when the type is none.</summary>
    public static ValueCodec? TryCreate(Type type)
    {
        if (type.IsArray)
        {
            return Make(typeof(ArrayCodec<>), [type.GetElementType()!], Later(type.GetElementType()!));
        }

        if (FindInterface(type, typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>)) is { } map)
        {
            var types = map.GetGenericArguments();
            return TryCreateMap(type, types[0], types[1]);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            var element = type.GetGenericArguments()[0];
            return Make(typeof(PlainListCodec<>), [element], Later(element));
        }

        var list = FindInterface(type, typeof(ICollection<>), typeof(IReadOnlyCollection<>), typeof(IEnumerable<>));
        return list is null ? null : TryCreateList(type, list.GetGenericArguments()[0]);
    }

    private static ValueCodec? TryCreateList(Type type, Type element)
    {
        var create = CallFactory(nameof(CollectionFactory.ForList), type, element);
        return create is null ? null : Make(typeof(CollectionCodec<,>), [type, element], Later(element), create);
    }

    private static ValueCodec? TryCreateMap(Type type, Type key, Type value)
    {
        var dictionary = typeof(Dictionary<,>).MakeGenericType(key, value);
        var isDictionary = type.IsAssignableFrom(dictionary);
        var create = isDictionary ? null : CallFactory(nameof(CollectionFactory.ForMap), type, key, value);
        return create is null && !isDictionary
            ? null
            : Make(typeof(DictionaryCodec<,,>), [type, key, value], Later(key), Later(value), create);
    }

    private static object? CallFactory(string method, params Type[] types) =>
        typeof(CollectionFactory).GetMethod(method)!.MakeGenericMethod(types).Invoke(null, null);

    // The first of the definitions that the type is or implements once.
    private static Type? FindInterface(Type type, params ReadOnlySpan<Type> definitions)
    {
        foreach (var definition in definitions)
        {
            var found = type.GetInterfaces().Append(type)
                .Where(t => t.IsGenericType && t.GetGenericTypeDefinition() == definition)
                .ToArray();
            if (found.Length == 1)
            {
                return found[0];
            }
        }

        return null;
    }

    private static Lazy<ValueCodec> Later(Type type) => new(() => CodecRegistry.Get(type));

    private static ValueCodec Make(Type definition, Type[] types, params object?[] arguments) =>
        (ValueCodec)Activator.CreateInstance(definition.MakeGenericType(types), arguments)!;
}
