using System.Buffers.Binary;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// One item of a sort: two lengths as base-128 numbers, the second one doubled plus the mark, then key and payload.
/// Valid while the bytes under it are.
/// </summary>
internal readonly ref struct SortItem
{
    /// <summary>Most bytes in front of a key.</summary>
    public const int MaxHeaderBytes = 2 * MaxNumberBytes;

    private const int MaxNumberBytes = 5;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _keyOffset;
    private readonly int _keyLength;

    private SortItem(ReadOnlySpan<byte> bytes, int keyOffset, int keyLength, bool isMarked)
    {
        (_keyOffset, _keyLength, IsMarked) = (keyOffset, keyLength, isMarked);
        _bytes = bytes;
    }

    /// <summary>What decides the order.</summary>
    public ReadOnlySpan<byte> Key => _bytes.Slice(_keyOffset, _keyLength);

    /// <summary>What comes along.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[(_keyOffset + _keyLength)..];

    /// <summary>A mark of the one who added it.</summary>
    public bool IsMarked { get; }

    /// <summary>The item as it is stored.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Takes the item at the start of some bytes; false when they end before it does.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SortItem item)
    {
        item = default;
        if (!TryReadNumber(bytes, out var keyLength, out var first)
            || !TryReadNumber(bytes[first..], out var payload, out var second))
        {
            return false;
        }

        var length = first + second + keyLength + (payload >> 1);
        if (length > bytes.Length)
        {
            return false;
        }

        item = new(bytes[..(int)length], first + second, (int)keyLength, (payload & 1) != 0);
        return true;
    }

    /// <summary>Takes the item at the start of some bytes, which are known to hold it.</summary>
    public static SortItem Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out var item) ? item : throw new ArgumentException("The bytes hold no item.", nameof(bytes));

    /// <summary>Writes an item; returns its length.</summary>
    /// <param name="destination">Has room for <see cref="MaxHeaderBytes"/>, key and payload.</param>
    /// <param name="key">What decides the order.</param>
    /// <param name="payload">What comes along.</param>
    /// <param name="isMarked">A mark.</param>
    public static int Write(
        Span<byte> destination, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, bool isMarked)
    {
        var offset = WriteNumber(destination, (ulong)key.Length);
        offset += WriteNumber(destination[offset..], ((ulong)payload.Length << 1) | (isMarked ? 1UL : 0));
        key.CopyTo(destination[offset..]);
        payload.CopyTo(destination[(offset + key.Length)..]);
        return offset + key.Length + payload.Length;
    }

    /// <summary>The first eight bytes of a key, big-endian, zero padded: decides most comparisons.</summary>
    public static ulong HeadOf(ReadOnlySpan<byte> key)
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

    private static int WriteNumber(Span<byte> destination, ulong number)
    {
        var length = 0;
        for (; number >= 0x80; number >>= 7)
        {
            destination[length++] = (byte)(number | 0x80);
        }

        destination[length++] = (byte)number;
        return length;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> bytes, out long number, out int length)
    {
        (number, length) = (0, 0);
        while (length < Math.Min(bytes.Length, MaxNumberBytes))
        {
            var part = bytes[length];
            number |= (long)(part & 0x7F) << (7 * length++);
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
