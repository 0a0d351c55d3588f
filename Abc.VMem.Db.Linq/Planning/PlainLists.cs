using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>
/// Lists whose Contains is equality with an element, so that asking for membership is asking for these values.
/// </summary>
internal static class PlainLists
{
    /// <summary>The elements; false when the list has an equality of its own, or is none.</summary>
    public static bool TryRead(object? list, [NotNullWhen(true)] out IEnumerable? values)
    {
        values = list as IEnumerable;
        return values is not (null or string) && (list is Array || IsPlain(list!.GetType(), list));
    }

    private static bool IsPlain(Type type, object list)
    {
        // What Where and Select give, and what a collection expression becomes as an IEnumerable.
        if (type.Namespace == "System.Linq" || type.Name.StartsWith("<>z__", StringComparison.Ordinal))
        {
            return true;
        }

        if (!type.IsGenericType)
        {
            return false;
        }

        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(List<>)
            || definition == typeof(ImmutableArray<>) || definition == typeof(ImmutableList<>)
            || definition == typeof(LinkedList<>) || definition == typeof(Queue<>) || definition == typeof(Stack<>))
        {
            return true;
        }

        // A set finds by its comparer: only the default one means equality. Frozen sets are subclasses.
        return list switch
        {
            HashSet<string> set => IsOrdinal(set.Comparer),
            FrozenSet<string> set => IsOrdinal(set.Comparer),
            ImmutableHashSet<string> set => IsOrdinal(set.KeyComparer),
            _ => definition == typeof(HashSet<>) && HasDefaultComparer(type, list),
        };
    }

    private static bool IsOrdinal(IEqualityComparer<string> comparer) =>
        ReferenceEquals(comparer, EqualityComparer<string>.Default)
        || ReferenceEquals(comparer, StringComparer.Ordinal);

    private static bool HasDefaultComparer(Type set, object list)
    {
        var equality = typeof(EqualityComparer<>).MakeGenericType(set.GetGenericArguments());
        return Equals(
            set.GetProperty(nameof(HashSet<>.Comparer))!.GetValue(list),
            equality.GetProperty(nameof(EqualityComparer<>.Default))!.GetValue(null));
    }
}
