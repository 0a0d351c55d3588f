using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Indexes;
using Abc.VMem.Db.Linq.Spilling;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>Encodes the place of a document in an order; false when the document is gone.</summary>
internal delegate bool OrderEncoder(ReadOnlySpan<byte> primaryKey, KeyBuffer sortKey);

/// <summary>
/// Takes candidates from an index in the order asked for where the entries' own order is not quite that: entries equal
/// in the leading parts form a run, in which the candidates come by primary key, or sorted by further keys.
/// </summary>
/// <param name="reader">What is read.</param>
/// <param name="index">The index.</param>
/// <param name="ranges">Ranges of its entries.</param>
/// <param name="partCount">Leading parts in which the entries of a run are equal.</param>
/// <param name="descending">Whether the runs come backwards.</param>
/// <param name="tieDescending">Whether primary keys come backwards in a run.</param>
internal sealed class OrderedIndexCursor(
    CollectionReader reader,
    IndexDefinition index,
    KeyRange[] ranges,
    int partCount,
    bool descending,
    bool tieDescending) : DocumentCursor
{
    /// <summary>
    /// Keys of a run held at once. A longer run is walked a second time, in the other direction, or sorted with the
    /// memory of the query.
    /// </summary>
    private const int HeldRunLength = 256;

    private readonly EntryWalk _entries = new(reader, index, ranges, descending);
    private readonly ValueBuffer _document = WorkBuffers.TakeDocument();
    private readonly KeyBuffer _sortKey = new();
    private readonly KeyList _run = new();
    private IndexScan? _longRun;
    private KeySorter? _sortedRun;
    private MemoryShare? _memory;
    private int _position;
    private bool _isOnEntry;
    private bool _isStarted;

    /// <summary>Whether further keys order the documents of a run.</summary>
    public bool HasFurtherKeys { get; init; }

    /// <summary>Encodes the place of a document in the whole order.</summary>
    public required OrderEncoder EncodeOrder { get; init; }

    /// <summary>Opens the memory for runs that are sorted.</summary>
    public required Func<MemoryShare> OpenMemory { get; init; }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Key => _longRun is not null ? _longRun.PrimaryKey
        : _sortedRun is not null ? _sortedRun.Current
        : _run[_position];

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (_longRun is not null)
        {
            if (_longRun.MoveNext())
            {
                return true;
            }

            _longRun.Dispose();
            _longRun = null;
        }
        else if (_sortedRun is not null)
        {
            if (_sortedRun.MoveNext())
            {
                return true;
            }

            _sortedRun = null;
        }
        else if (++_position < _run.Count)
        {
            return true;
        }

        while (TryReadRun(out var isEmpty))
        {
            if (!isEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override bool TryLoad(out ReadOnlyMemory<byte> document)
    {
        var isThere = reader.TryFetch(Key, _document);
        document = isThere ? _document.Memory : default;
        return isThere;
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        WorkBuffers.Return(_document);
        _longRun?.Dispose();
        _entries.Dispose();
    }

    private bool TryReadRun(out bool isEmpty)
    {
        isEmpty = false;
        if (!_isStarted)
        {
            _isStarted = true;
            _isOnEntry = _entries.MoveNext();
        }

        if (!_isOnEntry)
        {
            _run.Clear();
            return false;
        }

        var prefix = Prefix(_entries.Current.Parts, out var isCut).ToArray();
        var isWhole = partCount == index.Parts.Count && !isCut && !HasFurtherKeys;
        _run.Clear();
        _position = 0;
        while (_isOnEntry && _entries.Current.Entry.StartsWith(prefix))
        {
            if (_run.Count == HeldRunLength)
            {
                isEmpty = isWhole ? !WalkLongRun(prefix) : !SortRun(prefix, isCut || HasFurtherKeys);
                return true;
            }

            _run.Add(_entries.Current.PrimaryKey);
            _isOnEntry = _entries.MoveNext();
        }

        if ((isCut || HasFurtherKeys) && _run.Count > 1)
        {
            SortShortRun();
            isEmpty = _run.Count == 0;
            return true;
        }

        OrderRun(isWhole);
        return true;
    }

    private void OrderRun(bool isWhole)
    {
        if (!isWhole)
        {
            _run.Sort();
        }
        else if (descending)
        {
            _run.Reverse();
        }

        if (tieDescending)
        {
            _run.Reverse();
        }
    }

    private void SortShortRun()
    {
        var sorted = new List<(byte[] SortKey, byte[] PrimaryKey)>(_run.Count);
        for (var i = 0; i < _run.Count; i++)
        {
            _sortKey.Clear();
            if (EncodeOrder(_run[i], _sortKey))
            {
                sorted.Add((_sortKey.ToArray(), _run[i].ToArray()));
            }
        }

        sorted.Sort(static (left, right) => left.SortKey.AsSpan().SequenceCompareTo(right.SortKey));
        _run.Clear();
        foreach (var (_, primaryKey) in sorted)
        {
            _run.Add(primaryKey);
        }
    }

    /// <summary>
    /// Sorts a run, whose first keys are held, up to its end; false when none of its documents is there.
    /// </summary>
    private bool SortRun(byte[] prefix, bool byDocument)
    {
        _sortedRun = new KeySorter(_memory ??= OpenMemory());
        for (var i = 0; i < _run.Count; i++)
        {
            AddToSorter(_run[i], byDocument);
        }

        _run.Clear();
        while (_isOnEntry && _entries.Current.Entry.StartsWith(prefix))
        {
            AddToSorter(_entries.Current.PrimaryKey, byDocument);
            _isOnEntry = _entries.MoveNext();
        }

        _sortedRun.Open();
        return _sortedRun.MoveNext();
    }

    private void AddToSorter(ReadOnlySpan<byte> primaryKey, bool byDocument)
    {
        _sortKey.Clear();
        if (!byDocument)
        {
            _sortKey.Append(primaryKey);
            if (tieDescending)
            {
                _sortKey.Complement(0);
            }
        }
        else if (!EncodeOrder(primaryKey, _sortKey))
        {
            return;
        }

        _sortedRun!.Add(_sortKey.Span, primaryKey);
    }

    /// <remarks>
    /// The entries of a run are in key order in the index, so a scan of them in the other direction has no end to wait
    /// for.
    /// </remarks>
    private bool WalkLongRun(byte[] prefix)
    {
        var after = KeyCodecs.Successor(prefix);
        var range = _entries.CurrentRange;
        _longRun = reader.ScanIndex(index, Clip(new KeyRange(prefix, after), range), tieDescending);
        if (descending)
        {
            _entries.Current.SeekTo(prefix);
        }
        else if (after is not null)
        {
            _entries.Current.SeekTo(after);
        }

        _isOnEntry = _entries.MoveNext();
        return _longRun.MoveNext();
    }

    private static KeyRange Clip(KeyRange run, KeyRange range)
    {
        var isCutBefore = range.From is not null && range.From.AsSpan().SequenceCompareTo(run.From) > 0;
        var isCutAfter = range.To is not null && (run.To is null || range.To.AsSpan().SequenceCompareTo(run.To) < 0);
        return new(isCutBefore ? range.From : run.From, isCutAfter ? range.To : run.To);
    }

    private ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> parts, out bool isCut)
    {
        var length = 0;
        isCut = false;
        for (var i = 0; i < partCount && !isCut; i++)
        {
            length += KeyCodecs.MeasurePart(
                index.Parts[i].Codec, parts[length..], IndexDefinition.MaxPartBytes, out isCut);
        }

        return parts[..length];
    }
}
