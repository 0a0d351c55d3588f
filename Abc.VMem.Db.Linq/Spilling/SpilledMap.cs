using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Linq.Spilling;

/// <summary>Maps in temporary pages.</summary>
internal static class SpilledMap
{
    /// <summary>Makes an empty one; its state has a page of its own.</summary>
    public static PageAddress Create(PageWriter pages)
    {
        using var page = pages.Allocate(PageType.Linked);
        return new(page.Position, Page.HeaderBytes);
    }
}
