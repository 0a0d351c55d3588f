using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using System.Reflection;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Finds the key of a class: the member marked [Key] (of DataAnnotations), else Id, else ClassNameId.
/// </summary>
internal static class KeyMember
{
    /// <summary>The key access of a type by that convention, one instance per type.</summary>
    /// <exception cref="ArgumentException">There is no such member; the message says what to do.</exception>
    public static KeyAccess<T> AccessOf<T>() => Convention<T>.Access ??= Build<T>();

    /// <summary>The access that a lambda describes.</summary>
    public static KeyAccess<T> AccessOf<T, TKey>(Expression<Func<T, TKey>> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        try
        {
            return PathOf(key) is { } path
                ? Paths<T, TKey>.Access.GetOrAdd(
                    path.ToString(), static (_, use) => new(use.key, use.path), (key, path))
                : new TypedKeyAccess<T, TKey>(key, path: null);
        }
        catch (NotSupportedException exception)
        {
            throw new ArgumentException(exception.Message, nameof(key), exception);
        }
    }

    /// <summary>Whether the member can be set from outside or by an initializer.</summary>
    public static bool CanSet(MemberInfo member) => member switch
    {
        PropertyInfo property => property.SetMethod is not null,
        FieldInfo field => !field.IsInitOnly,
        _ => false,
    };

    private static KeyAccess<T> Build<T>()
    {
        var member = Find(typeof(T)) ?? throw new ArgumentException(
            $"{typeof(T).Name} has no key: name a member Id or {typeof(T).Name}Id, mark one with [Key], or give a "
            + "lambda: GetCollection<T, TKey>(name, x => x.Member).");
        var document = Expression.Parameter(typeof(T), "document");
        var body = Expression.MakeMemberAccess(document, member);
        var method = typeof(KeyMember).GetMethod(nameof(BuildTyped), BindingFlags.NonPublic | BindingFlags.Static)!;
        try
        {
            return (KeyAccess<T>)method.MakeGenericMethod(typeof(T), body.Type)
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [body, document], null)!;
        }
        catch (NotSupportedException exception)
        {
            throw new ArgumentException($"{typeof(T).Name}.{member.Name}: {exception.Message}", exception);
        }
    }

    private static KeyAccess<T> BuildTyped<T, TKey>(MemberExpression body, ParameterExpression document)
    {
        var key = Expression.Lambda<Func<T, TKey>>(body, document);
        return new TypedKeyAccess<T, TKey>(key, FieldPath.FromExpression(key));
    }

    // A lambda that is no member path is a computed key.
    private static FieldPath? PathOf(LambdaExpression key)
    {
        for (Expression? step = key.Body; step is MemberExpression member; step = member.Expression)
        {
            if (member.Expression is ParameterExpression)
            {
                return FieldPath.FromExpression(key);
            }
        }

        return null;
    }

    private static MemberInfo? Find(Type type)
    {
        const BindingFlags Flags = BindingFlags.Public | BindingFlags.Instance;
        var members = type.GetProperties(Flags).Where(property => property.GetIndexParameters().Length == 0)
            .Concat<MemberInfo>(type.GetFields(Flags)).ToList();
        return members.Find(member => member.IsDefined(typeof(KeyAttribute), inherit: true))
            ?? members.Find(member => member.Name.Equals("Id", StringComparison.OrdinalIgnoreCase))
            ?? members.Find(member => member.Name.Equals(type.Name + "Id", StringComparison.OrdinalIgnoreCase));
    }

    // Compiling a lambda takes a millisecond: once for each member.
    private static class Paths<T, TKey>
    {
        internal static readonly ConcurrentDictionary<string, TypedKeyAccess<T, TKey>> Access =
            new(StringComparer.Ordinal);
    }

    private static class Convention<T>
    {
        // Not an initializer: a failing one would hide the ArgumentException.
        internal static KeyAccess<T>? Access;
    }
}
