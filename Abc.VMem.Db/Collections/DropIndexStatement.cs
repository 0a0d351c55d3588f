using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>Drops an index.</summary>
internal sealed class DropIndexStatement<T>(DocumentCollection<T> collection, string name) : Statement
{
    /// <summary>Whether it was there.</summary>
    public bool Existed { get; private set; }

    /// <inheritdoc/>
    public override void Execute(PageWriter pages)
    {
        var definition = collection.Bind(pages).Definition;
        if (definition.FindIndex(name) is not { } index)
        {
            return;
        }

        try
        {
            collection.Context.Catalog.DropIndex(pages, definition, index);
            Existed = true;
        }
        catch (Exception exception)
        {
            pages.Doom(exception);
            throw;
        }
    }
}
