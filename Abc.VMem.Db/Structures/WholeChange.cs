using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Structures;

/// <summary>A change of several steps of which all stay, or none.</summary>
internal static class WholeChange
{
    /// <summary>
    /// Runs it. In a given transaction it is one savepoint, so that a failure takes back what it changed and leaves the
    /// transaction as it was; elsewhere the caller rolls back the whole.
    /// </summary>
    public static void Run(PageScope scope, PageWriter pages, Action change)
    {
        if (!scope.IsOneTransaction)
        {
            change();
            return;
        }

        var savepoint = pages.BeginSavepoint();
        try
        {
            change();
        }
        catch
        {
            pages.RollBackTo(savepoint);
            pages.ReleaseSavepoint(savepoint);
            throw;
        }

        pages.ReleaseSavepoint(savepoint);
    }
}
