namespace Abc.VMem.Db.Paging;

/// <summary>
/// The page where an enumeration of the running transaction stands. What takes the page out of its chain breaks the
/// mark: nothing in the page itself would tell.
/// </summary>
internal sealed class WalkMark
{
    /// <summary>The page; nil before the first.</summary>
    public PagePos Page { get; set; } = PagePos.Nil;

    /// <summary>Whether the page has left its chain since.</summary>
    public bool IsBroken { get; set; }
}
