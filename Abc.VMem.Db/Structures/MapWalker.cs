using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Walks the entries of a map both ways. Holds no pin: it copies one leaf at a time, which costs about 3 ns an entry
/// and lets no reader, however forgotten, keep a frame. After a change through the same writer it seeks its own key
/// again. Not thread-safe; rented, since its buffers are a page and more.
/// </summary>
internal sealed partial class MapWalker
{
    [ThreadStatic]
    private static MapWalker? t_spare;

    private readonly byte[] _leaf = new byte[Page.Size];
    private readonly byte[] _key = new byte[BTree.KeyRoom];
    private readonly ValueBuffer _overflow = new();
    private byte[] _sought = new byte[64];
    private int _soughtLength;
    private PageReader? _pages;
    private PageAddress _address;
    private byte[]? _from;
    private byte[]? _to;
    private long _changes;
    private Place _place;
    private bool _hasLeaf;
    private PagePos _position;
    private int _count;
    private int _prefixLength;
    private int _headsOffset;
    private int _slotsOffset;
    private int _first;
    private int _end;
    private int _index;
    private int _keyIndex;
    private int _keyLength;

    private MapWalker()
    {
    }

    private enum Place
    {
        /// <summary>Before the first entry of the range.</summary>
        BeforeFirst,

        /// <summary>After the last entry of the range.</summary>
        AfterLast,

        /// <summary>Between the last key below, and the first key not below, the sought one.</summary>
        BeforeSought,

        /// <summary>On an entry, which may have been removed since.</summary>
        OnEntry,
    }

    /// <summary>Key of the entry; valid until the next move.</summary>
    public ReadOnlySpan<byte> Key
    {
        get
        {
            if (_keyIndex != _index)
            {
                BuildKey();
            }

            return _key.AsSpan(0, _keyLength);
        }
    }

