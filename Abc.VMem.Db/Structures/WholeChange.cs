using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>A change of several steps of which all stay, or none.</summary>
internal static class WholeChange
{
    /// <summary>Runs it. One that fails after its first page write dooms the transaction.</summary>
    public static void Run(PageWriter pages, Action change)
    {
        var changes = pages.ChangeCount;
        try
        {
            change();
        }
        catch (Exception exception) when (pages.ChangeCount != changes)
        {
            pages.Doom(exception);
            throw;
        }
    }
}
