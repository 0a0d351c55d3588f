using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Intervals of numbers and times whose encodings are eight bytes: the token's value is put in the order of its
/// encoding and compared, without being encoded.
/// </summary>
internal sealed class NumberTest : ByteTest
{
    private const ulong SignBit = 1UL << 63;

    private readonly TokenSource _source;
    private readonly Kind _kind;
    private readonly (ulong From, ulong Last)[] _ranges;
    private readonly bool _hasNull;

    private NumberTest(TokenSource source, Kind kind, (ulong From, ulong Last)[] ranges, bool hasNull) =>
        (_source, _kind, _ranges, _hasNull) = (source, kind, ranges, hasNull);

    private enum Kind
    {
        None,
        Integer,
        Double,
        DateTime,
        DateTimeOffset,
    }

    /// <summary>The test; null when the field is of another type.</summary>
    public static ByteTest? TryCreate(TokenSource source, FieldEncoding encoding, IntervalSet set)
    {
        var kind = KindOf(Nullable.GetUnderlyingType(encoding.Codec.ValueType));
        if (kind == Kind.None)
        {
            return null;
        }

        var ranges = new List<(ulong From, ulong Last)>();
        foreach (var interval in set.Intervals)
        {
            var end = Ordered(interval.To);
            if (interval.To[0] > 1 || end > 0)
            {
                ranges.Add((Ordered(interval.From), interval.To[0] > 1 ? ulong.MaxValue : end - 1));
            }
        }

        return new NumberTest(source, kind, [.. ranges], set.Contains([0]));
    }

    /// <inheritdoc/>
    public override bool Test(ReadOnlySpan<byte> bytes)
    {
        var token = _source.Read(bytes);
        if (!TryOrder(token, out var ordered))
        {
            return TokenDecoder.IsNull(token)
                ? _hasNull
                : throw new CorruptDatabaseException("document", -1, _kind.ToString(), $"token {token[0]:X2}");
        }

        foreach (var (from, last) in _ranges)
        {
            if (ordered >= from && ordered <= last)
            {
                return true;
            }
        }

        return false;
    }

    private static Kind KindOf(Type? type) =>
        type == typeof(long) ? Kind.Integer
        : type == typeof(double) ? Kind.Double
        : type == typeof(DateTime) ? Kind.DateTime
        : type == typeof(DateTimeOffset) ? Kind.DateTimeOffset
        : Kind.None;

    /// <summary>A token's value as a number in the order of its key encoding.</summary>
    private bool TryOrder(ReadOnlySpan<byte> token, out ulong ordered)
    {
        bool isRead;
        switch (_kind)
        {
            case Kind.Integer:
                isRead = TokenDecoder.TryReadInt64(token, out var integer);
                ordered = (ulong)integer ^ SignBit;
                return isRead;
            case Kind.Double:
                isRead = TokenDecoder.TryReadDouble(token, out var number);
                ordered = Order(number);
                return isRead;
            case Kind.DateTime:
                isRead = TokenDecoder.TryReadDateTime(token, out var time);
                ordered = (ulong)time.Ticks;
                return isRead;
            default:
                isRead = TokenDecoder.TryReadUtcTicks(token, out var ticks);
                ordered = (ulong)ticks;
                return isRead;
        }
    }

    /// <remarks>As DoubleKeyCodec writes it: NaN as zero, -0.0 as 0.0.</remarks>
    private static ulong Order(double number)
    {
        var bits = BitConverter.DoubleToUInt64Bits(number == 0 ? 0 : number);
        return double.IsNaN(number) ? 0 : (bits & SignBit) != 0 ? ~bits : bits | SignBit;
    }

    /// <summary>The number in a bound: behind the marker, big-endian, cut where zeros follow.</summary>
    private static ulong Ordered(byte[] bound)
    {
        var ordered = 0UL;
        for (var i = 1; i <= sizeof(ulong); i++)
        {
            ordered = (ordered << 8) | (i < bound.Length ? bound[i] : (byte)0);
        }

        return ordered;
    }
}
