namespace Abc.VMem.Db.Paging;

/// <summary>What a mark of an enumeration stays with while items move.</summary>
internal enum WalkMarkKind
{
    /// <summary>A page.</summary>
    Page,

    /// <summary>The place behind an item: what is inserted there comes after the mark.</summary>
    AfterItem,

    /// <summary>The place before an item: what is inserted there comes before the mark.</summary>
    BeforeItem,
}
