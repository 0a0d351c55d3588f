using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;

namespace Abc.VMem.Db.Collections;

/// <summary>
/// Finds a named structure through the catalog; remembers the last answer with the catalog version it holds for.
/// </summary>
internal abstract class CatalogLocator : StateLocator
{
    private readonly CatalogKind _kind;
    private volatile Answer? _last;

    /// <summary>Prepares to find a structure.</summary>
    /// <param name="catalog">The definitions.</param>
    /// <param name="kind">Which structure.</param>
    /// <param name="name">Its name.</param>
    protected CatalogLocator(Catalog catalog, CatalogKind kind, string name)
    {
        Catalog.ValidateName(name, nameof(name));
        (Catalog, _kind, Name) = (catalog, kind, name);
    }

    /// <summary>The definitions.</summary>
    protected Catalog Catalog { get; }

    /// <summary>Name of the structure.</summary>
    protected string Name { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The stored structure is of another type.</exception>
    public override bool TryFind(PageReader pages, out PageAddress address)
    {
        var version = Catalog.ReadVersion(pages);
        if (_last is not { } last || last.CatalogVersion != version)
        {
            var definition = Catalog.FindNamed(pages, _kind, Name);
            if (definition is not null)
            {
                RefuseOther(definition);
            }

            last = new(version, definition);
            _last = last;
        }

        address = last.Definition?.State ?? default;
        return last.Definition is not null;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The stored structure is of another type.</exception>
    public override PageAddress FindOrCreate(PageWriter pages)
    {
        if (TryFind(pages, out var address))
        {
            return address;
        }

        try
        {
            return Create(pages).State;
        }
        catch (Exception exception)
        {
            pages.Doom(exception);
            throw;
        }
    }

    /// <summary>Refuses a stored structure that can't be used as this one.</summary>
    /// <exception cref="ArgumentException">It can't.</exception>
    protected abstract void RefuseOther(NamedDefinition definition);

    /// <summary>Defines the structure.</summary>
    protected abstract NamedDefinition Create(PageWriter pages);

    private sealed record Answer(long CatalogVersion, NamedDefinition? Definition);
}
