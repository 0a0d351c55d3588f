using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

internal sealed partial class DocumentPlan<T>
{
    /// <summary>One execution: binds the values, opens the cursors. Not thread-safe.</summary>
    private sealed partial class Run(
        DocumentPlan<T> plan, CollectionReader reader, QueryArguments arguments, bool isReversed, RunReport? report)
    {
        /// <summary>
        /// An index that yields more entries than this, and than a share of all documents, costs more than walking all.
        /// </summary>
        private const int MinAbandoned = 4096;
        private const int AbandonedShare = 4;

        private readonly BoundAccess _access = AccessBinder.Bind(plan._paths, plan._conditions, arguments);
        private readonly ValueBuffer _ordered = new();
        private readonly DocumentView<T> _view = new(plan._serializer, reader.Definition.Schema);

        /// <summary>Opens the matches in their order.</summary>
        public MatchStream<T> Open(long seen)
        {
            Note();
            if (_access.Ranges.Length == 0 || seen == 0)
            {
                return new NoMatches<T>();
            }

            var isOrdered = plan._primaryOrder != PrimaryOrder.None || _access.Order is not null;
            var matches = OpenUnsorted(isOrdered);
            return isOrdered ? matches : Sort(matches, seen);
        }

        /// <summary>Opens the matches in whatever order is quickest.</summary>
        public MatchStream<T> OpenAny()
        {
            Note();
            if (_access.Ranges.Length == 0)
            {
                return new NoMatches<T>();
            }

            if (_access.Path is not IndexPath path || !_access.IsDistinct)
            {
                return OpenUnsorted(isOrdered: false);
            }

            var cursor = new IndexCursor(reader, new EntryWalk(reader, path.Index, _access.Ranges, descending: false));
            return new FilteredMatches<T>(
                cursor, new DocumentFilter<T>(plan._conjuncts, _access.Covered, arguments), _view);
        }

        /// <summary>Counts the documents.</summary>
        public long Count()
        {
            Note();
            var isCounted = _access.IsDistinct && Array.TrueForAll(_access.Covered, covered => covered);
            if (isCounted)
            {
                return CountRanges();
            }

            using var matches = OpenUnsorted(isOrdered: false);
            var count = 0L;
            while (matches.MoveNext())
            {
                count++;
            }

            return count;
        }

        /// <summary>
        /// Collects the keys of all matches, so that what the application changes while it enumerates them changes
        /// nothing in their set.
        /// </summary>
        public MatchStream<T> Detach(MatchStream<T> matches, long seen)
        {
            if (matches is SortedMatches<T> or NoMatches<T>)
            {
                return matches;
            }

            if (report is not null)
            {
                report.WasDetached = true;
            }

            var keys = new KeySorter(arguments.Memory.Open("keys in a transaction"));
            using (matches)
            {
                while (keys.Count < seen && matches.MoveNext())
                {
                    keys.Append(matches.Key);
                }
            }

            keys.Open();
            var cursor = new KeySorterCursor(reader, keys);
            return new FilteredMatches<T>(cursor, DocumentFilter<T>.None, _view);
        }

        private long CountRanges()
        {
            if (_access.Ranges is [{ From: null, To: null }])
            {
                return reader.Count;
            }

            var count = 0L;
            foreach (var range in _access.Ranges)
            {
                count += _access.Path is IndexPath path
                    ? reader.CountRange(path.Index, range)
                    : reader.CountRange(range);
            }

            return count;
        }

        private FilteredMatches<T> OpenUnsorted(bool isOrdered)
        {
            var covered = _access.Covered;
            var cursor = _access.Path is IndexPath path ? OpenIndex(path, isOrdered, ref covered) : OpenPrimary();
            return new(cursor, new DocumentFilter<T>(plan._conjuncts, covered, arguments), _view);
        }

        private DocumentCursor OpenPrimary() => _access.PointKeys is { } keys
            ? new PointCursor(reader, keys, IsBackwards)
            : new ScanCursor(reader, _access.Ranges, IsBackwards);

        /// <summary>
        /// Whether primary keys are walked backwards: asked for once, by the order or by Last, but not twice.
        /// </summary>
        private bool IsBackwards => (plan._primaryOrder == PrimaryOrder.Descending) != isReversed
            && plan._primaryOrder != PrimaryOrder.None;

        private DocumentCursor OpenIndex(IndexPath path, bool isOrdered, ref bool[] covered)
        {
            if (isOrdered && _access.Order is { } order)
            {
                return OpenOrdered(path, order);
            }

            if (_access.IsKeyOrdered)
            {
                return new IndexCursor(reader, new EntryWalk(reader, path.Index, _access.Ranges, IsBackwards));
            }

            if (TryCollect(path) is { } keys)
            {
                return new KeySorterCursor(reader, keys);
            }

            covered = new bool[covered.Length];
            return new ScanCursor(reader, [KeyRange.All], IsBackwards);
        }

        /// <summary>The keys of the entries, in order; null when they are too many.</summary>
        private KeySorter? TryCollect(IndexPath path)
        {
            var limit = Math.Max(MinAbandoned, reader.Count / AbandonedShare);
            var share = arguments.Memory.Open("keys");
            var keys = new KeySorter(share);
            var sortKey = new KeyBuffer();
            using var entries = new EntryWalk(reader, path.Index, _access.Ranges, descending: false);
            while (entries.MoveNext())
            {
                if (keys.Count == limit)
                {
                    share.Dispose();
                    NoteAbandoned();
                    return null;
                }

                sortKey.Clear();
                sortKey.Append(entries.Current.PrimaryKey);
                if (IsBackwards)
                {
                    sortKey.Complement(0);
                }

                keys.Add(sortKey.Span, entries.Current.PrimaryKey);
            }

            keys.Open();
            if (report is not null)
            {
                report.Collected = keys.Count;
            }

            return keys;
        }

        private void Note()
        {
            if (report is not null)
            {
                report.Access = _access;
                report.Order = plan._primaryOrder != PrimaryOrder.None ? OrderSource.PrimaryKey
                    : _access.Order is not { } order ? OrderSource.Sort
                    : order.KeysDone < plan._sort!.Count ? OrderSource.IndexAndSort
                    : OrderSource.Index;
            }
        }

        private void NoteAbandoned()
        {
            if (report is not null)
            {
                report.WasAbandoned = true;
            }
        }
    }
}
