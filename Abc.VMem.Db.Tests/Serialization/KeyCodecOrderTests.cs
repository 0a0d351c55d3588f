using Abc.VMem.Db.Serialization;
using CsCheck;

namespace Abc.VMem.Db.Tests.Serialization;

/// <summary>Every type's edge values, all pairs, and random pairs: order and round trip.</summary>
public sealed class KeyCodecOrderTests
{
    private enum Signed : short
    {
        Low = short.MinValue,
        Minus = -1,
        Zero = 0,
        High = short.MaxValue,
    }

    private enum Unsigned : ulong
    {
        Zero = 0,
        High = ulong.MaxValue,
    }

    [Fact]
    public void Bool_EdgesAndRandom_KeepOrder() => Check<bool>(Gen.Bool, [false, true]);

    [Fact]
    public void SByte_EdgesAndRandom_KeepOrder() => Check<sbyte>(Gen.SByte, [sbyte.MinValue, -1, 0, 1, sbyte.MaxValue]);

    [Fact]
    public void Byte_EdgesAndRandom_KeepOrder() => Check<byte>(Gen.Byte, [0, 1, 127, 128, 255]);

    [Fact]
    public void Int16_EdgesAndRandom_KeepOrder() =>
        Check<short>(Gen.Short, [short.MinValue, -256, -1, 0, 1, 255, 256, short.MaxValue]);

    [Fact]
    public void UInt16_EdgesAndRandom_KeepOrder() =>
        Check<ushort>(Gen.UShort, [0, 1, 255, 256, 32768, ushort.MaxValue]);

    [Fact]
    public void Int32_EdgesAndRandom_KeepOrder() =>
        Check<int>(Gen.Int, [int.MinValue, -65536, -1, 0, 1, 255, 256, int.MaxValue]);

    [Fact]
    public void UInt32_EdgesAndRandom_KeepOrder() => Check<uint>(Gen.UInt, [0, 1, 255, 256, 1u << 31, uint.MaxValue]);

    [Fact]
    public void Int64_EdgesAndRandom_KeepOrder() =>
        Check<long>(Gen.Long, [long.MinValue, int.MinValue, -1, 0, 1, int.MaxValue, 1L << 32, long.MaxValue]);

    [Fact]
    public void UInt64_EdgesAndRandom_KeepOrder() => Check<ulong>(Gen.ULong, [0, 1, 255, 1UL << 63, ulong.MaxValue]);

    [Fact]
    public void Int128_EdgesAndRandom_KeepOrder() => Check<Int128>(
        Gen.Select(Gen.ULong, Gen.ULong, (high, low) => (Int128)new UInt128(high, low)),
        [Int128.MinValue, long.MinValue, -1, 0, 1, ulong.MaxValue, Int128.MaxValue]);

    [Fact]
    public void UInt128_EdgesAndRandom_KeepOrder() => Check<UInt128>(
        Gen.Select(Gen.ULong, Gen.ULong, (high, low) => new UInt128(high, low)),
        [0, 1, ulong.MaxValue, (UInt128)ulong.MaxValue + 1, UInt128.MaxValue]);

    [Fact]
    public void Char_EdgesAndRandom_KeepOrder() =>
        Check(Gen.Char['\0', '\uFFFF'], ['\0', '\u0001', 'a', '\u0080', '\uD800', '\uDFFF', '\uFFFF']);

    [Fact]
    public void Double_EdgesAndRandom_KeepOrder() => Check<double>(
        Gen.ULong.Select(BitConverter.UInt64BitsToDouble),
        [
            double.NaN, double.NegativeInfinity, double.MinValue, -1, -double.Epsilon, -0.0, 0.0, double.Epsilon, 1,
            double.MaxValue, double.PositiveInfinity, BitConverter.UInt64BitsToDouble(0x7FF0_0000_0000_0001),
        ]);

    [Fact]
    public void Single_EdgesAndRandom_KeepOrder() => Check<float>(
        Gen.UInt.Select(BitConverter.UInt32BitsToSingle),
        [
            float.NaN, float.NegativeInfinity, float.MinValue, -1, -float.Epsilon, -0f, 0f, float.Epsilon, 1,
            float.MaxValue, float.PositiveInfinity,
        ]);

    [Fact]
    public void Half_EdgesAndRandom_KeepOrder() => Check<Half>(
        Gen.UShort.Select(BitConverter.UInt16BitsToHalf),
        [
            Half.NaN, Half.NegativeInfinity, Half.MinValue, -Half.Epsilon, Half.NegativeZero, Half.Zero, Half.Epsilon,
            Half.One, Half.MaxValue, Half.PositiveInfinity,
        ]);

