using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>
/// Items in order, one after the other, in a chain of temporary pages that are full but for the last; the item count in
/// a page's header says how many bytes it holds. See <see cref="SortItem"/>.
/// </summary>
/// <param name="Front">First page, nil when it is empty.</param>
/// <param name="PageCount">Pages of the chain.</param>
internal readonly record struct SortedRun(PagePos Front, long PageCount);