    /// <summary>Value of the entry, overflow assembled; valid until the next move.</summary>
    /// <exception cref="InvalidOperationException">
    /// It stands on no entry; or on one with overflow, removed since.
    /// </exception>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            var cell = ReadCell();
            return cell.IsOverflow ? ReadOverflow(cell.Overflow) : cell.Payload;
        }
    }

    /// <summary>The same as memory, without a copy.</summary>
    /// <inheritdoc cref="Value" path="/exception"/>
    public ReadOnlyMemory<byte> ValueMemory
    {
        get
        {
            var cell = ReadCell();
            if (cell.IsOverflow)
            {
                ReadOverflow(cell.Overflow);
                return _overflow.Memory;
            }

            return _leaf.AsMemory(cell.PayloadOffset, cell.PayloadLength);
        }
    }

    private NodeView View => new(_leaf, _position, 0);

    /// <summary>A walker over the keys in [from, to), null = unbounded, before the first of them.</summary>
    public static MapWalker Rent(
        PageReader pages, PageAddress address, byte[]? from, byte[]? to)
    {
        var walker = t_spare ?? new MapWalker();
        t_spare = null;
        (walker._pages, walker._address, walker._from, walker._to) = (pages, address, from, to);
        walker.Leave(Place.BeforeFirst);
        walker._hasLeaf = false;
        return walker;
    }

    /// <summary>Gives a walker back; it must not be used afterwards.</summary>
    public static void Return(MapWalker walker)
    {
        walker._pages = null;
        walker.Leave(Place.BeforeFirst);
        walker._overflow.Trim();
        t_spare = walker;
    }

    /// <summary>Stands before the first entry.</summary>
    public void SeekFirst() => Leave(Place.BeforeFirst);

    /// <summary>Stands after the last entry.</summary>
    public void SeekLast() => Leave(Place.AfterLast);

    /// <summary>Stands between the last key below, and the first key not below, the given one.</summary>
    public void Seek(ReadOnlySpan<byte> key)
    {
        SetSought(key, 0);
        Leave(Place.BeforeSought);
    }

    /// <summary>Stands between the last key not above, and the first key above, the given one.</summary>
    public void SeekAfter(ReadOnlySpan<byte> key)
    {
        // The smallest byte string above a key is the key with a zero behind it.
        SetSought(key, 1);
        Leave(Place.BeforeSought);
    }

    /// <summary>Lets the next move forward go to the first key not below the given one, if that lies ahead.</summary>
    public void SkipForward(ReadOnlySpan<byte> key)
    {
        bool isAhead = _place switch
        {
            Place.OnEntry => key.SequenceCompareTo(Key) > 0,
            Place.BeforeSought => key.SequenceCompareTo(_sought.AsSpan(0, _soughtLength)) > 0,
            Place.BeforeFirst => _from is not { } from || key.SequenceCompareTo(from) > 0,
            _ => false,
        };
        if (isAhead)
        {
            Seek(key);
        }
    }

    /// <summary>Lets the next move back go to the last key not above the given one, if that lies ahead.</summary>
    public void SkipBackward(ReadOnlySpan<byte> key)
    {
        bool isAhead = _place switch
        {
            Place.OnEntry => key.SequenceCompareTo(Key) < 0,
            Place.BeforeSought => key.SequenceCompareTo(_sought.AsSpan(0, _soughtLength)) < 0,
            Place.AfterLast => _to is not { } to || key.SequenceCompareTo(to) < 0,
            _ => false,
        };
        if (isAhead)
        {
            SeekAfter(key);
        }
    }

    /// <summary>Moves to the next entry; false at the end, where it stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        if (_place == Place.OnEntry && _index + 1 < _end && _pages!.ChangeCount == _changes)
        {
            _index++;
            return true;
        }

        return MoveNextLeaf();
    }

    /// <summary>Moves to the previous entry; false at the beginning, where it stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MovePrevious()
    {
        if (_place == Place.OnEntry && _index > _first && _pages!.ChangeCount == _changes)
        {
            _index--;
            return true;
        }

        return MovePreviousLeaf();
    }

    private void SetSought(ReadOnlySpan<byte> key, int zeros)
    {
        if (_sought.Length < key.Length + zeros)
        {
            _sought = new byte[key.Length + zeros];
        }

        key.CopyTo(_sought);
        _soughtLength = key.Length + zeros;
        _sought.AsSpan(key.Length, zeros).Clear();
    }

    private void Leave(Place place)
    {
        _place = place;
        _index = -1;
        _keyIndex = -2;
    }

    /// <summary>
    /// The entry's cell, from what was remembered of the leaf: laying a view over it again would cost more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private LeafCell ReadCell()
    {
        if (_place != Place.OnEntry)
        {
            ThrowNoEntry();
        }

        ReadOnlySpan<byte> leaf = _leaf;
        int slot = BinaryPrimitives.ReadUInt16LittleEndian(leaf[(_slotsOffset + (2 * _index))..]);
        if (!LeafCell.TryRead(leaf, slot, _prefixLength, out var cell))
        {
            NodeView.ThrowCell(_position, _index);
        }

        return cell;
    }

    /// <summary>Puts head and rest behind the prefix, which is in the buffer since the leaf was loaded.</summary>
    private void BuildKey()
    {
        var cell = ReadCell();
        ulong head = BinaryPrimitives.ReadUInt64LittleEndian(_leaf.AsSpan(_headsOffset + (8 * _index)));
        BinaryPrimitives.WriteUInt64BigEndian(_key.AsSpan(_prefixLength), head);
        _keyLength = _prefixLength + cell.SuffixLength;
        _keyIndex = _index;
        if (cell.SuffixLength > NodeLayout.HeadBytes)
        {
            cell.Rest.CopyTo(_key.AsSpan(_prefixLength + NodeLayout.HeadBytes));
        }
    }

    [DoesNotReturn]
    private static void ThrowNoEntry() =>
        throw new InvalidOperationException("The cursor stands on no entry: move it first.");

    private ReadOnlySpan<byte> ReadOverflow(OverflowReference reference)
    {
        if (_pages!.ChangeCount == _changes)
        {
            OverflowChain.Read(_pages, reference, _overflow);
        }
        else if (!BTree.TryGet(_pages, _address, Key, _overflow))
        {
            throw new InvalidOperationException("The entry was removed after the cursor came to it.");
        }

        return _overflow.Span;
    }
}
