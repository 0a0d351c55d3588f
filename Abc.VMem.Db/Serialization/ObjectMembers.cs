using System.Reflection;
using System.Runtime.Serialization;
using MessagePack;

namespace Abc.VMem.Db.Serialization;

/// <summary>Finds the members of plain types that are stored, and the constructor that makes them again.</summary>
internal static class ObjectMembers
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Members and constructor of a class or struct.</summary>
    public static ObjectPlan Discover(Type type)
    {
        var candidates = Candidates(type);
        var constructor = ChooseConstructor(type, candidates, out var refusal);
        var parameters = constructor?.GetParameters() ?? [];
        var members = candidates
            .Where(m => m.IsAssignable || parameters.Any(p => IsParameterOf(p, m)))
            .ToArray();
        var twice = members.GroupBy(m => m.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            refusal ??= $"{CodecRegistry.NameOf(type)} stores two members as \"{twice.Key}\".";
        }

        return new ObjectPlan
        {
            Type = type,
            Members = members,
            Constructor = constructor,
            ParameterMembers = Array.ConvertAll(parameters, p => Array.FindIndex(members, m => IsParameterOf(p, m))),
            Refusal = refusal,
        };
    }

    /// <summary>
    /// Tuples and key-value pairs are stored like plain objects with the members Item1… or Key and Value.
    /// </summary>
    public static bool IsTuple(Type type) =>
        typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));

    /// <summary>The stored name of a member: its own, unless an attribute gives another.</summary>
    public static string StoredName(MemberInfo member) =>
        member.GetCustomAttribute<KeyAttribute>()?.StringKey
        ?? (member.DeclaringType!.IsDefined(typeof(DataContractAttribute), true)
            ? member.GetCustomAttribute<DataMemberAttribute>()?.Name
            : null)
        ?? member.Name;

    /// <summary>null or all zeros.</summary>
    public static object? DefaultOf(Type type) => type.IsValueType ? Array.CreateInstance(type, 1).GetValue(0) : null;

    /// <summary>Default value of a constructor's parameter: the declared one, else null or all zeros.</summary>
    public static object? DefaultValueOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!parameter.HasDefaultValue || parameter.DefaultValue is not { } value)
        {
            return DefaultOf(type);
        }

        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare.IsEnum ? Enum.ToObject(bare, value) : value;
    }

    // Readable members by name, base class first; a member that hides or overrides another takes its place.
    private static List<MemberPlan> Candidates(Type type)
    {
        var chain = new Stack<Type>();
        for (var t = type; t is not null && t != typeof(object) && t != typeof(ValueType); t = t.BaseType)
        {
            chain.Push(t);
        }

        var members = new List<MemberPlan>();
        foreach (var declaring in chain)
        {
            IEnumerable<MemberInfo> own = declaring.GetProperties(Declared).OrderBy(p => p.MetadataToken);
            foreach (var member in own.Concat(declaring.GetFields(Declared).OrderBy(f => f.MetadataToken)))
            {
                Add(members, member);
            }
        }

        return members;
    }

    private static void Add(List<MemberPlan> members, MemberInfo member)
    {
        var hidden = members.FindIndex(m => m.Member.Name == member.Name);
        var plan = IsStored(member) ? PlanOf(member, hidden < 0 ? null : members[hidden]) : null;
        if (hidden < 0)
        {
            if (plan is not null)
            {
                members.Add(plan);
            }
        }
        else if (plan is not null)
        {
            members[hidden] = plan;
        }
        else if (IsIgnored(member))
        {
            members.RemoveAt(hidden);
        }
    }

    private static MemberPlan PlanOf(MemberInfo member, MemberPlan? hidden)
    {
        if (member is FieldInfo field)
        {
            return new MemberPlan(field, StoredName(field), field.FieldType, null);
        }

        // An override of the getter alone keeps the setter of the property it overrides.
        var property = (PropertyInfo)member;
        var isOverride = property.GetMethod!.GetBaseDefinition() != property.GetMethod;
        var setter = property.SetMethod ?? (isOverride ? hidden?.Setter : null);
        return new MemberPlan(property, StoredName(property), property.PropertyType, setter);
    }

    private static bool IsStored(MemberInfo member)
    {
        if (IsIgnored(member) || (member is PropertyInfo property
            && (property.GetMethod is null || property.GetIndexParameters().Length > 0)))
        {
            return false;
        }

        if (member.DeclaringType!.IsDefined(typeof(DataContractAttribute), false))
        {
            return member.IsDefined(typeof(DataMemberAttribute), true);
        }

        var isPublic = member is PropertyInfo { GetMethod.IsPublic: true } or FieldInfo { IsPublic: true };
        return isPublic || member.IsDefined(typeof(KeyAttribute), true);
    }

    private static bool IsIgnored(MemberInfo member) =>
        member.IsDefined(typeof(IgnoreMemberAttribute), true)
        || member.IsDefined(typeof(IgnoreDataMemberAttribute), true);

    // The marked constructor; else the parameterless one, unless another one takes members that can't be assigned.
    private static ConstructorInfo? ChooseConstructor(Type type, List<MemberPlan> members, out string? refusal)
    {
        refusal = null;
        var all = type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance);
        if (all.FirstOrDefault(c => c.IsDefined(typeof(SerializationConstructorAttribute))) is { } marked)
        {
            refusal = Fits(marked, members) ? null : $"the marked constructor of {CodecRegistry.NameOf(type)} has a "
                + "parameter that no member matches.";
            return marked;
        }

        var empty = all.FirstOrDefault(c => c.GetParameters().Length == 0);
        var getOnly = members.Where(m => !m.IsAssignable).ToArray();
        var best = all
            .Where(c => c.IsPublic && c.GetParameters().Length > 0 && Fits(c, members))
            .OrderByDescending(c => getOnly.Count(m => c.GetParameters().Any(p => IsParameterOf(p, m))))
            .ThenBy(c => c.GetParameters().Length)
            .FirstOrDefault();
        var takesGetOnly = best is not null && getOnly.Any(m => best.GetParameters().Any(p => IsParameterOf(p, m)));
        if (!takesGetOnly && (type.IsValueType || empty is not null))
        {
            return empty;
        }

        refusal = best is not null
            ? null
            : $"{CodecRegistry.NameOf(type)} has no constructor without parameters, and no "
            + "public one whose parameters all have the name and type of a stored member.";
        return best;
    }

    private static bool Fits(ConstructorInfo constructor, List<MemberPlan> members) =>
        Array.TrueForAll(
            constructor.GetParameters(),
            p => !p.ParameterType.IsByRef && (p.HasDefaultValue || members.Exists(m => IsParameterOf(p, m))));

    private static bool IsParameterOf(ParameterInfo parameter, MemberPlan member) =>
        string.Equals(parameter.Name, member.Member.Name, StringComparison.OrdinalIgnoreCase)
        && parameter.ParameterType == member.Type;
}
