using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>A page of a string that was found before, so that going on from there needs no search.</summary>
/// <param name="Page">The page; nil = none is known.</param>
/// <param name="Start">Number of its first byte in the string.</param>
internal readonly record struct TextPlace(PagePos Page, long Start)
{
    /// <summary>No page is known.</summary>
    public static TextPlace None => new(PagePos.Nil, 0);
}
