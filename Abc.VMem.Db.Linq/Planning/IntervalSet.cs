namespace Abc.VMem.Db.Linq.Planning;

/// <summary>A set of encoded values of one index part: intervals in order, apart from each other. Immutable.</summary>
internal sealed class IntervalSet
{
    // Null is the byte 0; any other value begins with the byte 1.
    private static readonly byte[] NullKey = [0];
    private static readonly byte[] FirstPresent = [1];
    private static readonly byte[] End = [2];

    private readonly KeyInterval[] _intervals;

    private IntervalSet(params KeyInterval[] intervals) => _intervals = intervals;

    /// <summary>Every value, null too.</summary>
    public static IntervalSet All { get; } = new(new KeyInterval(NullKey, End, false));

    /// <summary>No value.</summary>
    public static IntervalSet Empty { get; } = new();

    /// <summary>Null only.</summary>
    public static IntervalSet Null { get; } = new(new KeyInterval(NullKey, FirstPresent, true));

    /// <summary>Every value except null.</summary>
    public static IntervalSet Present { get; } = new(new KeyInterval(FirstPresent, End, false));

    /// <summary>The intervals, in order.</summary>
    public ReadOnlySpan<KeyInterval> Intervals => _intervals;

    /// <summary>Whether no value is inside.</summary>
    public bool IsEmpty => _intervals.Length == 0;

    /// <summary>Whether every value is inside.</summary>
    public bool IsAll => _intervals is [var only] && only.From.AsSpan().SequenceEqual(NullKey)
        && only.To.AsSpan().SequenceEqual(End);

    /// <summary>Whether the set is a list of single values.</summary>
    public bool IsPoints => Array.TrueForAll(_intervals, interval => interval.IsPoint);

    /// <summary>
    /// The values from an encoding, null for the first that is not null, to before another, null for the end.
    /// </summary>
    public static IntervalSet Between(byte[]? from, byte[]? to)
    {
        var interval = new KeyInterval(from ?? FirstPresent, to ?? End, false);
        return interval.IsEmpty ? Empty : new(interval);
    }

    /// <summary>The single value with an encoding.</summary>
    public static IntervalSet Point(byte[] encoding) => new(KeyInterval.Point(encoding));

    /// <summary>Single values with the given encodings, in any order, repeated or not.</summary>
    public static IntervalSet Points(List<byte[]> encodings)
    {
        encodings.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        var points = new List<KeyInterval>(encodings.Count);
        foreach (var encoding in encodings)
        {
            if (points.Count == 0 || !points[^1].From.AsSpan().SequenceEqual(encoding))
            {
                points.Add(KeyInterval.Point(encoding));
            }
        }

        return new([.. points]);
    }

    /// <summary>Whether a value is inside.</summary>
    public bool Contains(ReadOnlySpan<byte> encoding)
    {
        var (low, high) = (0, _intervals.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (encoding.SequenceCompareTo(_intervals[middle].From) < 0)
            {
                high = middle - 1;
            }
            else if (encoding.SequenceCompareTo(_intervals[middle].To) < 0)
            {
                return true;
            }
            else
            {
                low = middle + 1;
            }
        }

        return false;
    }

    /// <summary>Every value that is not inside.</summary>
    public IntervalSet Complement()
    {
        var result = new List<KeyInterval>(_intervals.Length + 1);
        var from = NullKey;
        foreach (var interval in _intervals)
        {
            AddUnlessEmpty(result, from, interval.From);
            from = interval.To;
        }

        AddUnlessEmpty(result, from, End);
        return new([.. result]);
    }

    /// <summary>The values inside both.</summary>
    public IntervalSet Intersect(IntervalSet other)
    {
        var result = new List<KeyInterval>();
        var (i, j) = (0, 0);
        while (i < _intervals.Length && j < other._intervals.Length)
        {
            var (left, right) = (_intervals[i], other._intervals[j]);
            var from = Compare(left.From, right.From) >= 0 ? left.From : right.From;
            var to = Compare(left.To, right.To) <= 0 ? left.To : right.To;
            if (Compare(from, to) < 0)
            {
                // A bound never splits a value, so what is left of a point is the point.
                result.Add(new KeyInterval(from, to, left.IsPoint || right.IsPoint));
            }

            if (Compare(left.To, right.To) <= 0)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return new([.. result]);
    }

    /// <summary>The values inside either.</summary>
    public IntervalSet Union(IntervalSet other)
    {
        if (IsEmpty || other.IsEmpty)
        {
            return IsEmpty ? other : this;
        }

        var result = new List<KeyInterval>(_intervals.Length + other._intervals.Length);
        foreach (var interval in _intervals.Concat(other._intervals).OrderBy(i => i, ByStart))
        {
            if (result.Count == 0 || Compare(interval.From, result[^1].To) > 0 || IsNextPoint(result[^1], interval))
            {
                result.Add(interval);
            }
            else if (Compare(interval.To, result[^1].To) > 0)
            {
                result[^1] = new KeyInterval(result[^1].From, interval.To, false);
            }
        }

        return new([.. result]);
    }

    private static Comparer<KeyInterval> ByStart { get; } = Comparer<KeyInterval>.Create(static (left, right) =>
    {
        var order = Compare(left.From, right.From);
        return order != 0 ? order : Compare(right.To, left.To);
    });

    /// <remarks>Neighbouring points stay points: an equality prefix of a compound index needs them so.</remarks>
    private static bool IsNextPoint(KeyInterval last, KeyInterval next) =>
        last.IsPoint && next.IsPoint && Compare(next.From, last.To) >= 0;

    private static void AddUnlessEmpty(List<KeyInterval> intervals, byte[] from, byte[] to)
    {
        if (Compare(from, to) < 0)
        {
            var isNull = Compare(from, NullKey) == 0 && Compare(to, FirstPresent) == 0;
            intervals.Add(new KeyInterval(from, to, isNull));
        }
    }

    private static int Compare(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right);
}
