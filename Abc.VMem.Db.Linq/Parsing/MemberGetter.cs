using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Reads a field or property of a captured object. The first few reads go through reflection, which starts at once;
/// later ones through a compiled delegate, so a program that asks each question once never waits for the compiler.
/// Thread-safe.
/// </summary>
internal sealed class MemberGetter
{
    private const int ReadsBeforeCompiling = 16;
    private static readonly ConditionalWeakTable<MemberInfo, MemberGetter> Cache = [];

    private readonly MemberInfo _member;
    private int _reads;
    private Func<object?, object?>? _compiled;

    private MemberGetter(MemberInfo member) => _member = member;

    /// <summary>The getter of a member.</summary>
    public static MemberGetter For(MemberInfo member) => Cache.GetValue(member, static key => new MemberGetter(key));

    /// <summary>Reads the member; the instance is null for static ones.</summary>
    /// <exception cref="NullReferenceException">An instance member of null, as in the application's own
    /// expression.</exception>
    public object? Get(object? instance)
    {
        if (_compiled is { } compiled)
        {
            return compiled(instance);
        }

        if (++_reads >= ReadsBeforeCompiling)
        {
            _compiled = Compile(_member);
        }

        return Reflect(instance);
    }

    private object? Reflect(object? instance)
    {
        if (_member is FieldInfo field)
        {
            return instance is null && !field.IsStatic ? throw NullInstance() : field.GetValue(instance);
        }

        var getter = ((PropertyInfo)_member).GetMethod
            ?? throw new InvalidOperationException($"{_member.Name} has no getter.");
        return instance is null && !getter.IsStatic
            ? throw NullInstance()
            : getter.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

#pragma warning disable CA2201 // Reading a member of null in a query fails as it does in the application's own code.
    private NullReferenceException NullInstance() =>
        new($"{_member.DeclaringType?.Name}.{_member.Name} was read from null while a query was evaluated.");
#pragma warning restore CA2201

    private static Func<object?, object?> Compile(MemberInfo member)
    {
        var instance = Expression.Parameter(typeof(object));
        var isStatic = member is FieldInfo field ? field.IsStatic : ((PropertyInfo)member).GetMethod!.IsStatic;
        var target = isStatic ? null : Expression.Convert(instance, member.DeclaringType!);
        var read = Expression.MakeMemberAccess(target, member);
        return Expression.Lambda<Func<object?, object?>>(Expression.Convert(read, typeof(object)), instance).Compile();
    }
}
