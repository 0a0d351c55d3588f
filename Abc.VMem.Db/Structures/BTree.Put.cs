using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Adding and replacing: find the path, place the entry, split upward.</summary>
internal static partial class BTree
{
    /// <summary>Adds an entry; false, and no change, when the key is there.</summary>
    /// <exception cref="LimitExceededException">The key or the value is too long; nothing was changed.</exception>
    public static bool Insert(
        PageWriter pages, PageAddress state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        !Store(pages, state, key, value, replaces: false);

    /// <summary>Adds or replaces an entry; true when it was there.</summary>
    /// <exception cref="LimitExceededException">The key or the value is too long; nothing was changed.</exception>
    public static bool Put(PageWriter pages, PageAddress state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Store(pages, state, key, value, replaces: true);

    /// <summary>Refuses what can't be stored, before any page is touched.</summary>
    internal static void CheckLimits(int keyLength, int valueLength)
    {
        if (keyLength > MaxKeyBytes)
        {
            throw new LimitExceededException(
                "Bytes of a key", MaxKeyBytes, keyLength, "Use a shorter key, or a hash of it.");
        }

        if (valueLength > MaxValueBytes)
        {
            throw new LimitExceededException(
                "Bytes of a value", MaxValueBytes, valueLength, "Store it in several parts.");
        }
    }

    /// <summary>
    /// Adds an entry; where the key is there, replaces it or leaves it. Returns whether it was there.
    /// </summary>
    /// <param name="pages">The transaction.</param>
    /// <param name="address">Where the map's state is.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, or an <see cref="OverflowReference"/> to the chain that holds it.</param>
    /// <param name="replaces">Whether an entry that is there is replaced.</param>
    /// <param name="isReference">Whether the value is a reference.</param>
    internal static bool Store(
        PageWriter pages, PageAddress address, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool replaces,
        bool isReference = false)
    {
        CheckLimits(key.Length, value.Length);
        long changes = pages.ChangeCount;
        try
        {
            return (isReference || !TryAppend(pages, address, key, value))
                && StoreByPath(pages, address, key, value, replaces, isReference);
        }
        catch (Exception exception) when (pages.ChangeCount != changes)
        {
            pages.Doom(exception);
            throw;
        }
    }

    [SkipLocalsInit]
    private static bool StoreByPath(
        PageWriter pages, PageAddress address, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool replaces,
        bool isReference)
    {
        var state = ReadState(pages, address);
        if (state.Height == 0)
        {
            InsertFirst(pages, ref state, key, value, isReference);
            WriteState(pages, address, state);
            return false;
        }

        MapPath path = default;
        FindPath(pages, state, key, ref path);
        bool found = FindEntry(pages, key, ref path);
        if (!found)
        {
            InsertEntry(pages, address, ref state, ref path, key, value, isReference);
            WriteState(pages, address, state);
        }
        else if (replaces)
        {
            ReplaceEntry(pages, address, state, ref path, key, value, isReference);
        }

        return found;
    }

    private static bool FindEntry(PageReader pages, ReadOnlySpan<byte> key, ref MapPath path)
    {
        using var page = pages.Read(path[0].Page);
        path[0].Index = new NodeView(page.Bytes, path[0].Page, 0).Find(key, out bool found);
        return found;
    }

    private static void InsertFirst(
        PageWriter pages, ref MapState state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isReference)
    {
        Span<byte> reference = stackalloc byte[OverflowReference.Bytes];
        var entry = MakeEntry(pages, ref state, key, value, isReference, reference);
        using var leaf = pages.Allocate(PageType.MapLeaf);
        NodeEdit.Initialize(leaf.Bytes, key);
        NodeEdit.TryInsert(leaf.Bytes, 0, entry, isLeaf: true);
        state.Root = leaf.Position;
        state.Height = 1;
        state.Count = 1;
    }

    private static void InsertEntry(
        PageWriter pages, PageAddress address, ref MapState state, ref MapPath path, ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value, bool isReference)
    {
        Span<byte> reference = stackalloc byte[OverflowReference.Bytes];
        var entry = MakeEntry(pages, ref state, key, value, isReference, reference);
        state.Count++;
        bool fits;
        bool appends;
        var leafPosition = path[0].Page;
        using (var leaf = pages.Write(leafPosition))
        {
            appends = path[0].Index == leaf.Header.ItemCount && leaf.Header.Next.IsNil;
            fits = NodeEdit.TryInsert(leaf.Bytes, path[0].Index, entry, isLeaf: true);
        }

        if (!fits)
        {
            AppendHints.Forget(pages, address, state.Root);
            leafPosition = Rearrange(pages, ref state, ref path, entry, replaces: false);
        }

        if (appends)
        {
            AppendHints.Remember(pages, address, state.Root, leafPosition, key);
        }
    }

    private static void ReplaceEntry(
        PageWriter pages, PageAddress address, MapState state, ref MapPath path, ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value, bool isReference)
    {
        // A reference is overwritten by nothing: it is not inline, and no chain is as short as it is.
        bool isInline = !isReference && IsInline(key.Length, value.Length);
        if (TryOverwrite(pages, path[0], value, isInline, out var old))
        {
            return;
        }

        long overflowPages = state.OverflowPages;
        var root = state.Root;
        if (old.Length > 0)
        {
            OverflowChain.Free(pages, old);
            state.OverflowPages -= OverflowChain.PageCount(old.Length);
        }

        Span<byte> reference = stackalloc byte[OverflowReference.Bytes];
        var entry = MakeEntry(pages, ref state, key, value, isReference, reference);
        bool fits;
        bool isSparse;
        using (var leaf = pages.Write(path[0].Page))
        {
            fits = NodeEdit.TryReplace(leaf.Bytes, path[0].Index, entry);
            isSparse = new NodeView(leaf.Bytes, path[0].Page, 0).UsedBytes <= SparseBytes;
        }

        if (!fits)
        {
            AppendHints.Forget(pages, address, state.Root);
            Rearrange(pages, ref state, ref path, entry, replaces: true);
        }
        else if (isSparse)
        {
            AppendHints.Forget(pages, address, state.Root);
            MergeUpward(pages, ref state, ref path, 0);
        }

        if (state.OverflowPages != overflowPages || state.Root != root)
        {
            WriteState(pages, address, state);
        }
    }

    /// <summary>Overwrites a value of the same shape where it is, only the pages that differ.</summary>
    /// <returns>False when it was not; old is then the chain to free, of length 0 when there is none.</returns>
    private static bool TryOverwrite(
        PageWriter pages, MapStep entry, ReadOnlySpan<byte> value, bool isInline, out OverflowReference old)
    {
        old = default;
        using (var page = pages.Read(entry.Page))
        {
            var cell = new NodeView(page.Bytes, entry.Page, 0).Cell(entry.Index);
            if (cell.IsOverflow)
            {
                old = cell.Overflow;
                OverflowChain.CheckedLength(old);
            }
            else if (!isInline || cell.Payload.Length != value.Length)
            {
                return false;
            }
            else if (cell.Payload.SequenceEqual(value))
            {
                return true;
            }
        }

        if (old.Length == 0)
        {
            using var leaf = pages.Write(entry.Page);
            var cell = new NodeView(leaf.Bytes, entry.Page, 0).Cell(entry.Index);
            value.CopyTo(leaf.Bytes[(cell.Offset + cell.Bytes - value.Length)..]);
            return true;
        }

        if (isInline || old.Length != value.Length)
        {
            return false;
        }

        OverflowChain.Overwrite(pages, old, value);
        return true;
    }

    /// <summary>Whether a value stays in its leaf.</summary>
    internal static bool IsInline(int keyLength, int valueLength) =>
        valueLength <= OverflowReference.Bytes
        || NodeLayout.LeafCellHeaderBytes + keyLength + valueLength <= MaxInlineCellBytes;

    internal static NodeEntry MakeEntry(
        PageWriter pages, ref MapState state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isReference,
        Span<byte> reference)
    {
        if (isReference)
        {
            var length = Layout.At<OverflowReference>(value, 0).Length;
            state.OverflowPages += OverflowChain.PageCount(length);
            return new NodeEntry { Key = key, Payload = value, IsOverflow = true };
        }

        if (IsInline(key.Length, value.Length))
        {
            return new NodeEntry { Key = key, Payload = value };
        }

        Layout.At<OverflowReference>(reference, 0) = OverflowChain.Write(pages, value);
        state.OverflowPages += OverflowChain.PageCount(value.Length);
        return new NodeEntry { Key = key, Payload = reference, IsOverflow = true };
    }

    /// <summary>The gap is too small or the prefix wrong: builds the leaf anew, or splits it.</summary>
    /// <returns>The leaf, or the right part of it when it was split.</returns>
    [SkipLocalsInit]
    private static PagePos Rearrange(
        PageWriter pages, ref MapState state, ref MapPath path, in NodeEntry entry, bool replaces)
    {
        Span<byte> copy = stackalloc byte[Page.Size];
        Span<byte> separator = stackalloc byte[KeyRoom];
        PagePos right;
        int length;
        using (var leaf = pages.Write(path[0].Page))
        {
            leaf.Bytes.CopyTo(copy);
            var node = new NodeView(copy, path[0].Page, 0);
            var entries = new NodeEntries(node, path[0].Index, entry, replaces);
            if (node.CanGain(entry.Key) && entries.Fit(0, entries.Count))
            {
                entries.Build(leaf.Bytes, 0, entries.Count);
                return path[0].Page;
            }

            bool appends = !replaces && path[0].Index == node.Count && node.Next.IsNil;
            int at = appends ? node.Count : entries.ChooseSplit();
            length = CopySeparator(entries, at, separator);
            right = appends ? AddRight(pages, leaf, entry) : Split(pages, leaf, entries, at);
        }

        InsertChild(pages, ref state, ref path, separator, length, right);
        return right;
    }
}
