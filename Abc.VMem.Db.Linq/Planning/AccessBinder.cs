using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Planning;

/// <summary>Takes the first way that an execution's values narrow, and computes its ranges.</summary>
internal sealed class AccessBinder(IReadOnlyList<Condition> conjuncts, QueryArguments arguments)
{
    /// <summary>Most ranges that lists of values on several parts may multiply to.</summary>
    private const int MaxRanges = 4096;

    private readonly bool[] _covered = new bool[conjuncts.Count];
    private readonly bool[] _exact = new bool[conjuncts.Count];
    private readonly List<int> _used = [];

    /// <summary>Binds the first way that its values narrow; the last way always fits.</summary>
    public static BoundAccess Bind(
        IReadOnlyList<AccessPath> paths, IReadOnlyList<Condition> conjuncts, QueryArguments arguments)
    {
        foreach (var path in paths)
        {
            var binder = new AccessBinder(conjuncts, arguments);
            if ((path is IndexPath index ? binder.TryBind(index) : binder.TryBind((PrimaryPath)path)) is { } access)
            {
                return access;
            }
        }

        throw new InvalidOperationException("No way to the documents.");
    }

    private BoundAccess? TryBind(PrimaryPath path)
    {
        if (path.Parts.Count == 0)
        {
            return Primary(path, [KeyRange.All], null);
        }

        var set = Narrow(path.Parts[0]).Intersect(IntervalSet.Present);
        if (IsAllPresent(set))
        {
            return null;
        }

        var ranges = new KeyRange[set.Intervals.Length];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = set.Intervals[i].ToPrimary();
        }

