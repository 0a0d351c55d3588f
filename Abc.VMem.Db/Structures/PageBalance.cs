namespace Abc.VMem.Db.Structures;

/// <summary>
/// Where a container balances its pages when items are inserted or removed. Balanced, an insertion into a full page
/// moves half of its items to a new page, and a removal merges pages that became too empty. Not balanced, an insertion
/// into a full page begins a fresh page, and a page leaves with its last item.
/// </summary>
[Flags]
public enum PageBalance
{
    /// <summary>Nowhere: as a stack does.</summary>
    None = 0,

    /// <summary>At the first item.</summary>
    Begin = 1,

    /// <summary>Between the first and the last item.</summary>
    Inner = 2,

    /// <summary>At the end.</summary>
    End = 4,

    /// <summary>Everywhere.</summary>
    All = Begin | Inner | End,
}
