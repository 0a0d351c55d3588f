using System.Runtime.CompilerServices;
using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>One page on the way from the root to a leaf.</summary>
/// <param name="Page">Position of the page.</param>
/// <param name="Index">Index of the child taken; in the leaf, of the entry or its place.</param>
internal record struct MapStep(PagePos Page, int Index);

/// <summary>The way from the root to a leaf, by level: [0] is the leaf.</summary>
[InlineArray(BTree.MaxHeight)]
internal struct MapPath
{
    private MapStep _first;
}
