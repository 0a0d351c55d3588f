using System.Runtime.InteropServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Items in one array of bounded size: they fill it from the front, their places from the back. Not thread-safe.
/// </summary>
internal sealed class SortBlock
{
    private const int FirstBytes = 2 << 10;
    private const int MinCapacityBytes = 16 << 10;

    private readonly int _capacityBytes;
    private readonly bool _newestFirst;
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Starts empty.</summary>
    /// <param name="capacityBytes">Most memory that it takes, unless one item alone takes more.</param>
    /// <param name="newestFirst">The order of equal keys: added last first, or added first first.</param>
    public SortBlock(long capacityBytes, bool newestFirst)
    {
        _capacityBytes = (int)Math.Clamp(capacityBytes, MinCapacityBytes, 1 << 30) / Place.Bytes * Place.Bytes;
        _newestFirst = newestFirst;
    }

    /// <summary>Number of items.</summary>
    public int Count { get; private set; }

    /// <summary>Whether each key was greater than the one before it.</summary>
    public bool IsAscending { get; private set; } = true;

    /// <summary>Whether half of the memory is used.</summary>
    public bool IsHalfFull => _length + (Count * Place.Bytes) >= _capacityBytes / 2;

    /// <summary>The item added first; there must be one.</summary>
    public SortItem First => SortItem.Parse(_bytes);

    private Span<Place> Places => Layout.Array<Place>(_bytes.AsSpan(), _bytes.Length - (Count * Place.Bytes), Count);

    /// <summary>An item; valid until the next change.</summary>
    /// <param name="index">In the order of the keys once it is sorted.</param>
    public SortItem this[int index] => SortItem.Parse(_bytes.AsSpan(Places[index].Offset));

    /// <summary>Adds an item; false when there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, bool isMarked)
    {
        var needed = (long)SortItem.MaxHeaderBytes + key.Length + payload.Length + Place.Bytes;
        if (_bytes.Length - _length - (Count * Place.Bytes) < needed && !TryGrow(needed))
        {
            return false;
        }

        var place = new Place { Head = SortItem.HeadOf(key), Offset = _length };
        IsAscending = IsAscending && (Count == 0 || IsBelow(Places[0], place.Head, key));
        _length += SortItem.Write(_bytes.AsSpan(_length), key, payload, isMarked);
        Count++;
        Places[0] = place;
        return true;
    }

    /// <summary>Puts the items in the order of their keys.</summary>
    public void Sort()
    {
        if (IsAscending)
        {
            Places.Reverse();
        }
        else
        {
            Places.Sort(new Order(_bytes, _newestFirst));
        }
    }

    /// <summary>Empties it and keeps its memory.</summary>
    public void Clear()
    {
        (_length, Count, IsAscending) = (0, 0, true);
        if (_bytes.Length > _capacityBytes)
        {
            _bytes = [];
        }
    }

    /// <summary>Empties it and gives its memory back.</summary>
    public void Release()
    {
        Clear();
        _bytes = [];
    }

    // Places of what was added last come first in memory.
    private bool IsBelow(in Place last, ulong head, ReadOnlySpan<byte> key) => last.Head != head
        ? last.Head < head
        : SortItem.Parse(_bytes.AsSpan(last.Offset)).Key.SequenceCompareTo(key) < 0;

    private bool TryGrow(long needed)
    {
        var used = _length + (Count * Place.Bytes);
        if (Count > 0 && used + needed > _capacityBytes)
        {
            return false;
        }

        var wanted = Math.Min(Math.Max(2L * _bytes.Length, FirstBytes), _capacityBytes);
        var length = checked((int)(Math.Max(wanted, used + needed) + Place.Bytes - 1));
        var bytes = new byte[length / Place.Bytes * Place.Bytes];
        _bytes.AsSpan(0, _length).CopyTo(bytes);
        Places.CopyTo(Layout.Array<Place>(bytes.AsSpan(), bytes.Length - (Count * Place.Bytes), Count));
        _bytes = bytes;
        return true;
    }

    /// <summary>Where an item stands.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Place
    {
        public const int Bytes = 16;

        public ulong Head;
        public int Offset;
        public int Reserved;
    }

    private readonly struct Order(byte[] bytes, bool newestFirst) : IComparer<Place>
    {
        public int Compare(Place x, Place y)
        {
            if (x.Head != y.Head)
            {
                return x.Head.CompareTo(y.Head);
            }

            var order = SortItem.Parse(bytes.AsSpan(x.Offset)).Key.SequenceCompareTo(
                SortItem.Parse(bytes.AsSpan(y.Offset)).Key);
            return order != 0 ? order : newestFirst ? y.Offset.CompareTo(x.Offset) : x.Offset.CompareTo(y.Offset);
        }
    }
}
