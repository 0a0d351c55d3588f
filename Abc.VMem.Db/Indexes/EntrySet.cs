using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Indexes;

/// <summary>Index entries in one growing array, sortable by their bytes. Reused; not thread-safe.</summary>
internal sealed class EntrySet
{
    private const int InitialBytes = 1024;
    private const int KeptBytes = 64 << 10;

    private byte[] _bytes = new byte[InitialBytes];
    private IndexEntry[] _entries = new IndexEntry[16];
    private int _length;

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>Memory that the entries take, in bytes.</summary>
    public long Bytes => _length + ((long)Count * IndexEntry.MemoryBytes);

    /// <summary>The bytes of an entry.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_entries[index].Offset, _entries[index].Length);

    /// <summary>The encoded parts of an entry.</summary>
    public ReadOnlySpan<byte> Parts(int index) => _bytes.AsSpan(_entries[index].Offset, _entries[index].PartsLength);

    /// <summary>Whether a part is null, so that a unique index lets the entry be.</summary>
    public bool HasNull(int index) => _entries[index].HasNull;

    /// <summary>Adds an entry: its parts, then the primary key.</summary>
    public void Add(ReadOnlySpan<byte> parts, ReadOnlySpan<byte> primaryKey, bool hasNull)
    {
        var length = parts.Length + primaryKey.Length;
        Reserve(length);
        var target = _bytes.AsSpan(_length, length);
        parts.CopyTo(target);
        primaryKey.CopyTo(target[parts.Length..]);
        _entries[Count++] = new(_length, (ushort)length, (ushort)parts.Length, hasNull, SortItem.HeadOf(target));
        _length += length;
    }

    /// <summary>Sorts by bytes.</summary>
    public void Sort() => _entries.AsSpan(0, Count).Sort(new IndexEntryComparer(_bytes));

    /// <summary>Sorts the entries from a position on and drops repeated ones among them.</summary>
    public void SortDistinct(int start)
    {
        if (Count - start < 2)
        {
            return;
        }

        _entries.AsSpan(start, Count - start).Sort(new IndexEntryComparer(_bytes));
        var last = start;
        for (var i = start + 1; i < Count; i++)
        {
            if (!this[i].SequenceEqual(this[last]))
            {
                _entries[++last] = _entries[i];
            }
        }

        Count = last + 1;
    }

    /// <summary>Whether the entry is there; the set must be sorted.</summary>
    public bool Contains(ReadOnlySpan<byte> entry)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = this[middle].SequenceCompareTo(entry);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    /// <summary>Empties it and lets go of memory beyond what small work takes.</summary>
    public void Clear()
    {
        (Count, _length) = (0, 0);
        if (_bytes.Length + ((long)_entries.Length * IndexEntry.MemoryBytes) > KeptBytes)
        {
            _bytes = new byte[InitialBytes];
            _entries = new IndexEntry[16];
        }
    }

    /// <summary>Empties it and keeps its memory, for the next part of the same work.</summary>
    public void Restart() => (Count, _length) = (0, 0);

    private void Reserve(int length)
    {
        if (_bytes.Length - _length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + length, 2 * _bytes.Length));
        }

        if (_entries.Length == Count)
        {
            Array.Resize(ref _entries, 2 * Count);
        }
    }
}
