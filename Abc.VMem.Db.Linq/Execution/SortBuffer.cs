using System.Buffers.Binary;
using Abc.VMem.Db.Linq.Spilling;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// Sorts documents by encoded keys that end in the primary key, so that no two are equal. With a limit it keeps the
/// first ones only, in a heap whose top is the last of them, for as long as these fit the budget. All other documents
/// go to a sorter, which puts them aside beyond it. Long documents are not held but fetched again. Not thread-safe.
/// </summary>
internal sealed class SortBuffer
{
    /// <summary>Longer documents, in bytes, are held only while they use less than half of the budget.</summary>
    private const int LongBytes = 2048;

    /// <summary>What an entry of the heap takes besides its bytes, in bytes.</summary>
    private const int EntryBytes = 96;

    private readonly MemoryShare _share;
    private readonly long _limit;
    private readonly RunSorter _sorter;
    private readonly KeyBuffer _payload = new();
    private List<Entry>? _top;
    private long _topBytes;
    private long _longBytes;
    private bool _isHeap;

    /// <summary>Starts empty.</summary>
    public SortBuffer(MemoryShare share, long limit)
    {
        (_share, _limit) = (share, limit);
        _sorter = share.Sorter();
        _top = limit == long.MaxValue ? null : [];
    }

    /// <summary>Takes a document in, unless enough smaller ones are there.</summary>
    public void Add(ReadOnlySpan<byte> sortKey, ReadOnlySpan<byte> primaryKey, ReadOnlySpan<byte> document)
    {
        if (_top is null)
        {
            _sorter.Add(sortKey, Pack(primaryKey, document));
            return;
        }

        if (_top.Count < _limit)
        {
            AddToTop(new(sortKey.ToArray(), Pack(primaryKey, document).ToArray()));
            return;
        }

        if (!_isHeap)
        {
            MakeHeap(_top);
        }

        if (_top.Count > 0 && sortKey.SequenceCompareTo(_top[0].SortKey) < 0)
        {
            _topBytes -= _top[0].Bytes;
            _longBytes -= _top[0].Payload.Length > LongBytes ? _top[0].Payload.Length : 0;
            _top[0] = new(sortKey.ToArray(), Pack(primaryKey, document).ToArray());
            _topBytes += _top[0].Bytes;
            SiftDown(_top, 0);
            GoOverIfBeyond();
        }
    }

    /// <summary>Ends the adding and hands out the documents in order; more than the limit may come.</summary>
    public SortedDocuments Sort()
    {
        GoOver();
        var items = _sorter.Open();
        _share.Note(_sorter);
        return new(items);
    }

    private ReadOnlySpan<byte> Pack(ReadOnlySpan<byte> primaryKey, ReadOnlySpan<byte> document)
    {
        var isHeld = true;
        if (document.Length > LongBytes)
        {
            isHeld = _longBytes + document.Length <= _share.BudgetBytes / 2;
            _longBytes += isHeld ? document.Length : 0;
        }

        _payload.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(_payload.Append(sizeof(int)), primaryKey.Length);
        _payload.Append(primaryKey);
        if (isHeld)
        {
            _payload.Append(document);
        }

        return _payload.Span;
    }

    private void AddToTop(Entry entry)
    {
        _top!.Add(entry);
        _topBytes += entry.Bytes;
        GoOverIfBeyond();
    }

    private void GoOverIfBeyond()
    {
        _share.Hold(_topBytes);
        if (_share.IsBeyond(_topBytes))
        {
            GoOver();
        }
    }

    private void GoOver()
    {
        foreach (var entry in _top ?? [])
        {
            _sorter.Add(entry.SortKey, entry.Payload);
        }

        _top = null;
        _share.Hold(_share.BudgetBytes);
    }

    private void MakeHeap(List<Entry> entries)
    {
        _isHeap = true;
        for (var i = (entries.Count / 2) - 1; i >= 0; i--)
        {
            SiftDown(entries, i);
        }
    }

    private static void SiftDown(List<Entry> entries, int parent)
    {
        while (true)
        {
            var greatest = parent;
            for (var child = (2 * parent) + 1; child <= (2 * parent) + 2 && child < entries.Count; child++)
            {
                if (Compare(entries[child], entries[greatest]) > 0)
                {
                    greatest = child;
                }
            }

            if (greatest == parent)
            {
                return;
            }

            (entries[parent], entries[greatest]) = (entries[greatest], entries[parent]);
            parent = greatest;
        }
    }

    private static int Compare(in Entry left, in Entry right) => left.SortKey.AsSpan().SequenceCompareTo(right.SortKey);

    private readonly record struct Entry(byte[] SortKey, byte[] Payload)
    {
        public long Bytes => EntryBytes + SortKey.Length + Payload.Length;
    }
}

/// <summary>Documents in the order asked for. Not thread-safe.</summary>
internal sealed class SortedDocuments(SortedItems items)
{
    /// <summary>Encoded primary key; valid until the next move.</summary>
    public ReadOnlySpan<byte> PrimaryKey =>
        items.Current.Payload.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(items.Current.Payload));

    /// <summary>The document, valid until the next move; empty when it is to be fetched again.</summary>
    public ReadOnlySpan<byte> Document => items.Current.Payload[(sizeof(int) + PrimaryKey.Length)..];

    /// <summary>Moves to the next document; false at the end.</summary>
    public bool MoveNext() => items.MoveNext();
}
