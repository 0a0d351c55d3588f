using Abc.VMem.Db.Paging;

namespace Abc.VMem.Db.Collections;

/// <summary>Deletes a collection, or another named structure, as a whole.</summary>
internal sealed class DropStatement : Statement
{
    private readonly Catalog _catalog;
    private readonly CatalogKind _kind;
    private readonly string _name;

    private DropStatement(DatabaseContext context, CatalogKind kind, string name)
    {
        Catalog.ValidateName(name, nameof(name));
        (_catalog, _kind, _name) = (context.Catalog, kind, name);
    }

    private bool Existed { get; set; }

    /// <summary>Runs it; false when there is none of that name.</summary>
    public static bool Run(DatabaseContext context, CatalogKind kind, string name)
    {
        var statement = new DropStatement(context, kind, name);
        statement.Run(context);
        return statement.Existed;
    }

    /// <inheritdoc cref="Run(DatabaseContext, CatalogKind, string)"/>
    public static async ValueTask<bool> RunAsync(
        DatabaseContext context, CatalogKind kind, string name, CancellationToken cancellationToken)
    {
        var statement = new DropStatement(context, kind, name);
        await statement.RunAsync(context, cancellationToken).ConfigureAwait(false);
        return statement.Existed;
    }

    /// <inheritdoc/>
    public override void Execute(PageWriter pages)
    {
        try
        {
            Existed = _kind == CatalogKind.Collection ? DropCollection(pages) : DropNamed(pages);
        }
        catch (Exception exception)
        {
            pages.Doom(exception);
            throw;
        }
    }

    private bool DropCollection(PageWriter pages)
    {
        var definition = _catalog.FindCollection(pages, _name);
        if (definition is not null)
        {
            _catalog.DropCollection(pages, definition);
        }

        return definition is not null;
    }

    private bool DropNamed(PageWriter pages)
    {
        var definition = _catalog.FindNamed(pages, _kind, _name);
        if (definition is not null)
        {
            _catalog.DropNamed(pages, definition);
        }

        return definition is not null;
    }
}
