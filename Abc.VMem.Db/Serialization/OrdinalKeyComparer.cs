using System.Linq.Expressions;
using System.Reflection;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Compares values in the order of their key encodings: strings ordinal also inside tuples, byte arrays by their bytes,
/// null first, NaN next, -0.0 = 0.0. Types that can't be keys compare in their own default order.
/// </summary>
internal static class OrdinalKeyComparer<T>
{
    /// <summary>The comparer; thread-safe.</summary>
    public static IComparer<T> Instance { get; } = (IComparer<T>)OrdinalKeyComparer.Create(typeof(T));
}

/// <summary>Makes the comparers.</summary>
internal static class OrdinalKeyComparer
{
    /// <summary>An IComparer of exactly the type.</summary>
    internal static object Create(Type type)
    {
        if (type == typeof(string))
        {
            return StringComparer.Ordinal;
        }

        if (type == typeof(byte[]))
        {
            return Comparer<byte[]>.Create(CompareBytes);
        }

        if (type == typeof(object))
        {
            return Comparer<object>.Create(CompareObjects);
        }

        if (Nullable.GetUnderlyingType(type) is { } inner && CompositeShape.Of(inner) is not null)
        {
            return Activator.CreateInstance(typeof(NullableComparer<>).MakeGenericType(inner))!;
        }

        return CompositeShape.Of(type) is { } shape
            ? Activator.CreateInstance(typeof(CompositeComparer<>).MakeGenericType(type), shape)!
            : typeof(Comparer<>).MakeGenericType(type).GetProperty(nameof(Comparer<>.Default))!.GetValue(null)!;
    }

    private static int CompareBytes(byte[]? left, byte[]? right) =>
        left is null || right is null
            ? (left is null ? 0 : 1) - (right is null ? 0 : 1)
            : left.AsSpan().SequenceCompareTo(right);

    private static int CompareObjects(object? left, object? right) =>
        left is string leftText && right is string rightText
            ? string.CompareOrdinal(leftText, rightText)
            : Comparer<object>.Default.Compare(left, right);

    private sealed class NullableComparer<T> : IComparer<T?>
        where T : struct
    {
        public int Compare(T? left, T? right) =>
            left.HasValue && right.HasValue
                ? OrdinalKeyComparer<T>.Instance.Compare(left.GetValueOrDefault(), right.GetValueOrDefault())
                : left.HasValue.CompareTo(right.HasValue);
    }

    private sealed class CompositeComparer<T>(CompositeShape shape) : IComparer<T>
    {
        private readonly Comparison<T>[] _members = [.. shape.Members.Select(CompileMember)];

        public int Compare(T? left, T? right)
        {
            if (left is null || right is null)
            {
                return (left is null ? 0 : 1) - (right is null ? 0 : 1);
            }

            foreach (var member in _members)
            {
                var order = member(left, right);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }

        private static Comparison<T> CompileMember(MemberInfo member)
        {
            var comparer = typeof(IComparer<>).MakeGenericType(CompositeShape.TypeOf(member));
            var left = Expression.Parameter(typeof(T));
            var right = Expression.Parameter(typeof(T));
            var call = Expression.Call(
                Expression.Constant(Create(CompositeShape.TypeOf(member)), comparer),
                comparer.GetMethod(nameof(IComparer<>.Compare))!,
                Expression.MakeMemberAccess(left, member),
                Expression.MakeMemberAccess(right, member));
            return Expression.Lambda<Comparison<T>>(call, left, right).Compile();
        }
    }
}
