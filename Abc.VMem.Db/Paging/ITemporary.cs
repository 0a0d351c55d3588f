namespace Abc.VMem.Db.Paging;

/// <summary>A structure that is freed with its transaction.</summary>
internal interface ITemporary
{
    /// <summary>Frees its pages. Twice is allowed.</summary>
    void Free();

    /// <summary>What has to be known to have it again as it is now.</summary>
    /// <returns>To be called when the transaction's pages are as they are now.</returns>
    Action Remember();

    /// <summary>Empties it: its pages are none any more.</summary>
    void Forget();
}
