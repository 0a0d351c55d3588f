namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Sorts documents by encoded keys that end in the primary key, so that no two are equal. With a limit it keeps the
/// first ones only, in a heap whose top is the last of them. Documents beyond a budget are not held but fetched again.
/// </summary>
internal sealed class SortBuffer(long limit)
{
    /// <summary>Most bytes of documents held.</summary>
    private const long MaxHeldBytes = 64 << 20;

    /// <summary>As many documents are held whatever their size.</summary>
    private const long SmallLimit = 1000;

    private readonly List<Entry> _entries = [];
    private long _heldBytes;
    private bool _isHeap;

    /// <summary>Documents kept.</summary>
    public int Count => _entries.Count;

    /// <summary>A document, after <see cref="Sort"/>; null when it is to be fetched again.</summary>
    public byte[]? this[int index] => _entries[index].Document;

    /// <summary>The encoded primary key of a document, after <see cref="Sort"/>.</summary>
    public ReadOnlySpan<byte> PrimaryKey(int index) => _entries[index].PrimaryKey;

    /// <summary>Takes a document in, unless enough smaller ones are there.</summary>
    public void Add(ReadOnlySpan<byte> sortKey, ReadOnlySpan<byte> primaryKey, ReadOnlyMemory<byte> document)
    {
        if (_entries.Count < limit)
        {
            _entries.Add(Hold(sortKey, primaryKey, document.Span));
            return;
        }

        if (!_isHeap)
        {
            MakeHeap();
        }

        if (_entries.Count > 0 && sortKey.SequenceCompareTo(_entries[0].SortKey) < 0)
        {
            _entries[0] = Hold(sortKey, primaryKey, document.Span);
            SiftDown(0);
        }
    }

    /// <summary>Puts the documents in order.</summary>
    public void Sort() => _entries.Sort(static (left, right) => Compare(left, right));

    private Entry Hold(ReadOnlySpan<byte> sortKey, ReadOnlySpan<byte> primaryKey, ReadOnlySpan<byte> document)
    {
        var isHeld = limit <= SmallLimit || (_heldBytes += document.Length) <= MaxHeldBytes;
        return new Entry(sortKey.ToArray(), primaryKey.ToArray(), isHeld ? document.ToArray() : null);
    }

    private static int Compare(in Entry left, in Entry right) => left.SortKey.AsSpan().SequenceCompareTo(right.SortKey);

    private void MakeHeap()
    {
        _isHeap = true;
        for (var i = (_entries.Count / 2) - 1; i >= 0; i--)
        {
            SiftDown(i);
        }
    }

    private void SiftDown(int parent)
    {
        while (true)
        {
            var greatest = parent;
            for (var child = (2 * parent) + 1; child <= (2 * parent) + 2 && child < _entries.Count; child++)
            {
                if (Compare(_entries[child], _entries[greatest]) > 0)
                {
                    greatest = child;
                }
            }

            if (greatest == parent)
            {
                return;
            }

            (_entries[parent], _entries[greatest]) = (_entries[greatest], _entries[parent]);
            parent = greatest;
        }
    }

    private readonly record struct Entry(byte[] SortKey, byte[] PrimaryKey, byte[]? Document);
}
