using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Positions.</summary>
internal static partial class ItemPages
{
    /// <summary>Position of the first item; the end when there is none.</summary>
    public static ItemPosition First(in ChainState state) =>
        state.PageCount == 0 ? ItemPosition.End : new(state.Front, 0);

    /// <summary>Position of the last item; before the first when there is none.</summary>
    public static ItemPosition Last(PageReader pages, in ChainState state) =>
        state.PageCount == 0 ? ItemPosition.BeforeFirst : LastOf(pages, in state, state.Back);

    /// <summary>The position after one; the end after the last.</summary>
    /// <exception cref="ArgumentException">The position names no item, or is the end.</exception>
    public static ItemPosition Next(PageReader pages, in ChainState state, ItemPosition position)
    {
        if (position == ItemPosition.BeforeFirst)
        {
            return First(in state);
        }

        var place = RequireItem(pages, in state, position, nameof(position));
        return position.Index + 1 < place.Count
            ? position with { Index = position.Index + 1 }
            : place.Next.IsNil ? ItemPosition.End : FirstOf(pages, in state, place.Next);
    }

    /// <summary>The position before one; before the first when it is the first's.</summary>
    /// <exception cref="ArgumentException">The position names no item, or is before the first.</exception>
    public static ItemPosition Previous(PageReader pages, in ChainState state, ItemPosition position)
    {
        if (position == ItemPosition.End)
        {
            return Last(pages, in state);
        }

        var place = RequireItem(pages, in state, position, nameof(position));
        if (position.Index > 0)
        {
            return position with { Index = position.Index - 1 };
        }

        return place.Previous.IsNil ? ItemPosition.BeforeFirst : LastOf(pages, in state, place.Previous);
    }

    /// <summary>Position of the item with a number, 0..ItemCount - 1. Reads headers, from the nearer end.</summary>
    public static ItemPosition At(PageReader pages, in ChainState state, long index)
    {
        var isBackward = index > state.ItemCount / 2;
        var steps = ChainSteps.All(in state, isBackward);
        var left = isBackward ? state.ItemCount - 1 - index : index;
        while (!steps.Next.IsNil)
        {
            var position = steps.Next;
            using var page = pages.Read(position);
            var count = steps.EnterItems(in page);
            if (left < count)
            {
                return new(position, (int)(isBackward ? count - 1 - left : left));
            }

            left -= count;
        }

        throw CountDiffers(in state);
    }

    /// <summary>The first position in a page; nil = the end.</summary>
    private static ItemPosition FirstOf(PagePos page) => page.IsNil ? ItemPosition.End : new(page, 0);

    /// <summary>The first position in a page that the chain itself led to.</summary>
    private static ItemPosition FirstOf(PageReader pages, in ChainState state, PagePos position)
    {
        VerifyItems(pages, in state, position);
        return new(position, 0);
    }

    private static ItemPosition LastOf(PageReader pages, in ChainState state, PagePos position) =>
        new(position, VerifyItems(pages, in state, position) - 1);

    private static CorruptDatabaseException CountDiffers(in ChainState state) =>
        ChainErrors.Damaged(
            state.Back,
            FormattableString.Invariant($"{state.ItemCount} items in {state.PageCount} pages"),
            "other counts");
}
