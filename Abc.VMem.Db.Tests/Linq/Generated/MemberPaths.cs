using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>The values and lists that can be reached from a row.</summary>
internal static class MemberPaths
{
    private const int MaxDepth = 3;
    private static readonly ConcurrentDictionary<Type, MemberPath[]> s_paths = new();

    /// <summary>All paths from a type; the row itself where it is a scalar.</summary>
    public static MemberPath[] Of(Type type) => s_paths.GetOrAdd(type, static type => [.. Find(type, [], MaxDepth)]);

    /// <summary>Whether a type holds members of its own.</summary>
    public static bool IsRecord(Type type) =>
        type == typeof(Thing) || type == typeof(Part) || type == typeof(Place) || type == typeof(Position)
        || type == typeof(Line) || IsAnonymous(type);

    public static bool IsAnonymous(Type type) => type.Name.StartsWith("<>f__Anonymous", StringComparison.Ordinal);

    private static IEnumerable<MemberPath> Find(Type type, PropertyInfo[] steps, int depth)
    {
        if (!IsRecord(type))
        {
            return [new MemberPath(steps, type)];
        }

        return depth == 0 ? [] : type.GetProperties()
            .Where(property => property.CanWrite || property.Name == "Label" || IsAnonymous(type))
            .SelectMany(property => Find(property.PropertyType, [.. steps, property], depth - 1));
    }
}

/// <summary>A path of members, to a scalar, a list, a dictionary or anything else.</summary>
internal sealed record MemberPath(PropertyInfo[] Steps, Type Type)
{
    /// <summary>Whether a document may be missing on the way.</summary>
    public bool CanMiss => Steps.Take(Steps.Length - 1).Any(step => !MemberPaths.IsAnonymous(step.PropertyType));

    /// <summary>The member.</summary>
    public Expression On(Expression row) => Steps.Aggregate(row, Expression.Property);

    /// <summary>That no document is missing on the way; null where none can be.</summary>
    public Expression? IsThere(Expression row)
    {
        Expression? all = null;
        for (var length = 1; length < Steps.Length; length++)
        {
            var step = Steps.Take(length).Aggregate(row, Expression.Property);
            if (!MemberPaths.IsAnonymous(step.Type))
            {
                var test = Expression.NotEqual(step, Expression.Constant(null, step.Type));
                all = all is null ? test : Expression.AndAlso(all, test);
            }
        }

        return all;
    }
}
