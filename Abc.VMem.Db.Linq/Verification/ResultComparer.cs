using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace Abc.VMem.Db.Linq.Verification;

/// <summary>
/// Compares results by what they hold: a document that is read twice is two objects. Exact, more so than Equals: the
/// scale of a decimal, the kind of a time and the sign of a zero count.
/// </summary>
internal sealed class ResultComparer
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = new();
    private static readonly ConcurrentDictionary<Type, bool> Leaves = new();
    private readonly HashSet<(object Left, object Right)> _open = new(PairComparer.Instance);

    private ResultComparer()
    {
    }

    /// <summary>Whether two values hold the same.</summary>
    public static bool AreSame(object? left, object? right) => new ResultComparer().Compare(left, right);

    private bool Compare(object? left, object? right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        if (left is null || right is null)
        {
            return false;
        }

        return (left, right) switch
        {
            (string one, string other) => string.Equals(one, other, StringComparison.Ordinal),
            (double one, double other) => one.Equals(other) && IsSameSign(one, other),
            (float one, float other) => one.Equals(other) && IsSameSign(one, other),
            (decimal one, decimal other) => decimal.GetBits(one).AsSpan().SequenceEqual(decimal.GetBits(other)),
            (DateTime one, DateTime other) => one == other && one.Kind == other.Kind,
            (DateTimeOffset one, DateTimeOffset other) => one.EqualsExact(other),
            (IEnumerable one, IEnumerable other) => Once(one, other, CompareSequences),
            _ => left.GetType() == right.GetType()
                && (IsLeaf(left.GetType()) ? left.Equals(right) : Once(left, right, CompareFields)),
        };
    }

    private static bool IsSameSign(double left, double right) =>
        double.IsNaN(left) || double.IsNegative(left) == double.IsNegative(right);

    /// <remarks>Objects may refer to each other in a circle: a pair that is being compared is not compared again.
    /// </remarks>
    private bool Once<T>(T left, T right, Func<T, T, bool> compare)
        where T : notnull
    {
        if (left.GetType().IsValueType)
        {
            return compare(left, right);
        }

        if (!_open.Add((left, right)))
        {
            return true;
        }

        var isSame = compare(left, right);
        _open.Remove((left, right));
        return isSame;
    }

    private bool CompareSequences(IEnumerable left, IEnumerable right)
    {
        if (!Compare(GroupKey(left), GroupKey(right)))
        {
            return false;
        }

        var (one, other) = (ReadAll(left), ReadAll(right));
        return one.IsSameAs(other, Compare);
    }

    private static Sequence ReadAll(IEnumerable rows)
    {
        var outcome = Outcome<object?>.OfRows(() => rows.Cast<object?>());
        return new(outcome.Rows, outcome.Failure?.SourceException.GetType());
    }

    private static object? GroupKey(object sequence) => sequence.GetType().GetInterfaces()
        .FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IGrouping<,>))
        ?.GetProperty(nameof(IGrouping<,>.Key))!.GetValue(sequence);

    private bool CompareFields(object left, object right)
    {
        foreach (var field in Fields.GetOrAdd(left.GetType(), FieldsOf))
        {
            if (!Compare(field.GetValue(left), field.GetValue(right)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Types of the runtime whose Equals says all: numbers, times, addresses.</summary>
    private static bool IsLeaf(Type type) => Leaves.GetOrAdd(type, static type =>
        type.IsPrimitive || type.IsEnum
        || (!type.IsGenericType && type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true
            && type.GetMethod(nameof(Equals), [typeof(object)])!.DeclaringType != typeof(object)
            && type.GetMethod(nameof(Equals), [typeof(object)])!.DeclaringType != typeof(ValueType)));

    private static FieldInfo[] FieldsOf(Type type)
    {
        const BindingFlags own =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var fields = new List<FieldInfo>();
        for (var level = type; level is not null; level = level.BaseType)
        {
            fields.AddRange(level.GetFields(own).Where(field =>
                !field.FieldType.IsPointer && !typeof(Delegate).IsAssignableFrom(field.FieldType)));
        }

        return [.. fields];
    }

    private sealed record Sequence(List<object?> Rows, Type? Failure)
    {
        public bool IsSameAs(Sequence other, Func<object?, object?, bool> compare) =>
            Failure == other.Failure && Rows.Count == other.Rows.Count
            && Rows.Zip(other.Rows).All(pair => compare(pair.First, pair.Second));
    }

    private sealed class PairComparer : IEqualityComparer<(object Left, object Right)>
    {
        public static PairComparer Instance { get; } = new();

        public bool Equals((object Left, object Right) x, (object Left, object Right) y) =>
            ReferenceEquals(x.Left, y.Left) && ReferenceEquals(x.Right, y.Right);

        public int GetHashCode((object Left, object Right) pair) => HashCode.Combine(
            System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Left),
            System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Right));
    }
}