        Cover(path.Parts[0]);
        return Primary(path, ranges, set.IsPoints ? PointKeys(set) : null);
    }

    private static bool IsAllPresent(IntervalSet set) =>
        set.Intervals is [var only] && only.ToPrimary() is { From: null, To: null };

    private static byte[][] PointKeys(IntervalSet set)
    {
        var keys = new byte[set.Intervals.Length][];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = set.Intervals[i].From[1..];
        }

        return keys;
    }

    private BoundAccess Primary(PrimaryPath path, KeyRange[] ranges, byte[][]? pointKeys) => new()
    {
        Path = path,
        Ranges = ranges,
        Covered = _covered,
        IsKeyOrdered = true,
        IsDistinct = true,
        Order = null,
        PointKeys = pointKeys,
        Used = _used,
    };

    private BoundAccess? TryBind(IndexPath path)
    {
        if (!HasEntryForEachMatch(path.Index))
        {
            return null;
        }

        var prefixes = new List<byte[]> { Array.Empty<byte>() };
        var ranges = new List<KeyRange>();
        var fixedParts = 0;
        var isAllPoints = true;
        for (var i = 0; i < path.Parts.Count && isAllPoints; i++)
        {
            var set = Narrow(path.Parts[i]);
            if (set.IsEmpty)
            {
                return Index(path, [], isKeyOrdered: true, fixedParts: int.MaxValue);
            }

            if (set.IsAll)
            {
                isAllPoints = false;
                ranges.AddRange(i == 0 ? [KeyRange.All] : prefixes.Select(WithPrefix));
                break;
            }

            if (CanExpand(set, prefixes.Count))
            {
                prefixes = Expand(prefixes, set);
                fixedParts += fixedParts == i && prefixes.Count == 1 ? 1 : 0;
                Cover(path.Parts[i]);
            }
            else
            {
                isAllPoints = false;
                AddRanges(ranges, prefixes, set, path.Parts[i]);
            }
        }

        if (isAllPoints)
        {
            ranges.AddRange(path.Parts.Count == 0 ? [KeyRange.All] : prefixes.Select(WithPrefix));
        }

        var isKeyOrdered = ranges.Count == 1 && isAllPoints && path.Parts.Count == path.Index.Parts.Count;
        var access = Index(path, [.. ranges], isKeyOrdered, fixedParts);
        return access.Order is null && ranges is [{ From: null, To: null }] ? null : access;
    }

    /// <remarks>
    /// A document whose list is empty has no entry, whatever its other parts are: the index serves only a query that a
    /// document without elements can't fulfil.
    /// </remarks>
    private bool HasEntryForEachMatch(IndexDefinition index)
    {
        if (!index.IsMultikey)
        {
            return true;
        }

        var part = KeyPart.Of(index.Parts.First(part => part.Path.IsMultikey));
        return conjuncts.Any(conjunct => !Narrowing.Of(conjunct, part, arguments).Set.IsAll);
    }

    private BoundAccess Index(IndexPath path, KeyRange[] ranges, bool isKeyOrdered, int fixedParts) => new()
    {
        Path = path,
        Ranges = ranges,
        Covered = _covered,
        IsKeyOrdered = isKeyOrdered,
        IsDistinct = isKeyOrdered || !path.Index.IsMultikey,
        Order = path.Order is { } order && fixedParts >= order.FixedParts ? order : null,
        Used = _used,
    };

    private IntervalSet Narrow(NarrowedPart part)
    {
        var set = IntervalSet.All;
        foreach (var i in part.Conjuncts)
        {
            var narrowing = Narrowing.Of(conjuncts[i], part.Part, arguments);
            _exact[i] = narrowing.IsExact;
            set = set.IsAll ? narrowing.Set : set.Intersect(narrowing.Set);
            if (set.IsEmpty)
            {
                break;
            }
        }

        return set;
    }

    /// <remarks>Only once a part's ranges are taken, and only where they say all that the condition says.</remarks>
    private void Cover(NarrowedPart part)
    {
        foreach (var i in part.Conjuncts)
        {
            _covered[i] |= _exact[i];
            _used.Add(i);
        }
    }

    private static bool CanExpand(IntervalSet set, int prefixes)
    {
        if (!set.IsPoints || (long)set.Intervals.Length * prefixes > MaxRanges)
        {
            return false;
        }

        foreach (var point in set.Intervals)
        {
            if (point.From.Length > IndexDefinition.MaxPartBytes)
            {
                return false;
            }
        }

        return true;
    }

    private static List<byte[]> Expand(List<byte[]> prefixes, IntervalSet points)
    {
        var expanded = new List<byte[]>(prefixes.Count * points.Intervals.Length);
        foreach (var prefix in prefixes)
        {
            foreach (var point in points.Intervals)
            {
                expanded.Add(prefix.Length == 0 ? point.From : [.. prefix, .. point.From]);
            }
        }

        return expanded;
    }

    private void AddRanges(List<KeyRange> ranges, List<byte[]> prefixes, IntervalSet set, NarrowedPart part)
    {
        var isCut = false;
        foreach (var prefix in prefixes)
        {
            foreach (var interval in set.Intervals)
            {
                var entries = interval.Cut(IndexDefinition.MaxPartBytes, out var wasCut);
                isCut |= wasCut;
                Add(ranges, new KeyRange([.. prefix, .. entries.From], [.. prefix, .. entries.To]));
            }
        }

        if (!isCut)
        {
            Cover(part);
        }
        else
        {
            _used.AddRange(part.Conjuncts);
        }
    }

    /// <remarks>Values that share their first bytes beyond the cut have one range together.</remarks>
    private static void Add(List<KeyRange> ranges, KeyRange range)
    {
        if (ranges.Count > 0 && ranges[^1].To.AsSpan().SequenceCompareTo(range.From) > 0)
        {
            var last = ranges[^1];
            var isLonger = last.To.AsSpan().SequenceCompareTo(range.To) < 0;
            ranges[^1] = isLonger ? last with { To = range.To } : last;
        }
        else
        {
            ranges.Add(range);
        }
    }

    private static KeyRange WithPrefix(byte[] prefix) => new(prefix, KeyCodecs.Successor(prefix));
}
