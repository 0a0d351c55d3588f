using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Where an item stands in a container, list or stack, or one of the two edges. A position holds until the structure
/// is changed: an insertion or removal may move other items, to other pages too. What each change returns is valid
/// after it.
/// </summary>
/// <remarks>
/// A position is checked before it is used: there must be an item, in a page of the same kind of structure with items
/// of the same size. That its page belongs to this very structure is known only of the first and the last page, and in
/// structures of up to four pages; pages don't name their owner, so that joining structures costs the same however long
/// they are. DO NOT use a position with another structure, or after a change by which its page may have gone to another
/// one: an insertion or removal there damages both. <see cref="Pool.Check"/> finds such damage.
/// </remarks>
/// <param name="Page">Page of the item; nil at the edges.</param>
/// <param name="Index">Index of the item in its page, from 0.</param>
public readonly record struct ItemPosition(PagePos Page, int Index)
{
    /// <summary>The edge before the first item.</summary>
    public static ItemPosition BeforeFirst => new(PagePos.Nil, -1);

    /// <summary>The edge after the last item; where an insertion appends.</summary>
    public static ItemPosition End => new(PagePos.Nil, 0);

    /// <summary>Page and index, as "2:0", or the name of the edge.</summary>
    public override string ToString() =>
        this == End ? "end" : this == BeforeFirst ? "before first" : FormattableString.Invariant($"{Page}:{Index}");
}
