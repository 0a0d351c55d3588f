namespace Abc.VMem.Db.Paging;

/// <summary>A structure that is freed with its transaction.</summary>
internal interface ITemporary
{
    /// <summary>Frees its pages. Twice is allowed.</summary>
    void Free();
}
