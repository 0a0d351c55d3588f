using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>What a parent level has to do about a page of the level below.</summary>
public enum PageLeadOperation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The page begins with another item now.</summary>
    Replace,

    /// <summary>The page is new.</summary>
    Insert,

    /// <summary>The page is gone.</summary>
    Remove,
}

/// <summary>A change of a page's lead, which is its first item: what a parent level lists.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <param name="Operation">What the parent level has to do.</param>
/// <param name="Page">The page.</param>
/// <param name="Item">Its first item now; default when the page is gone.</param>
/// <param name="OldItem">Its first item before; default when the page is new.</param>
public readonly record struct PageLead<T>(PageLeadOperation Operation, PagePos Page, T Item, T OldItem)
    where T : unmanaged;

/// <summary>What an insertion, a replacement or a removal did to a container.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <param name="Position">
/// Of an insertion or a replacement, where the item is; of a removal, where the item after the removed one is, or the
/// end.
/// </param>
/// <param name="First">A changed lead; its operation is None when no lead changed.</param>
/// <param name="Second">Another changed lead; its operation is None when at most one lead changed.</param>
public readonly record struct ContainerChange<T>(ItemPosition Position, PageLead<T> First, PageLead<T> Second)
    where T : unmanaged;
