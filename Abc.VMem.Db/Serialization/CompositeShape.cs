using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// The members of a tuple or an anonymous type in the order of its constructor, and how to make one from them.
/// </summary>
internal sealed class CompositeShape
{
    private CompositeShape(Type type, ConstructorInfo constructor, IReadOnlyList<MemberInfo> members) =>
        (Type, Constructor, Members) = (type, constructor, members);

    /// <summary>The type.</summary>
    public Type Type { get; }

    /// <summary>The constructor that takes all members.</summary>
    public ConstructorInfo Constructor { get; }

    /// <summary>Properties or fields, most significant first; at least one.</summary>
    public IReadOnlyList<MemberInfo> Members { get; }

    /// <summary>The shape of a ValueTuple, Tuple or anonymous type with members; null of every other type.</summary>
    public static CompositeShape? Of(Type type)
    {
        if (!IsTuple(type) && !IsAnonymous(type))
        {
            return null;
        }

        var constructor = type.GetConstructors().FirstOrDefault(found => found.GetParameters().Length > 0);
        var members = constructor?.GetParameters().Select(parameter => FindMember(type, parameter.Name!)).ToArray();
        return members is null || members.Contains(null) ? null : new CompositeShape(type, constructor!, members!);
    }

    /// <summary>Declared type of a member.</summary>
    public static Type TypeOf(MemberInfo member) =>
        member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    /// <summary>Compiles what makes a value from its members, boxed, in their order.</summary>
    public Func<object?[], T> CompileConstructor<T>()
    {
        var values = Expression.Parameter(typeof(object[]));
        var arguments = Members.Select((member, i) =>
            Expression.Convert(Expression.ArrayIndex(values, Expression.Constant(i)), TypeOf(member)));
        return Expression.Lambda<Func<object?[], T>>(Expression.New(Constructor, arguments), values).Compile();
    }

    private static bool IsTuple(Type type) =>
        type.IsGenericType && !type.IsGenericTypeDefinition && type.IsAssignableTo(typeof(ITuple))
        && type.Namespace == nameof(System) && type.Assembly == typeof(ITuple).Assembly;

    private static bool IsAnonymous(Type type) =>
        type is { IsGenericType: true, IsGenericTypeDefinition: false, IsClass: true }
        && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && type.Name.Contains("AnonymousType", StringComparison.Ordinal);

    /// <summary>A constructor's parameter has its member's name, but in tuples a small first letter.</summary>
    private static MemberInfo? FindMember(Type type, string name) => type
        .GetMembers(BindingFlags.Public | BindingFlags.Instance)
        .FirstOrDefault(member => member.MemberType is MemberTypes.Property or MemberTypes.Field
            && (member.Name == name
                || (IsTuple(type) && member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))));
}
