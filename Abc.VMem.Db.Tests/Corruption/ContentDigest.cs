using System.Runtime.InteropServices;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>What one part of a file holds, in order, as one number, and the items by themselves.</summary>
internal sealed class ContentDigest
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    private ulong _item;

    /// <summary>All items, in order.</summary>
    public ulong Value { get; private set; }

    /// <summary>Items so far.</summary>
    public int Count { get; private set; }

    /// <summary>Items that are known; null = they are being learned.</summary>
    public HashSet<ulong>? Known { get; set; }

    /// <summary>Where items are collected while they are being learned.</summary>
    public HashSet<ulong>? Learned { get; set; }

    /// <summary>Whether there was an item that no state ever held.</summary>
    public bool HasUnknown { get; private set; }

    /// <summary>Starts a part.</summary>
    public void Reset() => (Value, Count, HasUnknown, _item) = (Prime, 0, false, Prime);

    /// <summary>Adds a number to the item.</summary>
    public ContentDigest Add(long number)
    {
        _item = ulong.RotateLeft((_item ^ unchecked((ulong)number)) * Prime, 29);
        return this;
    }

    /// <summary>Adds bytes to the item.</summary>
    public ContentDigest Add(ReadOnlySpan<byte> bytes) =>
        Add(unchecked((long)System.IO.Hashing.XxHash3.HashToUInt64(bytes)));

    /// <summary>Adds a text to the item; null is none.</summary>
    public ContentDigest Add(string? text) => text is null ? Add(-1) : Add(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>Ends the item.</summary>
    /// <param name="isOfPages">
    /// Whether it spans pages: with one page of another moment it is one that never was.
    /// </param>
    public void EndItem(bool isOfPages = false)
    {
        Value = ulong.RotateLeft((Value ^ _item) * Prime, 31);
        Count++;
        Learned?.Add(_item);
        HasUnknown |= !isOfPages && Known is { } known && !known.Contains(_item);
        _item = Prime;
    }
}
