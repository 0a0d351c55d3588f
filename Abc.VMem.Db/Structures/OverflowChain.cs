using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Values that do not fit in their leaf: a doubly linked chain of pages, full but for the last.</summary>
internal static class OverflowChain
{
    /// <summary>
    /// Up to here a buffer is trusted to the length in the file; beyond, it grows as pages really come.
    /// </summary>
    private const int TrustedBytes = 1 << 20;

    /// <summary>Pages that a value takes.</summary>
    public static long PageCount(long length) => (length + Page.PayloadBytes - 1) / Page.PayloadBytes;

    /// <summary>The length, once it is known to be one that can be.</summary>
    public static int CheckedLength(in OverflowReference reference)
    {
        if (reference.Length is <= 0 or > BTree.MaxValueBytes || reference.Front.Value <= 1
            || reference.Back.Value <= 1)
        {
            MapErrors.ThrowOverflow(
                reference.Front, FormattableString.Invariant($"a length of 1 to {BTree.MaxValueBytes}"),
                reference.Length);
        }

        return (int)reference.Length;
    }

    /// <summary>Stores a value, which is not empty, in new pages.</summary>
    public static OverflowReference Write(PageWriter pages, ReadOnlySpan<byte> value)
    {
        var reference = new OverflowReference { Length = value.Length };
        var page = pages.Allocate(PageType.Overflow);
        try
        {
            reference.Front = page.Position;
            while (true)
            {
                var chunk = value[..Math.Min(value.Length, Page.PayloadBytes)];
                chunk.CopyTo(page.Payload);
                page.Header.ItemCount = (ushort)chunk.Length;
                value = value[chunk.Length..];
                if (value.IsEmpty)
                {
                    reference.Back = page.Position;
                    return reference;
                }

                var next = pages.Allocate(PageType.Overflow);
                page.Header.Next = next.Position;
                next.Header.Previous = page.Position;
                page.Dispose();
                page = next;
            }
        }
        finally
        {
            page.Dispose();
        }
    }

    /// <summary>Overwrites a value by one of the same length; pages that do not differ are left alone.</summary>
    public static void Overwrite(PageWriter pages, OverflowReference reference, ReadOnlySpan<byte> value)
    {
        var walk = new OverflowWalk(reference);
        while (walk.Next is { IsNil: false } position)
        {
            bool differs;
            int length;
            using (var page = pages.Read(position))
            {
                length = walk.Enter(page);
                differs = !page.Payload[..length].SequenceEqual(value[..length]);
            }

            if (differs)
            {
                using var page = pages.Write(position);
                value[..length].CopyTo(page.Payload);
            }

            value = value[length..];
        }
    }

    /// <summary>Copies a value; the destination has its length.</summary>
    public static void Read(PageReader pages, OverflowReference reference, Span<byte> destination)
    {
        var walk = new OverflowWalk(reference);
        while (walk.Next is { IsNil: false } position)
        {
            using var page = pages.Read(position);
            int length = walk.Enter(page);
            Prefetch(pages, walk.Next);
            page.Payload[..length].CopyTo(destination);
            destination = destination[length..];
        }
    }

    /// <summary>Copies a value into a growing buffer, which never grows far beyond what the pages hold.</summary>
    public static void Read(PageReader pages, OverflowReference reference, ValueBuffer destination)
    {
        int length = CheckedLength(reference);
        if (length <= TrustedBytes)
        {
            Read(pages, reference, destination.Reset(length));
            return;
        }

        destination.Reset(0);
        var walk = new OverflowWalk(reference);
        while (walk.Next is { IsNil: false } position)
        {
            using var page = pages.Read(position);
            int count = walk.Enter(page);
            Prefetch(pages, walk.Next);
            page.Payload[..count].CopyTo(destination.Append(count));
        }
    }

    /// <summary>Returns the pages of a chain, in O(1) page writes.</summary>
    public static void Free(PageWriter pages, OverflowReference reference)
    {
        CheckedLength(reference);
        pages.FreeChain(reference.Front, reference.Back, PageCount(reference.Length));
    }

    /// <summary>Walks a chain, verifies it and reports each page.</summary>
    public static void Check(PageReader pages, OverflowReference reference, Action<PagePos> visit)
    {
        var walk = new OverflowWalk(reference);
        while (walk.Next is { IsNil: false } position)
        {
            visit(position);
            using var page = pages.Read(position);
            walk.Enter(page);
        }
    }

    private static void Prefetch(PageReader pages, PagePos next)
    {
        if (!next.IsNil)
        {
            pages.Prefetch(next);
        }
    }
}
