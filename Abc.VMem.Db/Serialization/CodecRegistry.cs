using System.Collections.Concurrent;
using System.Reflection;
using MessagePack;
using MessagePack.Formatters;

namespace Abc.VMem.Db.Serialization;

/// <summary>Finds the codec of a type: made once, kept for the life of the process. Thread-safe.</summary>
internal static class CodecRegistry
{
    private const BindingFlags AllInstance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private static readonly ConcurrentDictionary<Type, ValueCodec> Codecs = new();

    /// <summary>The codec of a type; for one that can't be stored, a codec that says why.</summary>
    /// <remarks>Codecs of what is inside are found on first use, so types may contain themselves.</remarks>
    public static ValueCodec Get(Type type) => Codecs.GetOrAdd(type, Create);

    /// <summary>The codec of a type.</summary>
    public static ValueCodec<T> Get<T>() => Cache<T>.Codec;

    /// <summary>The codec of a member: that of its type, unless the member names a formatter.</summary>
    public static ValueCodec Get(Type type, MemberInfo member) =>
        member.GetCustomAttribute<MessagePackFormatterAttribute>() is { } formatter
            ? CreateOpaque(type, formatter)
            : Get(type);

    /// <summary>Name of a type for messages, such as "List&lt;Order&gt;".</summary>
    public static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    /// <summary>Name of an opaque layout in a field table: it changes when the type or its formatter does.</summary>
    public static string LabelOf(Type type, Type? formatter) =>
        formatter is null ? $"{type}" : $"{type} by {formatter}";

    /// <summary>Refuses an object of another class than the declared one: what is more in it would be lost.</summary>
    public static void CheckType(object value, Type declared)
    {
        if (declared is { IsClass: true, IsSealed: false, IsAbstract: false } && value.GetType() != declared)
        {
            throw new DocumentFault(
                $"the value is a {NameOf(value.GetType())}, declared is {NameOf(declared)}. Declare the type itself, "
                + "or mark the declared type with [Union].");
        }
    }

    /// <summary>Whether the layout of a type belongs to the library or to a formatter of the application.</summary>
    public static bool HasOwnLayout(Type type) =>
        type.IsDefined(typeof(MessagePackFormatterAttribute), false) || type.IsDefined(typeof(UnionAttribute), false)
        || (type.GetCustomAttribute<MessagePackObjectAttribute>() is { KeyAsPropertyName: false }
            && type.GetMembers(AllInstance).Any(m => m.GetCustomAttribute<KeyAttribute>() is { IntKey: not null }));

    private static ValueCodec Create(Type type)
    {
        if (ScalarCodecs.ByType.TryGetValue(type, out var scalar))
        {
            return scalar();
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Make(typeof(NullableCodec<>), [inner], Get(inner));
        }

        if (type.IsEnum)
        {
            var number = type.GetEnumUnderlyingType();
            return Make(typeof(EnumCodec<,>), [type, number], Get(number));
        }

        if (RefusalOf(type) is { } refusal)
        {
            return Refuse(type, refusal);
        }

        return HasOwnLayout(type)
            ? CreateOpaque(type, type.GetCustomAttribute<MessagePackFormatterAttribute>())
            : CollectionCodecs.TryCreate(type) ?? CreateObject(type);
    }

    private static ValueCodec CreateObject(Type type)
    {
        // The library is asked about framework types only: it takes longer to start than everything here.
        var isFramework = $"{type.Namespace}.".StartsWith("System.", StringComparison.Ordinal);
        if (isFramework && !ObjectMembers.IsTuple(type) && OpaqueResolver.Knows(type))
        {
            return CreateOpaque(type, null);
        }

        if (type.IsInterface || type.IsAbstract)
        {
            var kind = type.IsInterface ? "an interface" : "abstract";
            return Refuse(type, $"{NameOf(type)} is {kind}: declare a class, or mark it with [Union].");
        }

        var plan = ObjectMembers.Discover(type);
        if (plan.Members.Count == 0 && isFramework)
        {
            return Refuse(type, $"{NameOf(type)} has no members that could be stored.");
        }

        return plan.Refusal is { } reason ? Refuse(type, reason) : Make(typeof(ObjectCodec<>), [type], plan);
    }

    private static string? RefusalOf(Type type)
    {
        if (type == typeof(object) || type == typeof(ValueType) || type == typeof(Enum))
        {
            return $"{NameOf(type)} says nothing about what it holds: declare the type that is stored.";
        }

        var isUnstorable = type.IsPointer || type.IsByRefLike || type.IsByRef || type.ContainsGenericParameters
            || type == typeof(nint) || type == typeof(nuint) || typeof(Delegate).IsAssignableFrom(type)
            || typeof(MemberInfo).IsAssignableFrom(type) || typeof(Task).IsAssignableFrom(type)
            || (type.IsArray && type.GetArrayRank() > 1);
        return isUnstorable ? $"values of {NameOf(type)} can't be stored." : null;
    }

    private static ValueCodec CreateOpaque(Type type, MessagePackFormatterAttribute? attribute)
    {
        var formatter = attribute is null
            ? null
            : Activator.CreateInstance(attribute.FormatterType, attribute.Arguments);
        var expected = typeof(IMessagePackFormatter<>).MakeGenericType(type);
        return formatter is null || expected.IsInstanceOfType(formatter)
            ? Make(typeof(OpaqueCodec<>), [type], formatter)
            : Refuse(type, $"{NameOf(attribute!.FormatterType)} is no formatter of {NameOf(type)}.");
    }

    private static ValueCodec Refuse(Type type, string reason) => type.IsByRefLike || type.IsPointer || type.IsByRef
        ? new RefusedCodec<object>(reason)
        : Make(typeof(RefusedCodec<>), [type], reason);

    private static ValueCodec Make(Type definition, Type[] types, params object?[] arguments) =>
        (ValueCodec)Activator.CreateInstance(definition.MakeGenericType(types), arguments)!;

    private static class Cache<T>
    {
        public static readonly ValueCodec<T> Codec = (ValueCodec<T>)Codecs.GetOrAdd(typeof(T), Create);
    }
}
