using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Encoded documents that one statement stores: keys, envelopes, index entries. Reused by the thread; not thread-safe.
/// </summary>
internal sealed class WriteBatch
{
    private const int InitialRows = 16;

    // What the thread keeps between two statements.
    private const int KeptRows = 4096;

    private readonly ByteArena _keys = new();
    private readonly ByteArena _values = new();
    private readonly List<EntrySet> _entries = [];
    private BatchRow[] _rows = new BatchRow[InitialRows];
    private bool _isSorted = true;

    [ThreadStatic]
    private static WriteBatch? _free;

    /// <summary>Number of documents.</summary>
    public int Count { get; private set; }

    /// <summary>Where the next key is encoded.</summary>
    public KeyBuffer Key { get; } = new();

    /// <summary>Where the next document is encoded.</summary>
    public ByteArena Document { get; } = new();

    /// <summary>Memory that the documents take: keys, envelopes, index entries.</summary>
    public long Bytes =>
        (long)_keys.Length + _values.Length + ((long)Count * BatchRow.MemoryBytes) + _entries.Sum(set => set.Bytes);

    /// <summary>Index entries of the documents.</summary>
    public long EntryCount => _entries.Sum(set => (long)set.Count);

    /// <summary>Takes the thread's batch, empty.</summary>
    public static WriteBatch Rent()
    {
        var batch = _free ?? new WriteBatch();
        _free = null;
        return batch;
    }

    /// <summary>Gives it back.</summary>
    public void Return()
    {
        _keys.Trim();
        _values.Trim();
        Document.Trim();
        Key.Trim();
        _entries.ForEach(set => set.Clear());
        if (_rows.Length > KeptRows)
        {
            _rows = new BatchRow[InitialRows];
        }

        (Count, _isSorted) = (0, true);
        _free = this;
    }

    /// <summary>The encoded key of a document.</summary>
    public ReadOnlySpan<byte> KeyOf(int row) => _keys.Slice(_rows[row].KeyOffset, _rows[row].KeyLength);

    /// <summary>The envelope of a document.</summary>
    public ReadOnlySpan<byte> ValueOf(int row) => _values.Slice(_rows[row].ValueOffset, _rows[row].ValueLength);

    /// <summary>Whether the key was assigned by the statement, so that it can't be there.</summary>
    public bool IsAssigned(int row) => _rows[row].IsAssigned;

    /// <summary>Entries for the index at a position of the definition.</summary>
    public EntrySet EntriesOf(int index)
    {
        while (_entries.Count <= index)
        {
            _entries.Add(new());
        }

        return _entries[index];
    }

    /// <summary>Empties it for the next documents of the same statement.</summary>
    public void Clear()
    {
        _keys.Clear();
        _values.Clear();
        Document.Clear();
        Key.Clear();
        _entries.ForEach(set => set.Restart());
        (Count, _isSorted) = (0, true);
    }

    /// <summary>Adds the document that stands in <see cref="Key"/> and <see cref="Document"/>.</summary>
    /// <exception cref="LimitExceededException">The key, the document or an index entry is too long.</exception>
    public void Add(IReadOnlyList<EntryExtractor> extractors, bool isAssigned)
    {
        CheckLimits(Key.Length, Document.Length);
        for (var i = 0; i < extractors.Count; i++)
        {
            extractors[i].Extract(Document.Span, Key.Span, EntriesOf(i));
        }

        _isSorted &= Count == 0 || KeyOf(Count - 1).SequenceCompareTo(Key.Span) < 0;
        if (_rows.Length == Count)
        {
            Array.Resize(ref _rows, 2 * Count);
        }

        var (keyOffset, valueOffset) = (_keys.Length, _values.Length);
        _keys.Append(Key.Span);
        var valueLength = DocumentEnvelope.Write(Document.Span, _values);
        _rows[Count++] = new(keyOffset, Key.Length, valueOffset, valueLength, isAssigned);
    }

    /// <summary>Puts documents in key order and index entries in theirs.</summary>
    /// <returns>The row of a key that stands twice, or -1.</returns>
    public int Sort()
    {
        _entries.ForEach(set => set.Sort());
        if (_isSorted)
        {
            return -1;
        }

        _rows.AsSpan(0, Count).Sort(new RowComparer(_keys));
        for (var i = 1; i < Count; i++)
        {
            if (KeyOf(i).SequenceEqual(KeyOf(i - 1)))
            {
                return i;
            }
        }

        _isSorted = true;
        return -1;
    }

    /// <summary>Refuses what is too long.</summary>
    public static void CheckLimits(int keyBytes, int documentBytes)
    {
        if (keyBytes > BTree.MaxKeyBytes)
        {
            throw new LimitExceededException("bytes of a key", BTree.MaxKeyBytes, keyBytes, "Use a shorter key.");
        }

        if (documentBytes > DocumentEnvelope.MaxDocumentBytes)
        {
            throw new LimitExceededException(
                "bytes of a document",
                DocumentEnvelope.MaxDocumentBytes,
                documentBytes,
                "Split it into several documents.");
        }
    }

    private readonly record struct BatchRow(
        int KeyOffset, int KeyLength, int ValueOffset, int ValueLength, bool IsAssigned)
    {
        /// <summary>Bytes that a row takes in an array.</summary>
        public const int MemoryBytes = 20;
    }

    private readonly struct RowComparer(ByteArena keys) : IComparer<BatchRow>
    {
        public int Compare(BatchRow x, BatchRow y) =>
            keys.Slice(x.KeyOffset, x.KeyLength).SequenceCompareTo(keys.Slice(y.KeyOffset, y.KeyLength));
    }
}
