using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Indexes;

/// <summary>
/// A sorted run of entries in temporary pages of the running transaction: a chain from front to back. Page payload:
/// item count in the header; each item is {u16 length, u16 length of its parts, its top bit = has null} and the entry.
/// </summary>
/// <param name="Front">First page, nil when it is empty.</param>
/// <param name="Back">Last page.</param>
/// <param name="PageCount">Pages of the chain.</param>
internal readonly record struct SortedRun(PagePos Front, PagePos Back, long PageCount)
{
    /// <summary>Bytes in front of each entry.</summary>
    public const int ItemHeaderBytes = 4;

    /// <summary>Marks an entry that has a null part.</summary>
    public const ushort NullBit = 0x8000;

    /// <summary>Gives all pages back.</summary>
    public void Free(PageWriter pages)
    {
        if (!Front.IsNil)
        {
            pages.FreeChain(Front, Back, PageCount);
        }
    }
}
