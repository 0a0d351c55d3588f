using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Planning;

namespace Abc.VMem.Db.Tests.Linq.Planning;

/// <summary>The interval of a comparison holds exactly the values that C# finds by it.</summary>
public sealed class ComparisonTests
{
    private static readonly ExpressionType[] Comparisons =
    [
        ExpressionType.Equal, ExpressionType.NotEqual, ExpressionType.LessThan, ExpressionType.LessThanOrEqual,
        ExpressionType.GreaterThan, ExpressionType.GreaterThanOrEqual,
    ];

    [Fact]
    public void Bind_Int_AgainstAnyNumber()
    {
        int[] fields = [int.MinValue, -1, 0, 1, 19, 20, 21, 16_777_216, 16_777_217, int.MaxValue - 1, int.MaxValue];
        Check<int, int>(fields, [0, 20, int.MinValue, int.MaxValue]);
        Check<int, long>(fields, [20, long.MinValue, long.MaxValue, int.MaxValue + 1L, int.MinValue - 1L]);
        Check<int, double>(fields, [20, 20.5, -0.5, 1e300, -1e300, double.NaN, double.PositiveInfinity]);
        Check<int, float>(fields, [20, 16_777_216f, 16_777_218f, int.MaxValue, float.NaN, float.NegativeInfinity]);
        Check<int, decimal>(fields, [20, 20.5m, -0.5m, decimal.MaxValue, decimal.MinValue]);
    }

    [Fact]
    public void Bind_Long_AgainstAnyNumber()
    {
        const long exact = 1L << 53;
        long[] fields =
        [
            long.MinValue, -exact - 1, -1, 0, 7, exact - 1, exact, exact + 1, exact + 2,
            long.MaxValue - 600, long.MaxValue,
        ];
        Check<long, long>(fields, fields);
        double[] edges = [9.2233720368547758E18, -9.2233720368547758E18, 1e19];
        Check<long, double>(fields, [7, 7.5, exact, exact + 2, -exact, .. edges]);
        Check<long, float>(fields, [7, 9.2233720368547758E18f, exact]);
        Check<long, decimal>(fields, [7, 7.1m, long.MaxValue, decimal.MaxValue]);
    }

    [Fact]
    public void Bind_Unsigned_AgainstAnyNumber()
    {
        Check<byte, int>([0, 1, 254, 255], [-1, 0, 255, 256, 1000]);
        Check<uint, long>([0, 1, uint.MaxValue], [-1, 0, uint.MaxValue, uint.MaxValue + 1L]);
        Check<ulong, ulong>([0, 1, long.MaxValue, ulong.MaxValue], [0, 1, ulong.MaxValue - 1, ulong.MaxValue]);
        Check<ulong, double>([0, 1, long.MaxValue, ulong.MaxValue], [-1, 0, 0.5, 1.8446744073709552E19, 2e19]);
        Check<char, int>(['a', 'z', '\0', '\uffff'], [-1, 'a', 0xffff, 0x10000]);
    }

    [Fact]
    public void Bind_Fractions_AgainstWiderValues()
    {
        float[] floats =
        [
            float.NaN, float.NegativeInfinity, float.MinValue, -0f, 0f, 0.1f, 0.3f, 1, float.MaxValue, float.Epsilon,
        ];
        Check<float, float>(floats, floats);
        Check<float, double>(floats, [0.1, 0.1f, 0.3, 1, 1e300, -1e300, double.NaN, 0, -0.0, 1e-300]);
        Check<float, double>(floats, [double.PositiveInfinity]);
        double[] doubles = [double.NaN, double.NegativeInfinity, -1.5, -0.0, 0, 1.5, double.MaxValue, double.Epsilon];
        Check<double, double>(doubles, doubles);
        Check<decimal, decimal>([1, 1.0m, 1.5m, -1, decimal.MaxValue], [1, 1.00m, 1.25m, decimal.MinValue]);
    }

    [Fact]
    public void Bind_Enum_AgainstItsNumber() =>
        Check<Color, int>([Color.Red, Color.Green, Color.Blue], [0, 1, 2, 3, 4, 1000]);

    [Fact]
    public void Bind_Null_OnlyEqualityFindsIt()
    {
        var encoding = FieldEncoding.InIndex(typeof(int?))!;
        Assert.True(Bind(encoding, ExpressionType.Equal, null).Contains([0]));
        Assert.True(Bind(encoding, ExpressionType.NotEqual, 5).Contains([0]));
        Assert.False(Bind(encoding, ExpressionType.NotEqual, null).Contains([0]));
        Assert.False(Bind(encoding, ExpressionType.LessThan, 5).Contains([0]));
        Assert.True(Bind(encoding, ExpressionType.GreaterThan, null).IsEmpty);
    }

    [Fact]
    public void Bind_OtherType_SaysNothing()
    {
        var (number, text) = (FieldEncoding.InIndex(typeof(int))!, FieldEncoding.InIndex(typeof(string))!);
        Assert.Null(Comparison.Bind(number, ExpressionType.Equal, "20", NullOrder.Never));
        Assert.Null(Comparison.Bind(text, ExpressionType.Equal, 'c', NullOrder.Never));
    }

    /// <summary>
    /// Compares each field with each value as C# does, through a widening conversion where there is one.
    /// </summary>
    private static void Check<TField, TValue>(TField[] fields, TValue[] values)
        where TField : notnull
    {
        var (field, value) = (Expression.Parameter(typeof(TField)), Expression.Parameter(typeof(TValue)));
        Assert.True(Widening.KeepsOrder(typeof(TField), typeof(TValue)));
        var (indexed, primary) = (FieldEncoding.InIndex(typeof(TField))!, FieldEncoding.InPrimaryKey(typeof(TField))!);
        foreach (var encoding in new[] { indexed, primary })
        {
            foreach (var comparison in Comparisons)
            {
                var body = Expression.MakeBinary(comparison, Expression.Convert(field, typeof(TValue)), value);
                var compare = Expression.Lambda<Func<TField, TValue, bool>>(body, field, value).Compile();
                foreach (var (f, v) in fields.SelectMany(f => values.Select(v => (f, v))))
                {
                    var found = Bind(encoding, comparison, v).Contains(encoding.Encode(f));
                    var name = $"{typeof(TField).Name} {f} {comparison} {typeof(TValue).Name} {v}";
                    Assert.True(compare(f, v) == found, name);
                }
            }
        }
    }

    private static IntervalSet Bind(FieldEncoding encoding, ExpressionType comparison, object? value) =>
        Comparison.Bind(encoding, comparison, value, NullOrder.Never)
        ?? throw new InvalidOperationException($"Nothing is known of {comparison} {value}.");
}
