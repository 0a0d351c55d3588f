using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

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
                    reader, path.Index, _access.Ranges, order.PartCount, descending, tieDescending: isReversed)
                {
                    HasFurtherKeys = order.KeysDone < plan._sort.Count,
                    EncodeOrder = TryEncodeOrder,
                    OpenMemory = () => arguments.Memory.Open("order"),
                };
        }

        /// <summary>Encodes the place of a document in the whole order, by reading it; false when it is gone.</summary>
        private bool TryEncodeOrder(ReadOnlySpan<byte> primaryKey, KeyBuffer sortKey)
        {
            if (!reader.TryFetch(primaryKey, _ordered))
            {
                return false;
            }

            _view.Show(_ordered.Memory);
            plan._sort!.Encode(_view, primaryKey, isReversed, arguments, sortKey);
            return true;
        }

        private SortedMatches<T> Sort(FilteredMatches<T> matches, long seen)
        {
            var sorted = new SortBuffer(arguments.Memory.Open("order"), seen);
            var sortKey = new KeyBuffer();
            using (matches)
            {
                while (matches.MoveNext())
                {
                    if (matches.TryLoad())
                    {
                        plan._sort!.Encode(_view, matches.Key, isReversed, arguments, sortKey);
                        sorted.Add(sortKey.Span, matches.Key, _view.Bytes.Span);
                    }
                }
            }

            return new SortedMatches<T>(reader, sorted.Sort(), _view);
        }

        /// <summary>Whether a value's encoding has no bounded length.</summary>
        private static bool CanBeCut(KeyCodec codec)
        {
            var type = Nullable.GetUnderlyingType(codec.ValueType) ?? codec.ValueType;
            return !type.IsValueType || type.IsGenericType;
        }
    }
}
