using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Inserting runs of small items.</summary>
internal static partial class ItemPages
{
    /// <summary>
    /// Inserts items as <see cref="InsertRange"/> does, but where they are at most half a page and don't fit, the page
    /// is split at its middle first: so that edits all over a text leave no crumbs of pages.
    /// </summary>
    /// <returns>Where the item is now that the items were inserted before.</returns>
    public static ItemPosition InsertText(
        PageWriter pages, ref ChainState state, ItemPosition at, ReadOnlySpan<byte> items)
    {
        if (at == ItemPosition.End)
        {
            return InsertRange(pages, ref state, at, items);
        }

        var place = RequireItem(pages, in state, at, nameof(at));
        var added = items.Length / state.ItemBytes;
        var kept = place.Count / 2;
        if (added > Capacity(in state) - place.Count && added <= Capacity(in state) / 2 && kept > 0)
        {
            var right = MoveTail(pages, ref state, at.Page, kept, null);
            at = at.Index < kept ? at : new(right, at.Index - kept);
        }

        return InsertRange(pages, ref state, at, items);
    }
}
