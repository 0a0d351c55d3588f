using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Adding behind the last key, without descending.</summary>
internal static partial class BTree
{
    /// <summary>
    /// Appends an entry to the last leaf that an earlier append of this transaction remembered; false, and no change,
    /// when the key is not above all others or the entry does not fit there as it is.
    /// </summary>
    private static bool TryAppend(
        PageWriter pages, PageAddress address, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (AppendHints.Find(pages, address) is not { } hint || key.SequenceCompareTo(hint.LastKey) <= 0
            || !IsInline(key.Length, value.Length))
        {
            return false;
        }

        using var page = pages.Write(address.Page);
        ref var state = ref Layout.At<MapState>(page.Bytes, address.Offset);
        if (state.Root != hint.Root)
        {
            // The owner put another map's state there.
            return false;
        }

        using var leaf = pages.Write(hint.Leaf);
        var entry = new NodeEntry { Key = key, Payload = value };
        var view = new NodeView(leaf.Bytes, hint.Leaf, level: 0);
        if (!NodeEdit.TryInsert(leaf.Bytes, view.Count, entry, isLeaf: true))
        {
            return false;
        }

        hint.SetLastKey(key);
        state.Count++;
        return true;
    }
}
