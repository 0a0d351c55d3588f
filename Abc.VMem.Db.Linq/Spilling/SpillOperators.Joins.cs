using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Spilling;

/// <remarks>
/// The side that LINQ to Objects holds as a lookup is put aside; the other one streams. A sequence of the application's
/// own is not ours to copy, and handed to the model.
/// </remarks>
internal static partial class SpillOperators
{
    /// <summary>Pairs rows of equal keys.</summary>
    public static IEnumerable<TResult> Join<TOuter, TInner, TKey, TResult>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TOuter> outer,
        IEnumerable<TInner> inner,
        Func<TOuter, TKey> outerKeySelector,
        Func<TInner, TKey> innerKeySelector,
        Func<TOuter, TInner, TResult> resultSelector,
        IEqualityComparer<TKey>? comparer)
    {
        return IsOurs(inner)
            ? Pairs()
            : outer.Join(inner, outerKeySelector, innerKeySelector, resultSelector, comparer);

        IEnumerable<TResult> Pairs()
        {
            var matches = new Matches<TKey, TInner>(memory, site, inner, innerKeySelector, comparer);
            foreach (var row in outer)
            {
                foreach (var match in matches.Find(outerKeySelector(row)) ?? [])
                {
                    yield return resultSelector(row, match);
                }
            }
        }
    }

    /// <summary>Pairs each outer row with all inner rows of its key.</summary>
    public static IEnumerable<TResult> GroupJoin<TOuter, TInner, TKey, TResult>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TOuter> outer,
        IEnumerable<TInner> inner,
        Func<TOuter, TKey> outerKeySelector,
        Func<TInner, TKey> innerKeySelector,
        Func<TOuter, IEnumerable<TInner>, TResult> resultSelector,
        IEqualityComparer<TKey>? comparer)
    {
        return IsOurs(inner)
            ? Groups()
            : outer.GroupJoin(inner, outerKeySelector, innerKeySelector, resultSelector, comparer);

        IEnumerable<TResult> Groups()
        {
            var matches = new Matches<TKey, TInner>(memory, site, inner, innerKeySelector, comparer);
            foreach (var row in outer)
            {
                yield return resultSelector(row, matches.Find(outerKeySelector(row)) ?? []);
            }
        }
    }

    /// <summary>Pairs rows of equal keys; an outer row without one comes with the default value.</summary>
    public static IEnumerable<TResult> LeftJoin<TOuter, TInner, TKey, TResult>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TOuter> outer,
        IEnumerable<TInner> inner,
        Func<TOuter, TKey> outerKeySelector,
        Func<TInner, TKey> innerKeySelector,
        Func<TOuter, TInner?, TResult> resultSelector,
        IEqualityComparer<TKey>? comparer)
    {
        return IsOurs(inner)
            ? Pairs()
            : outer.LeftJoin(inner, outerKeySelector, innerKeySelector, resultSelector, comparer);

        IEnumerable<TResult> Pairs()
        {
            var matches = new Matches<TKey, TInner>(memory, site, inner, innerKeySelector, comparer);
            foreach (var row in outer)
            {
                foreach (var match in matches.Find(outerKeySelector(row)) ?? [default!])
                {
                    yield return resultSelector(row, match);
                }
            }
        }
    }

    /// <summary>Pairs rows of equal keys; an inner row without one comes with the default value.</summary>
    public static IEnumerable<TResult> RightJoin<TOuter, TInner, TKey, TResult>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TOuter> outer,
        IEnumerable<TInner> inner,
        Func<TOuter, TKey> outerKeySelector,
        Func<TInner, TKey> innerKeySelector,
        Func<TOuter?, TInner, TResult> resultSelector,
        IEqualityComparer<TKey>? comparer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return Pairs();

        IEnumerable<TResult> Pairs()
        {
            var matches = new Matches<TKey, TOuter>(memory, site, outer, outerKeySelector, comparer);
            foreach (var row in inner)
            {
                foreach (var match in matches.Find(innerKeySelector(row)) ?? [default!])
                {
                    yield return resultSelector(match, row);
                }
            }
        }
    }

    private static bool IsOurs<T>(IEnumerable<T> rows) => rows is IMomentQuery;

    /// <summary>The side of a join that is looked up; read when the first row of the other side asks.</summary>
    private sealed class Matches<TKey, TRow>(
        QueryMemory memory,
        SpillSite site,
        IEnumerable<TRow> rows,
        Func<TRow, TKey> keySelector,
        IEqualityComparer<TKey>? comparer)
    {
        private SpillLookup<TKey, TRow>? _lookup;
        private ILookup<TKey, TRow>? _onHeap;

        /// <summary>The rows of a key; null when there are none. A key that is null has none.</summary>
        public IEnumerable<TRow>? Find(TKey key)
        {
            if (_lookup is null && _onHeap is null)
            {
                Read();
            }

            return key is null ? null
                : _lookup is not null ? _lookup.Find(key)
                : _onHeap!.Contains(key) ? _onHeap[key]
                : null;
        }

        private void Read()
        {
            _lookup = SpillLookup<TKey, TRow>.TryCreate(memory, site, comparer);
            if (_lookup is null)
            {
                _onHeap = rows.ToLookup(keySelector, comparer);
                return;
            }

            foreach (var row in rows)
            {
                if (keySelector(row) is { } key)
                {
                    _lookup.Add(key, row);
                }
            }

            _lookup.Complete();
        }
    }
}
