using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>
/// Which rows of a query can be put aside and made again without anyone seeing a difference: values, what is made of
/// values, documents and what is in them, and objects that the query itself makes and that are stored whole.
/// Thread-safe.
/// </summary>
internal sealed class RowTypes
{
    private readonly ConcurrentDictionary<Type, string?> _refusals = new();
    private readonly ConcurrentDictionary<(Type Key, bool HasComparer), string?> _keyRefusals = new();
    private readonly HashSet<Type> _documents = [];
    private readonly HashSet<Type> _made;
    private readonly HashSet<Type> _returned;
    private readonly string? _refusedObjects;

    /// <summary>The types of a query.</summary>
    /// <param name="documents">Types of documents that it reads.</param>
    /// <param name="made">Types of which it makes objects itself.</param>
    /// <param name="returned">Types of which the application's methods give it objects.</param>
    /// <param name="refusedObjects">Why no objects can be put aside; null when they can.</param>
    public RowTypes(
        IEnumerable<Type> documents, IEnumerable<Type> made, IEnumerable<Type> returned, string? refusedObjects)
    {
        (_made, _returned, _refusedObjects) = ([.. made], [.. returned], refusedObjects);
        foreach (var document in documents)
        {
            AddDocument(CodecRegistry.Get(document));
        }
    }

    /// <summary>Why rows of a type stay on the heap; null when they can be put aside.</summary>
    public string? Refusal(Type type) => _refusals.GetOrAdd(type, type => Refusal(type, []));

    /// <summary>Why groups by a key stay on the heap; null when they can be put aside.</summary>
    /// <param name="comparer">Tells whether keys are equal; null = the default comparer.</param>
    public string? KeyRefusal<TKey>(IEqualityComparer<TKey>? comparer) =>
        KeyRefusal(typeof(TKey), hasComparer: comparer is not (null or ReferenceEqualityComparer)
            && !ReferenceEquals(comparer, EqualityComparer<TKey>.Default))
        ?? (comparer is ReferenceEqualityComparer ? "keys are compared by reference" : null);

    /// <summary>The same, by type.</summary>
    public string? KeyRefusal(Type key, bool hasComparer) => _keyRefusals.GetOrAdd(
        (key, hasComparer),
        pair => Refusal(pair.Key)
            ?? (pair.HasComparer || HasValueEquality(pair.Key)
                ? null
                : $"keys of type {CodecRegistry.NameOf(pair.Key)} are compared by reference"));

    /// <summary>Whether equal values of a type stay equal when they are made again.</summary>
    public static bool HasValueEquality(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum || (bare != typeof(byte[]) && ScalarCodecs.ByType.ContainsKey(bare)))
        {
            return true;
        }

        return IsComposite(bare)
            ? MembersOf(bare).All(HasValueEquality)
            : OverridesEquals(bare) && FieldsOf(bare).All(field => HasValueEquality(field.FieldType));
    }

    private void AddDocument(ValueCodec? codec)
    {
        if (codec is null || !_documents.Add(codec.ValueType))
        {
            return;
        }

        AddDocument(codec.Key);
        AddDocument(codec.Element);
        foreach (var member in codec.Plan?.Members ?? [])
        {
            AddDocument(member.Codec);
        }
    }

    private string? Refusal(Type type, HashSet<Type> visited)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum || ScalarCodecs.ByType.ContainsKey(bare) || !visited.Add(bare))
        {
            return null;
        }

        if (IsComposite(bare))
        {
            return RefusalOfAny(MembersOf(bare), visited);
        }

        if (_refusedObjects is not null && !bare.IsValueType)
        {
            return _refusedObjects;
        }

        // A document that was not read but made may hold more than is stored.
        var isRead = _documents.Contains(bare) && !_made.Contains(bare) && !_returned.Contains(bare);
        return isRead || (_documents.Contains(bare) && IsStoredWhole(bare)) ? null
            : ElementOf(bare) is { } element ? Refusal(element, visited)
            : _made.Contains(bare) && IsStoredWhole(bare) ? RefusalOfAny(MembersOf(bare), visited)
            : $"rows hold a {CodecRegistry.NameOf(bare)}";
    }

    private string? RefusalOfAny(IEnumerable<Type> types, HashSet<Type> visited) =>
        types.Select(type => Refusal(type, visited)).FirstOrDefault(refusal => refusal is not null);

    private static bool IsComposite(Type type) => ObjectMembers.IsTuple(type)
        || (type.IsDefined(typeof(CompilerGeneratedAttribute), false)
            && type.Name.Contains("AnonymousType", StringComparison.Ordinal));

    private static IEnumerable<Type> MembersOf(Type type) =>
        FieldsOf(type).Select(field => field.FieldType);

    private static Type? ElementOf(Type type) => type.IsSZArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) ? type.GetGenericArguments()[0]
        : null;

    /// <summary>Whether all that an object of the type holds is in members that are stored.</summary>
    private static bool IsStoredWhole(Type type)
    {
        if (CodecRegistry.Get(type) is not { Refusal: null, Plan: { } plan })
        {
            return false;
        }

        var stored = plan.Members
            .Select(member => member.Member)
            .Select(member => member is FieldInfo ? member.Name : $"<{member.Name}>k__BackingField")
            .ToHashSet();
        return FieldsOf(type).All(field => stored.Contains(field.Name));
    }

    private static bool OverridesEquals(Type type) => type.IsValueType
        || type.GetMethod(nameof(Equals), [typeof(object)])?.DeclaringType != typeof(object);

    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (var t = type; t is not null && t != typeof(object) && t != typeof(ValueType); t = t.BaseType)
        {
            foreach (var field in t.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }
}
