using System.Buffers.Binary;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// A few hundred short keys in one array. Not thread-safe.
/// </summary>
internal sealed class KeyList
{
    private byte[] _bytes = new byte[1024];
    private Entry[] _entries = new Entry[64];
    private int _used;

    /// <summary>Number of keys.</summary>
    public int Count { get; private set; }

    /// <summary>A key; valid until the list changes.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_entries[index].Offset, _entries[index].Length);

    /// <summary>Appends a key.</summary>
    public void Add(ReadOnlySpan<byte> key)
    {
        if (_bytes.Length - _used < key.Length)
        {
            var wanted = Math.Max((long)_used + key.Length, 2L * _bytes.Length);
            Array.Resize(ref _bytes, (int)Math.Min(wanted, Array.MaxLength));
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * Count);
        }

        key.CopyTo(_bytes.AsSpan(_used));
        _entries[Count++] = new Entry(Head(key), _used, key.Length);
        _used += key.Length;
    }

    /// <summary>Removes all keys.</summary>
    public void Clear() => Count = _used = 0;

    /// <summary>Reverses the order.</summary>
    public void Reverse() => _entries.AsSpan(0, Count).Reverse();

    /// <summary>Puts the keys in order.</summary>
    public void Sort() => Array.Sort(_entries, 0, Count, new Order(_bytes));

    /// <summary>The first eight bytes as a number that orders as they do.</summary>
    private static ulong Head(ReadOnlySpan<byte> key)
    {
        if (key.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(key);
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        key.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    private readonly record struct Entry(ulong Head, int Offset, int Length);

    private sealed class Order(byte[] bytes) : IComparer<Entry>
    {
        public int Compare(Entry left, Entry right)
        {
            var order = left.Head.CompareTo(right.Head);
            return order != 0
                ? order
                : bytes.AsSpan(left.Offset, left.Length).SequenceCompareTo(bytes.AsSpan(right.Offset, right.Length));
        }
    }
}
