namespace Abc.VMem.Db.Paging;

/// <summary>
/// Where a structure is read: a pool (each call reads the last committed state), a transaction, or a snapshot.
/// </summary>
public abstract class PageSource
{
    private protected PageSource()
    {
    }

    /// <summary>Whether a catalog manages the file: then the start page is none of a program's.</summary>
    internal virtual bool HasCatalog => false;

    /// <summary>Pages to read from. An implicit scope takes a snapshot here. Matched by one ExitRead.</summary>
    internal abstract PageReader EnterRead();

    /// <summary>Ends a read; an implicit scope closes its snapshot.</summary>
    internal abstract void ExitRead(PageReader reader);
}
