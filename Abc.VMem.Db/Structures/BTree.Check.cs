using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>Verification of a whole map.</summary>
internal static partial class BTree
{
    /// <summary>
    /// Walks every page of the map, verifies links both ways, order, fences, counts and overflow chains; reports each
    /// page to the visitor, also those of overflow chains, before it is read.
    /// </summary>
    /// <exception cref="CorruptDatabaseException">Something does not hold.</exception>
    public static void Check(PageReader pages, PageAddress state, Action<PagePos> visit)
    {
        var map = ReadState(pages, state);
        if (map.Height > 0)
        {
            new MapCheck(pages, map, visit).Run();
        }
    }
}