    [Fact]
    public void Decimal_EdgesAndRandom_KeepOrder() => Check<decimal>(
        Gen.OneOf(
            Gen.Select(Gen.Int, Gen.Int, Gen.Int, Gen.Bool, Gen.Byte[0, 28],
                (a, b, c, minus, scale) => new decimal(a, b, c, minus, scale)),
            Gen.Select(Gen.Int[-1100, 1100], Gen.Byte[0, 3],
                (value, scale) => new decimal(Math.Abs(value), 0, 0, value < 0, scale)),
            Gen.Select(Gen.Long, Gen.Byte[0, 28],
                (value, scale) => new decimal((int)value, (int)(value >> 32), 0, value < 0, scale))),
        [
            decimal.MinValue, decimal.MinValue + 1, -10m, -9.99m, -1.0m, -1.00m, -0.1m,
            -new decimal(1, 0, 0, false, 28),
            0m, 0.00m, new decimal(0, 0, 0, true, 5), new decimal(1, 0, 0, false, 28), new decimal(10, 0, 0, false, 28),
            0.1m, 0.12m, 0.123m, 0.1234m, 1m, 1.0m, 1.00m, 9.99m, 10m, 12m, 12.5m, 100m, ulong.MaxValue,
            ulong.MaxValue + 1m,
            10_000_000_000_000_000_000m, 18446744073709551616000m, decimal.MaxValue - 1,
            decimal.MaxValue,
        ]);

    [Fact]
    public void String_EdgesAndRandom_KeepOrdinalOrder() => Check<string>(
        Gen.OneOf(
            Gen.Char["\0\u0001\u0002ab\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFF"].Array[0, 6]
                .Select(units => new string(units)),
            KeyCodecLaws.Pick("\U00010000", "\U0010FFFF", "\uE000", "\uFFFF", "a", "\0").Array[0, 4]
                .Select(string.Concat),
            Gen.Char[' ', '~'].Array[0, 40].Select(units => new string(units))),
        [
            null!, "", "\0", "\0\0", "\0\u0001", "\u0001", "\u0001\0", "\u0002",
            "a", "a\0", "a\u0001", "ab", "b", "é",
            "\u0800",
            "\uD7FF", "\U00010000", "\U0010FFFF", "\uE000", "\uFFFF", new string('x', 1000), new string('ß', 300),
        ],
        string.CompareOrdinal);

    [Fact]
    public void Guid_EdgesAndRandom_KeepOrder() => Check(
        Gen.Guid,
        [
            Guid.Empty, Guid.AllBitsSet, new Guid("80000000-0000-0000-0000-000000000000"),
            new Guid("7fffffff-ffff-ffff-ffff-ffffffffffff"), new Guid("00000000-8000-0000-0000-000000000000"),
            new Guid("00000000-0000-8000-0000-000000000000"), new Guid("00000000-0000-0000-8000-000000000001"),
        ]);

