using System.Collections.Immutable;
using System.Reflection;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Serialization;

public sealed partial class DocumentSerializerTests
{
    private const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Static;

    public static TheoryData<object> Scalars() => new()
    {
        true, false, (sbyte)-128, (byte)255, short.MinValue, ushort.MaxValue, int.MinValue, int.MaxValue, uint.MaxValue,
        long.MinValue, long.MaxValue, ulong.MaxValue, Int128.MinValue, Int128.MaxValue, UInt128.MaxValue, (Int128)5,
        0, 127, 128, 255, 256, 65535, 65536, -1, -32, -33, -128, -129, -32768, -32769,
        (Half)1.5, 1.5f, float.NaN, double.Epsilon, double.NegativeInfinity, 'x', '\uD800', "", "text", "ä€😀",
        new string('x', 31), new string('ä', 31), new string('€', 100), new string('x', 300), new string('€', 70000),
        12.50m, decimal.MaxValue, decimal.MinValue, -0.0000000000000000000000000001m, Guid.NewGuid(), Guid.Empty,
        new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc), new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Local),
        DateTime.MinValue, DateTime.MaxValue, new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromMinutes(-570)),
        DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TimeSpan.MinValue, TimeSpan.MaxValue, DateOnly.MaxValue,
        TimeOnly.MaxValue, DayOfWeek.Friday, (DayOfWeek)99, LongEnum.Big, new byte[300], new byte[70000],
        new Uri("http://example.org/"), new Version(1, 2, 3), System.Numerics.BigInteger.Pow(3, 100),
    };

    [Theory]
    [MemberData(nameof(Scalars))]
    public void Decode_Scalar_EqualsEncoded(object value)
    {
        var method = typeof(DocumentSerializerTests).GetMethod(nameof(CheckValue), Hidden)!;
        method.MakeGenericMethod(value.GetType()).Invoke(null, [value]);
    }

    private static void CheckValue<T>(T value)
    {
        var read = DocumentRoundTrip.Value(value);
        Assert.Equal(value, read);
        if (value is DateTime date)
        {
            Assert.Equal(date.Kind, ((DateTime)(object)read!).Kind);
        }

        if (value is DateTimeOffset offset)
        {
            Assert.Equal(offset.Offset, ((DateTimeOffset)(object)read!).Offset);
        }

        if (value is decimal number)
        {
            Assert.Equal(decimal.GetBits(number), decimal.GetBits((decimal)(object)read!));
        }

        Assert.Equal([value, value], DocumentRoundTrip.Value<T[]>([value, value]));
        Assert.Equal([value], DocumentRoundTrip.Value<List<T>>([value]));
        Assert.Equal(value, DocumentRoundTrip.Value(new Dictionary<string, T> { ["a"] = value })["a"]);
        if (typeof(T).IsValueType)
        {
            typeof(DocumentSerializerTests).GetMethod(nameof(CheckNullable), Hidden)!.MakeGenericMethod(typeof(T))
                .Invoke(null, [value]);
        }
    }

    private static void CheckNullable<T>(T value)
        where T : struct
    {
        Assert.Equal(value, DocumentRoundTrip.Value<T?>(value));
        Assert.Null(DocumentRoundTrip.Value<T?>(null));
        Assert.Equal([value, null], DocumentRoundTrip.Value<List<T?>>([value, null]));
    }

    [Fact]
    public void Decode_Collections_EqualEncoded()
    {
        Check<IEnumerable<int>>([1, 2, 3]);
        Check<IReadOnlyList<int>>([1, 2, 3]);
        Check<ICollection<string?>>(["a", null]);
        Check<HashSet<int>>([1, 2, 3]);
        Check<ISet<int>>(new HashSet<int> { 1, 2 });
        Check<IReadOnlySet<int>>(new HashSet<int> { 1, 2 });
        Check(new SortedSet<int> { 3, 1 });
        Check(new Queue<int>([1, 2, 3]));
        Check(new Stack<int>([1, 2, 3]));
        Check(new LinkedList<int>([1, 2, 3]));
        Check(new System.Collections.ObjectModel.ObservableCollection<int>([1, 2, 3]));
        Check(new System.Collections.ObjectModel.ReadOnlyCollection<int>([1, 2, 3]));
        Check(new System.Collections.ObjectModel.Collection<int>([1, 2, 3]));
        Check(new System.Collections.Concurrent.ConcurrentQueue<int>([1, 2, 3]));
        Check(new System.Collections.Concurrent.ConcurrentStack<int>([1, 2, 3]));
        Check(new System.Collections.Concurrent.ConcurrentBag<int>([1, 2, 3]));
        Assert.Equal([1, 2, 3], DocumentRoundTrip.Value(ImmutableArray.Create(1, 2, 3)).ToArray());
        Check(ImmutableList.Create(1, 2, 3));
        Check(ImmutableHashSet.Create(1, 2, 3));
        Check(ImmutableSortedSet.Create(1, 2, 3));
        Check(ImmutableStack.Create(1, 2, 3));
        Check(ImmutableQueue.Create(1, 2, 3));
        Check<IImmutableList<int>>(ImmutableList.Create(1, 2, 3));
        Check(System.Collections.Frozen.FrozenSet.Create(1, 2, 3));
        Check(new ArraySegment<int>([1, 2, 3]));
        Check<int[][]>([[1], [], [2, 3]]);
        Check(new OwnList { 1, 2 });
        Check<int[]>(null!);
        Check<List<int>>(null!);
    }

    [Fact]
    public void Decode_Dictionaries_EqualEncoded()
    {
        var map = new Dictionary<int, string?> { [1] = "a", [2] = null };
        Check(map);
        Check<IDictionary<int, string?>>(map);
        Check<IReadOnlyDictionary<int, string?>>(map);
        Check(new SortedDictionary<int, string?>(map));
        Check(new SortedList<int, string?>(map));
        Check(new System.Collections.Concurrent.ConcurrentDictionary<int, string?>(map));
        Check(map.ToImmutableDictionary());
        Check(map.ToImmutableSortedDictionary());
        Check(System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(map));
        Check(new System.Collections.ObjectModel.ReadOnlyDictionary<int, string?>(map));
        Check(new Dictionary<Guid, decimal[]> { [Guid.NewGuid()] = [1.0m, 2.00m] });
        Check(new Dictionary<(int, string), List<DayOfWeek>> { [(1, "a")] = [DayOfWeek.Friday] });
    }

    [Fact]
    public void Decode_Tuples_EqualEncoded()
    {
        Check((1, "a", 2.5m));
        Check((1, 2, 3, 4, 5, 6, 7, 8, 9));
        Check(Tuple.Create(1, "a"));
        Check(KeyValuePair.Create("a", 5));
        Check<(int, (string, Guid))[]>([(1, ("a", Guid.Empty))]);
        Check<List<KeyValuePair<string, int?>>>([new("a", null)]);
    }

    private static void Check<T>(T value) => Assert.Equal(value, DocumentRoundTrip.Value(value));

    public enum LongEnum : ulong
    {
        Big = ulong.MaxValue,
    }

    public sealed class OwnList : List<int>;
}
