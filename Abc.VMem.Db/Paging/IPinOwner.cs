namespace Abc.VMem.Db.Paging;

/// <summary>Whoever maps pages into frames and counts their pins.</summary>
internal interface IPinOwner
{
    /// <summary>Releases one pin of a frame.</summary>
    void Unpin(int frame);
}