    [Fact]
    public void DateTime_EdgesAndRandom_KeepOrder() => Check(
        Gen.DateTime,
        [
            DateTime.MinValue, DateTime.UnixEpoch, new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Local),
            new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc), DateTime.MaxValue,
        ]);

    [Fact]
    public void DateTimeOffset_EdgesAndRandom_KeepOrderOfInstants() => Check<DateTimeOffset>(
        Gen.DateTimeOffset,
        [
            DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch, new(2024, 1, 1, 12, 0, 0, TimeSpan.FromHours(14)),
            new(2023, 12, 31, 22, 0, 0, TimeSpan.Zero), new(2023, 12, 31, 12, 0, 0, TimeSpan.FromHours(-10)),
            DateTimeOffset.MaxValue,
        ]);

    [Fact]
    public void TimeSpan_EdgesAndRandom_KeepOrder() =>
        Check(Gen.TimeSpan, [TimeSpan.MinValue, new TimeSpan(-1), TimeSpan.Zero, new TimeSpan(1), TimeSpan.MaxValue]);

    [Fact]
    public void DateOnly_EdgesAndRandom_KeepOrder() =>
        Check(Gen.DateOnly, [DateOnly.MinValue, new DateOnly(1, 1, 2), new DateOnly(2024, 2, 29), DateOnly.MaxValue]);

    [Fact]
    public void TimeOnly_EdgesAndRandom_KeepOrder() =>
        Check(Gen.TimeOnly, [TimeOnly.MinValue, new TimeOnly(1), new TimeOnly(12, 0), TimeOnly.MaxValue]);

    [Fact]
    public void Bytes_EdgesAndRandom_KeepOrder() => Check<byte[]>(
        Gen.OneOf(Gen.Byte.Array[0, 20], Gen.Byte[0, 3].Array[0, 6]),
        [null!, [], [0], [0, 0], [0, 1], [1], [1, 0], [1, 1], [2], [255], [255, 255], new byte[800]],
        (left, right) => left is null || right is null
            ? (left is null ? 0 : 1) - (right is null ? 0 : 1)
            : left.AsSpan().SequenceCompareTo(right));

    [Fact]
    public void Enum_EdgesAndRandom_KeepOrderOfTheirIntegers()
    {
        Check(Gen.Short.Select(value => (Signed)value), [Signed.Low, Signed.Minus, Signed.Zero, Signed.High]);
        Check(Gen.ULong.Select(value => (Unsigned)value), [Unsigned.Zero, Unsigned.High]);
    }

    [Fact]
    public void Nullable_EdgesAndRandom_PutNullFirst()
    {
        Check<int?>(Gen.Nullable(Gen.Int), [null, int.MinValue, 0, int.MaxValue]);
        Check<double?>(Gen.Nullable(Gen.Double), [null, double.NaN, double.NegativeInfinity, 0]);
        Check<Guid?>(Gen.Nullable(Gen.Guid), [null, Guid.Empty]);
        Check<Signed?>(Gen.Nullable(Gen.Short.Select(value => (Signed)value)), [null, Signed.Low]);
        Check<(string?, int)?>(
            Gen.Nullable(Gen.Select(KeyCodecLaws.Pick<string?>(null, "", "a"), Gen.Int[0, 2])),
            [null, (null, 0), ("", 0), ("a", 1)],
            (left, right) => left.HasValue && right.HasValue
                ? ComparePairs(left.Value, right.Value)
                : left.HasValue.CompareTo(right.HasValue));
    }

    [Fact]
    public void ValueTuple_EdgesAndRandom_CompareMemberByMember() => Check(
        Gen.Select(KeyCodecLaws.Pick<string?>(null, "", "\0", "a", "a\0", "a\0b", "B"), Gen.Int[-1, 1]),
        [(null, 0), ("", int.MinValue), ("", int.MaxValue), ("a", -1), ("a\0", -2)],
        ComparePairs);

    [Fact]
    public void Tuple_EdgesAndRandom_CompareMemberByMember() => Check<Tuple<string?, int>>(
        Gen.Select(KeyCodecLaws.Pick<string?>(null, "", "a", "a\u0001", "B"), Gen.Int[-1, 1], Tuple.Create),
        [null!, new(null, 0), new("", 1)],
        (left, right) => left is null || right is null
            ? (left is null ? 0 : 1) - (right is null ? 0 : 1)
            : ComparePairs((left.Item1, left.Item2), (right.Item1, right.Item2)));

    [Fact]
    public void Anonymous_EdgesAndRandom_CompareMemberByMember() => Check(
        Gen.Select(KeyCodecLaws.Pick<string?>(null, "", "a", "B"), Gen.Int[-1, 1], (name, age) => new { name, age }),
        [new { name = (string?)null, age = 0 }],
        (left, right) => ComparePairs((left.name, left.age), (right.name, right.age)));

    [Fact]
    public void ValueTuple_OfNineMembers_KeepsOrder() => Check(
         Gen.Select(Gen.Int[0, 1], KeyCodecLaws.Pick("", "x"))
            .Select(last => (1, 2, 3, 4, 5, 6, 7, last.Item1, last.Item2)),
        [(1, 2, 3, 4, 5, 6, 7, 8, "nine"), (1, 2, 3, 4, 5, 6, 8, 8, "nine")],
        (left, right) => left.CompareTo(right));

    private static int ComparePairs((string? Name, int Number) left, (string? Name, int Number) right)
    {
        var order = string.CompareOrdinal(left.Name, right.Name);
        return order != 0 ? order : left.Number.CompareTo(right.Number);
    }

    private static void Check<T>(Gen<T> random, T[] edges, Comparison<T>? reference = null)
    {
        reference ??= Comparer<T>.Default.Compare;
        foreach (var left in edges)
        {
            CheckRoundTrip(left, reference);
            foreach (var right in edges)
            {
                KeyCodecLaws.AssertOrder(left, right, reference(left, right));
            }
        }

        var values = Gen.OneOf(random, KeyCodecLaws.Pick(edges));
        Gen.Select(values, values).Sample((left, right) =>
        {
            CheckRoundTrip(left, reference);
            KeyCodecLaws.AssertOrder(left, right, reference(left, right));
        });
    }

    /// <summary>Equal = the order says so; where the encoding is exact also by Equals.</summary>
    private static void CheckRoundTrip<T>(T value, Comparison<T> reference) => KeyCodecLaws.AssertRoundTrip(
        value,
        (left, right) => reference(left, right) == 0
            && (!KeyCodecs.Primary<T>().IsExact || left is byte[] || EqualityComparer<T>.Default.Equals(left, right)));
}
