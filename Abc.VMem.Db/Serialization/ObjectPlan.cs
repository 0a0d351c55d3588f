using System.Reflection;
using IdentityAttribute = System.ComponentModel.DataAnnotations.KeyAttribute;

namespace Abc.VMem.Db.Serialization;

/// <summary>A member that is stored. Immutable.</summary>
internal sealed class MemberPlan(MemberInfo member, string name, Type type, MethodInfo? setter)
{
    private readonly Lazy<ValueCodec> _codec = new(() => CodecRegistry.Get(type, member));

    /// <summary>Property or field.</summary>
    public MemberInfo Member => member;

    /// <summary>Name in field tables.</summary>
    public string Name => name;

    /// <summary>Declared type.</summary>
    public Type Type => type;

    /// <summary>Setter of a property, private or init-only ones included; null when there is none.</summary>
    public MethodInfo? Setter => setter;

    /// <summary>Whether it can be assigned after construction.</summary>
    public bool IsAssignable => setter is not null || member is FieldInfo { IsInitOnly: false };

    /// <summary>Codec of its values.</summary>
    public ValueCodec Codec => _codec.Value;

    /// <summary>The member's value in an object, by reflection.</summary>
    public object? GetValue(object target) =>
        member is PropertyInfo property ? property.GetValue(target) : ((FieldInfo)member).GetValue(target);
}

/// <summary>How objects of a plain type are taken apart and made. Immutable.</summary>
internal sealed class ObjectPlan
{
    /// <summary>The type.</summary>
    public required Type Type { get; init; }

    /// <summary>The members, base class first, in order of declaration.</summary>
    public required IReadOnlyList<MemberPlan> Members { get; init; }

    /// <summary>Constructor to call; null for a value type that starts as default.</summary>
    public ConstructorInfo? Constructor { get; init; }

    /// <summary>For each parameter the index of its member, or -1: then its default value is passed.</summary>
    public IReadOnlyList<int> ParameterMembers { get; init; } = [];

    /// <summary>Why objects of the type can't be made; null when they can.</summary>
    public string? Refusal { get; init; }

    /// <summary>
    /// Index of the member that tells one object from another ("Id", "OrderId", [Key]); -1 when there is none.
    /// </summary>
    public int IdentityMember
    {
        get
        {
            var names = new[] { "Id", Type.Name + "Id" };
            var members = Members.ToList();
            var marked = members.FindIndex(m => m.Member.IsDefined(typeof(IdentityAttribute), true));
            return marked >= 0
                ? marked
                : members.FindIndex(m => names.Contains(m.Member.Name, StringComparer.OrdinalIgnoreCase));
        }
    }

    /// <summary>
    /// An object as its constructor leaves it, given the parameters' default values; null when the constructor refuses.
    /// </summary>
    public object? TryCreateDefault()
    {
        try
        {
            return Constructor is null
                ? Activator.CreateInstance(Type)
                : Constructor.Invoke(Array.ConvertAll(Constructor.GetParameters(), ObjectMembers.DefaultValueOf));
        }
        catch (TargetInvocationException)
        {
            // A constructor that fails without its surroundings gives no defaults: members start at null and 0.
            return null;
        }
    }

    /// <summary>The value that a member has in a document from before the member existed.</summary>
    /// <param name="index">Index of the member.</param>
    /// <param name="instance">What <see cref="TryCreateDefault"/> returned.</param>
    public object? DefaultOf(int index, object? instance)
    {
        var member = Members[index];
        try
        {
            return instance is null ? ObjectMembers.DefaultOf(member.Type) : member.GetValue(instance);
        }
        catch (TargetInvocationException)
        {
            // A getter that fails on an object without values gives no default either.
            return ObjectMembers.DefaultOf(member.Type);
        }
    }
}
