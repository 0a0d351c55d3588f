namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>
/// Random values of every type that documents hold, most of them near each other so that queries meet them, some at
/// the edges.
/// </summary>
internal sealed class RandomValues(Random random)
{
    private static readonly string[] Texts =
    [
        "", "a", "A", "ab", "abc", "Ab", "b", "B", "ba", "\0", "a\0", "é", "e\u0301", "ß", "ſ", "\uE000", "\uFFFF",
        "😀", "😀a", "𐀀", " a", "a ", "aa", "0", "00", "Ω", "i", "I", "ı", "İ",
    ];

    private static readonly double[] Doubles =
    [
        0, -0.0, 1, -1, 1.5, 2.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue,
        double.MinValue, double.Epsilon, 0.1, 1e-300, 9007199254740993, 3, 4,
    ];

    private static readonly decimal[] Decimals =
        [0m, 0.0m, 1m, 1.0m, 1.00m, -1m, 1.5m, 2.50m, 0.1m, 1e-28m, 79228162514264337593543950335m, -5m, 3m, 4.20m];

    public static Type[] Scalars { get; } =
    [
        typeof(int), typeof(long), typeof(short), typeof(byte), typeof(uint), typeof(ulong), typeof(double),
        typeof(float), typeof(decimal), typeof(bool), typeof(string), typeof(char), typeof(DateTime),
        typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly), typeof(Guid), typeof(Color),
        typeof(int?), typeof(bool?), typeof(DateTime?), typeof(Color?),
    ];

    public bool Chance(int percent) => random.Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];

    public int Number(int below) => random.Next(below);

    /// <summary>A value of a scalar type; null now and then where the type knows it.</summary>
    public object? Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Chance(20) ? null : Of(inner);
        }

        return Real(type) ?? Time(type) ?? Integer(type);
    }

    public string Text() => Chance(75) ? Pick(Texts) : Pick(Texts) + Pick(Texts);

    private object? Real(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.String => (object)(Text()),
        TypeCode.Boolean => (object)(Chance(50)),
        TypeCode.Char => (object)(Pick(['a', 'b', 'c', 'A', '\0', '\uFFFF', 'é'])),
        TypeCode.Decimal => (object)(Chance(50) ? Pick(Decimals) : random.Next(-200, 2000) / 100m),
        TypeCode.Double => (object)(Chance(50) ? Pick(Doubles) : random.Next(-10, 40) / 4.0),
        TypeCode.Single => (object)(Chance(40) ? (float)Pick(Doubles) : random.Next(-10, 40) / 4f),
        TypeCode.Int32 when type.IsEnum => (object)((Color)Pick([1, 2, 4, 0, 7])),
        _ => type == typeof(Guid)
            ? new Guid(random.Next(6), (short)random.Next(3), 0, 0, 0, 0, 0, 0, 0, 0, 1)
            : null,
    };

    private object? Time(Type type)
    {
        if (type == typeof(DateTime))
        {
            return Chance(6) ? Pick([DateTime.MinValue, DateTime.MaxValue])
                : new DateTime(2020, 1, 1, 0, 0, 0, (DateTimeKind)random.Next(3))
                    .AddDays(random.Next(20)).AddTicks(Chance(30) ? random.Next(3) : 0);
        }

        if (type == typeof(DateTimeOffset))
        {
            var hours = random.Next(-3, 4);
            return new DateTimeOffset(2020, 1, 2, 12, 0, 0, TimeSpan.FromHours(hours))
                .AddHours((Chance(50) ? hours : 0) + random.Next(4));
        }

        if (type == typeof(TimeSpan))
        {
            return TimeSpan.FromMinutes(random.Next(-5, 20));
        }

        if (type == typeof(TimeOnly))
        {
            return new TimeOnly(random.Next(24), 0).Add(TimeSpan.FromTicks(random.Next(2)));
        }

        return type == typeof(DateOnly) ? new DateOnly(2020, 1, 1).AddDays(random.Next(20)) : null;
    }

    private object Integer(Type type)
    {
        var isEdge = Chance(8);
        var near = random.Next(-4, 16);
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Int32 => (object)(isEdge ? Pick([int.MinValue, int.MaxValue]) : near),
            TypeCode.Int64 => (object)(isEdge ? Pick([long.MinValue, long.MaxValue, 1L << 40]) : near),
            TypeCode.Int16 => (object)(isEdge ? Pick([short.MinValue, short.MaxValue]) : (short)near),
            TypeCode.Byte => (object)(isEdge ? byte.MaxValue : (byte)Math.Abs(near)),
            TypeCode.UInt32 => (object)(isEdge ? uint.MaxValue : (uint)Math.Abs(near)),
            TypeCode.UInt64 => (object)(isEdge ? ulong.MaxValue : (ulong)Math.Abs(near)),
            _ => throw new ArgumentException($"No values of type {type}.", nameof(type)),
        };
    }
}
