using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

internal sealed partial class DocumentPlan<T>
{
    private sealed partial class Run
    {
        private DocumentCursor OpenOrdered(IndexPath path, IndexOrder order)
        {
            var descending = order.IsDescending != isReversed;
            var isWhole = order.KeysDone == plan._sort!.Count && order.PartCount == path.Index.Parts.Count;
            return isWhole && descending == isReversed && !path.Index.Parts.Any(part => CanBeCut(part.Codec))
                ? new IndexCursor(reader, new EntryWalk(reader, path.Index, _access.Ranges, descending))
                : new OrderedIndexCursor(
                    reader, path.Index, _access.Ranges, order.PartCount, descending, tieDescending: isReversed, SortRun)
                {
                    HasFurtherKeys = order.KeysDone < plan._sort.Count,
                };
        }

        /// <summary>Sorts the keys of documents that an index leaves in no order, by reading them.</summary>
        private KeyList SortRun(KeyList keys)
        {
            if (keys.Count == 1)
            {
                return keys;
            }

            var sorted = new SortBuffer(long.MaxValue);
            var (document, sortKey) = (new ValueBuffer(), new KeyBuffer());
            for (var i = 0; i < keys.Count; i++)
            {
                if (reader.TryFetch(keys[i], document))
                {
                    _view.Show(document.Memory);
                    plan._sort!.Encode(_view, keys[i], isReversed, arguments, sortKey);
                    sorted.Add(sortKey.Span, keys[i], default);
                }
            }

            sorted.Sort();
            var result = new KeyList();
            for (var i = 0; i < sorted.Count; i++)
            {
                result.Add(sorted.PrimaryKey(i));
            }

            return result;
        }

        private SortedMatches<T> Sort(FilteredMatches<T> matches, long seen)
        {
            var sorted = new SortBuffer(seen);
            var sortKey = new KeyBuffer();
            using (matches)
            {
                while (matches.MoveNext())
                {
                    if (matches.TryLoad())
                    {
                        plan._sort!.Encode(_view, matches.Key, isReversed, arguments, sortKey);
                        sorted.Add(sortKey.Span, matches.Key, _view.Bytes);
                    }
                }
            }

            sorted.Sort();
            return new SortedMatches<T>(reader, sorted, _view);
        }

        /// <summary>Whether a value's encoding has no bounded length.</summary>
        private static bool CanBeCut(KeyCodec codec)
        {
            var type = Nullable.GetUnderlyingType(codec.ValueType) ?? codec.ValueType;
            return !type.IsValueType || type.IsGenericType;
        }
    }
}
