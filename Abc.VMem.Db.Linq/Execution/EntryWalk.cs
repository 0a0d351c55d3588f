using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Indexes;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Walks the entries of several ranges of an index, in their order or backwards.</summary>
internal sealed class EntryWalk(CollectionReader reader, IndexDefinition index, KeyRange[] ranges, bool descending)
    : IDisposable
{
    private IndexScan? _scan;
    private int _next;

    /// <summary>The scan that stands on the current entry.</summary>
    public IndexScan Current => _scan!;

    /// <summary>The range that the current entry lies in.</summary>
    public KeyRange CurrentRange => ranges[descending ? ranges.Length - _next : _next - 1];

    /// <summary>Moves on; false at the end.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            if (_scan is not null && _scan.MoveNext())
            {
                return true;
            }

            _scan?.Dispose();
            _scan = null;
            if (_next == ranges.Length)
            {
                return false;
            }

            _scan = reader.ScanIndex(index, ranges[descending ? ranges.Length - 1 - _next : _next], descending);
            _next++;
        }
    }

    /// <summary>Ends the walk.</summary>
    public void Dispose() => _scan?.Dispose();
}
