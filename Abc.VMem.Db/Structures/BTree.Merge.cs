using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Merging two neighbours.</summary>
internal static partial class BTree
{
    /// <summary>
    /// Merges a child with its next, else its previous neighbour; returns the index of the child that went, or -1.
    /// </summary>
    private static int TryMerge(PageWriter pages, MapStep parent, int level)
    {
        if (TryMergeAt(pages, parent, parent.Index, level))
        {
            return parent.Index + 1;
        }

        return parent.Index > 0 && TryMergeAt(pages, parent, parent.Index - 1, level) ? parent.Index : -1;
    }

    /// <summary>Merges the child after the given one into it, when both take at most 85 % of a page.</summary>
    [SkipLocalsInit]
    private static bool TryMergeAt(PageWriter pages, MapStep parent, int leftIndex, int level)
    {
        Span<byte> separator = stackalloc byte[KeyRoom];
        PagePos left;
        PagePos right;
        int length;
        using (var page = pages.Read(parent.Page))
        {
            var node = new NodeView(page.Bytes, parent.Page, level + 1);
            if (leftIndex + 1 >= node.Count)
            {
                return false;
            }

            (left, right) = (node.Child(leftIndex), node.Child(leftIndex + 1));
            length = node.CopyKey(leftIndex + 1, separator);
        }

        if (UsedBytes(pages, left, level) + UsedBytes(pages, right, level) > MergedBytes)
        {
            return false;
        }

        return TryMergePages(pages, left, right, separator[..length], level);
    }

    [SkipLocalsInit]
    private static bool TryMergePages(
        PageWriter pages, PagePos left, PagePos right, ReadOnlySpan<byte> separator, int level)
    {
        Span<byte> leftCopy = stackalloc byte[Page.Size];
        Span<byte> rightCopy = stackalloc byte[Page.Size];
        CopyPage(pages, left, leftCopy);
        CopyPage(pages, right, rightCopy);
        var leftNode = new NodeView(leftCopy, left, level);
        var rightNode = new NodeView(rightCopy, right, level);
        if (leftNode.Next != right || rightNode.Previous != left || left == right)
        {
            MapErrors.ThrowNode(right, "a page linked to its neighbour", rightNode.Previous.Value);
        }

        var entries = new NodeEntries(leftNode, rightNode, separator);
        if (!entries.Fit(0, entries.Count, MergedBytes))
        {
            return false;
        }

        using (var page = pages.Write(left))
        {
            entries.Build(page.Bytes, 0, entries.Count);
        }

        Unlink(pages, right, level);
        pages.Free(right);
        return true;
    }

    private static void CopyPage(PageReader pages, PagePos position, Span<byte> destination)
    {
        using var page = pages.Read(position);
        page.Bytes.CopyTo(destination);
    }

    private static int UsedBytes(PageReader pages, PagePos position, int level)
    {
        using var page = pages.Read(position);
        return new NodeView(page.Bytes, position, level).UsedBytes;
    }
}
