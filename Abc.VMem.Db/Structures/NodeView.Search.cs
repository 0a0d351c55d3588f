using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Structures;

/// <summary>Search inside a node.</summary>
internal readonly ref partial struct NodeView
{
    /// <summary>Index of the first key ≥ the given one, 0..Count; found when it is equal. For leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ReadOnlySpan<byte> key, out bool found)
    {
        found = false;
        if (!HasPrefix(key))
        {
            return key.SequenceCompareTo(Prefix) < 0 ? 0 : Count;
        }

        var heads = Heads;
        ulong head = KeyHead.Of(key, PrefixLength);
        int index = HeadSearch.LowerBound(heads, head);
        if (index >= Count)
        {
            return Count;
        }

        return heads[index] == head ? FindInTie(this, index, head, key[PrefixLength..], out found) : index;
    }

    /// <summary>Index of the child whose range holds the key. For branches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindChild(ReadOnlySpan<byte> key)
    {
        if (!HasPrefix(key))
        {
            return key.SequenceCompareTo(Prefix) < 0 ? 0 : Count - 1;
        }

        var heads = Heads;
        ulong head = KeyHead.Of(key, PrefixLength);
        int end = head == ulong.MaxValue ? Count : Math.Min(Count, HeadSearch.LowerBound(heads, head + 1));
        if (end > 1 && heads[end - 1] == head)
        {
            end = LastInTie(this, end, head, key[PrefixLength..]);
        }

        return Math.Max(end, 1) - 1;
    }

    /// <summary>Whether a key starts with the prefix; up to 8 bytes are compared at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasPrefix(ReadOnlySpan<byte> key)
    {
        int length = PrefixLength;
        if (length == 0)
        {
            return true;
        }

        if (length > 8 || key.Length < 8)
        {
            return key.StartsWith(Prefix);
        }

        ulong difference = BinaryPrimitives.ReadUInt64LittleEndian(_page[NodeLayout.PrefixOffset..])
            ^ BinaryPrimitives.ReadUInt64LittleEndian(key);
        return difference << (64 - (8 * length)) == 0;
    }

    /// <summary>Sign of (entry's key − given key), where prefix and head are equal already.</summary>
    private int CompareTie(int index, ReadOnlySpan<byte> suffix)
    {
        var rest = Suffix(index, out int length);
        if (length <= NodeLayout.HeadBytes || suffix.Length <= NodeLayout.HeadBytes)
        {
            // One of them is a prefix of the other: what the shorter lacks is zeros in the other's head.
            return length - suffix.Length;
        }

        return rest.SequenceCompareTo(suffix[NodeLayout.HeadBytes..]);
    }

    private static int FindInTie(NodeView node, int start, ulong head, ReadOnlySpan<byte> suffix, out bool found)
    {
        int order = node.CompareTie(start, suffix);
        found = order == 0;
        if (order >= 0 || start + 1 == node.Count || node.Heads[start + 1] != head)
        {
            return order >= 0 ? start : start + 1;
        }

        int low = start + 1;
        int high = EndOfTie(node, low, head);
        while (low < high)
        {
            int middle = (low + high) >> 1;
            order = node.CompareTie(middle, suffix);
            if (order == 0)
            {
                found = true;
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Index after the last separator ≤ the key, among those before end that share its head.</summary>
    private static int LastInTie(NodeView node, int end, ulong head, ReadOnlySpan<byte> suffix)
    {
        if (node.CompareTie(end - 1, suffix) <= 0)
        {
            return end;
        }

        int low = Math.Min(HeadSearch.LowerBound(node.Heads, head), end - 1);
        int high = end - 1;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            (low, high) = node.CompareTie(middle, suffix) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static int EndOfTie(NodeView node, int start, ulong head) => head == ulong.MaxValue
        ? node.Count
        : Math.Clamp(HeadSearch.LowerBound(node.Heads, head + 1), start, node.Count);
}
