namespace Abc.VMem.Db.Paging;

/// <summary>
/// A place that an enumeration of the running transaction remembers: the page where it stands, or where it ends.
/// Whoever changes the structure moves its marks along, or breaks them: nothing in the page itself would tell.
/// </summary>
internal sealed class WalkMark
{
    /// <summary>What it marks.</summary>
    public WalkMarkKind Kind { get; init; }

    /// <summary>The page; nil before the first.</summary>
    public PagePos Page { get; set; } = PagePos.Nil;

    /// <summary>Items of the page that are before the mark; not of a whole page.</summary>
    public int Index { get; set; }

    /// <summary>Whether the place is no more.</summary>
    public bool IsBroken { get; set; }
}
