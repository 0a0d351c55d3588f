using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Follows an overflow chain; ends after the number of pages that its length asks for, whatever the links say.
/// </summary>
internal struct OverflowWalk
{
    private readonly PagePos _back;
    private PagePos _previous;
    private long _left;

    /// <summary>Stands before the first page.</summary>
    public OverflowWalk(in OverflowReference reference)
    {
        _left = OverflowChain.CheckedLength(reference);
        _back = reference.Back;
        _previous = PagePos.Nil;
        Next = reference.Front;
    }

    /// <summary>Position of the page to enter next; nil after the last.</summary>
    public PagePos Next { get; private set; }

    /// <summary>Verifies a page of the chain, moves behind it and returns the bytes of the value in it.</summary>
    public int Enter(in PinnedPage page)
    {
        ref readonly var header = ref page.Header;
        int length = (int)Math.Min(_left, Page.PayloadBytes);
        if (header.Type != PageType.Overflow || header.ItemCount != length)
        {
            MapErrors.ThrowOverflow(
                Next, FormattableString.Invariant($"an overflow page with {length} bytes"),
                FormattableString.Invariant($"{header.Type} with {header.ItemCount}"));
        }

        _left -= length;
        bool isLast = _left == 0;
        if (header.Previous != _previous || isLast != header.Next.IsNil || (isLast && Next != _back))
        {
            MapErrors.ThrowOverflow(
                Next, "links to both neighbours",
                FormattableString.Invariant($"previous {header.Previous}, next {header.Next}"));
        }

        _previous = Next;
        Next = header.Next;
        return length;
    }
}
